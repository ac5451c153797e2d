"""Published status lists in a network of four: taken where they agree with the ledger, served by all."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from api.ports import StoredPublication
from api.publications.fault import PublicationError, PublicationFault
from api.publications.form import PublicationForm
from api.publications.forms import read_publication
from api.publications.withheld import Withheld
from node.links.publication_exchange import PublicationCopy
from node.observing.misconduct import Misconduct
from registry.primitives.digest import sha256
from tests.api.publications.sample import with_set
from tests.node.process.publishing import (
    DAY_MS,
    LIST_ID,
    MINUTE_MS,
    PATH,
    WAIT_S,
    Issuer,
    issuing,
    served,
    since,
)

VC = PublicationForm.BITSTRING


async def eventually(is_so: Callable[[], bool]) -> None:
    for _ in range(int(WAIT_S / 0.005)):
        if is_so():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("it never came to be so")


def shown(issuer: Issuer, at: int, form: PublicationForm = VC) -> bytes | Withheld | None:
    """What a node serves."""
    found = issuer.network.nodes[at].service.publications.published(LIST_ID, form)
    return found.data if isinstance(found, StoredPublication) else found


async def publish(issuer: Issuer, at: int, data: bytes, form: PublicationForm = VC) -> None:
    await issuer.network.nodes[at].service.publications.publish(LIST_ID, form, data)


async def everywhere(issuer: Issuer, data: bytes, form: PublicationForm = VC) -> None:
    await eventually(lambda: all(shown(issuer, at, form) == data for at in issuer.network.nodes))


async def fault_at(issuer: Issuer, at: int, data: bytes, form: PublicationForm = VC) -> PublicationFault:
    with pytest.raises(PublicationError) as raised:
        await publish(issuer, at, data, form)
    return raised.value.fault


async def test_what_one_node_takes_all_serve_byte_by_byte(tmp_path: Path) -> None:
    async with issuing(tmp_path) as issuer:
        await issuer.revoke(4711)
        for form in PublicationForm:
            data = issuer.publication(form)
            await publish(issuer, 0, data, form)
            await everywhere(issuer, data, form)


async def test_a_revocation_at_one_node_reaches_a_reader_at_another(tmp_path: Path) -> None:
    """The figure that the documents state: revoked and published at node 0, read at node 2 over HTTP."""
    async with issuing(tmp_path) as issuer, served(issuer.network.nodes[2]) as reader:
        await publish(issuer, 0, issuer.publication())
        begun_s = time.monotonic()
        await issuer.revoke(4711)
        await publish(issuer, 0, issuer.publication())
        while True:
            async with reader.get(PATH) as answer:
                if answer.status == 200:
                    bits = read_publication(VC, await answer.read()).unpacked()
                    if bits[4711 >> 3] & 0x80 >> (4711 & 7):
                        break
            await asyncio.sleep(0.005)
        print(f"revoked at A, read at C after {since(begun_s):.0f} ms")


async def test_the_loss_of_the_home_node_does_not_stop_serving(tmp_path: Path) -> None:
    async with issuing(tmp_path) as issuer:
        data = issuer.publication()
        await publish(issuer, 0, data)
        await everywhere(issuer, data)
        await issuer.network.stop(0)
        await issuer.pass_time(DAY_MS // 2, at=1)
        assert [shown(issuer, at) for at in (1, 2, 3)] == [data] * 3
        renewed = issuer.publication(bits=read_publication(VC, data).unpacked())
        await publish(issuer, 3, renewed)
        await everywhere(issuer, renewed)


async def test_a_node_that_was_away_gets_what_it_lacks_and_keeps_it_over_a_start(tmp_path: Path) -> None:
    async with issuing(tmp_path) as issuer:
        await issuer.network.stop(3)
        data = issuer.publication()
        await publish(issuer, 0, data)
        issuer.network.start(3, clock=issuer.time.clock)
        await everywhere(issuer, data)
        await issuer.network.stop(3)
        alone = issuer.network.start(3, clock=issuer.time.clock)
        assert isinstance(alone.service.publications.published(LIST_ID, VC), StoredPublication)


async def test_what_contradicts_the_ledger_is_refused_everywhere_and_told(tmp_path: Path) -> None:
    """By every node, over HTTP with the reason; and where a hostile member passes it on, by the others."""
    async with issuing(tmp_path) as issuer:
        await issuer.revoke(1)
        forged = issuer.publication(bits=with_set(issuer.bits(), 2))
        for at, node in issuer.network.nodes.items():
            assert await fault_at(issuer, at, forged) is PublicationFault.CONTRADICTS_LEDGER
            async with served(node) as client:
                headers = {"Content-Type": "application/vc"}
                async with client.put(PATH, data=forged, headers=headers) as answer:
                    assert answer.status == 422
                    problem = json.loads(await answer.read())
            assert problem["type"] == "/problems/publication-contradicts-ledger"
            assert "matricula status publish" in problem["remedy"]


async def test_a_member_that_passes_a_forged_list_on_loses_its_links(tmp_path: Path) -> None:
    async with issuing(tmp_path) as issuer:
        forged = issuer.publication(bits=with_set(issuer.bits(), 2))
        hostile = issuer.network.nodes[1]
        hostile._exchange._shelf = Liar(forged)
        hostile._exchange.announce(sha256(forged))
        names = [issuer.network.nodes[at].telemetry.conduct for at in (0, 2, 3)]
        await eventually(
            lambda: all(
                Misconduct.FALSE_PUBLICATION.value in [concern.what for concern in conduct.concerns()]
                for conduct in names
            )
        )
        assert [shown(issuer, at) for at in (0, 2, 3)] == [None] * 3


class Liar:
    """The shelf of a node that gives what it should have refused."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def holds(self, _: bytes) -> bool:
        return True

    def served(self) -> tuple[bytes, ...]:
        return (sha256(self._data),)

    def copy(self, _: bytes) -> PublicationCopy:
        return PublicationCopy(LIST_ID, VC, self._data)

    async def take(self, _: PublicationCopy) -> None:
        raise AssertionError("it asks for nothing")


async def test_the_ledger_ahead_for_five_minutes_ends_the_old_list(tmp_path: Path) -> None:
    async with issuing(tmp_path) as issuer:
        old = issuer.publication()
        await publish(issuer, 0, old)
        await everywhere(issuer, old)
        await issuer.revoke(4711)
        await issuer.pass_time(4 * MINUTE_MS)
        assert [shown(issuer, at) for at in range(4)] == [old] * 4
        await issuer.pass_time(2 * MINUTE_MS)
        assert [shown(issuer, at) for at in range(4)] == [Withheld.BEHIND] * 4
        node = issuer.network.nodes[2]
        await node._publishing.look()
        assert [(due.list_id, due.kind) for due in node.service.health().publications] == [
            (LIST_ID, "behind")
        ]
        assert b'matricula_publications_due{reason="behind"} 1.0' in node.service.metrics()
        async with served(node) as client, client.get(PATH) as answer:
            assert answer.status == 503
            assert json.loads(await answer.read())["type"] == "/problems/publication-behind"
        assert await fault_at(issuer, 1, old) is PublicationFault.SUPERSEDED
        renewed = issuer.publication()
        await publish(issuer, 0, renewed)
        await everywhere(issuer, renewed)


async def test_ten_days_of_holiday(tmp_path: Path) -> None:
    """The issuer's machines are off. A list published for 14 days is served all the time, one for a day until
    its end; a revocation that somebody makes meanwhile ends the old list after five minutes. The ledger says
    all the time what counts.
    """
    async with issuing(tmp_path) as issuer:
        long_lived = issuer.publication(life_ms=14 * DAY_MS)
        short_lived = issuer.publication(PublicationForm.JWT)
        await publish(issuer, 0, long_lived)
        await publish(issuer, 0, short_lived, PublicationForm.JWT)
        await everywhere(issuer, long_lived)
        await everywhere(issuer, short_lived, PublicationForm.JWT)
        await issuer.network.stop(0)
        for days in (1, 9):
            await issuer.pass_time(days * DAY_MS, at=1)
            assert [shown(issuer, at) for at in (1, 2, 3)] == [long_lived] * 3
            expected = [Withheld.EXPIRED] * 3
            assert [shown(issuer, at, PublicationForm.JWT) for at in (1, 2, 3)] == expected
        await issuer.revoke(4711, at=2)
        assert shown(issuer, 1) == long_lived
        await issuer.pass_time(6 * MINUTE_MS, at=1)
        assert [shown(issuer, at) for at in (1, 2, 3)] == [Withheld.BEHIND] * 3
        assert issuer.bits(at=3)[4711 >> 3] & 0x80 >> (4711 & 7)


async def test_a_stolen_credentials_key(tmp_path: Path) -> None:
    """Whoever has it signs what it likes, and publishes nothing that the ledger does not say; a list signed
    for 2099 is taken by no node. Once the theft is reported, nothing that the key signed is served, whatever
    its date, and the issuer publishes at once with another key.
    """
    async with issuing(tmp_path) as issuer:
        honest = issuer.publication()
        await publish(issuer, 0, honest)
        await issuer.revoke(4711)
        now_ms = issuer.time.clock.wall_ms()
        unrevoked = read_publication(VC, honest).unpacked()
        thefts = {
            PublicationFault.CONTRADICTS_LEDGER: issuer.publication(bits=with_set(issuer.bits(), 9)),
            PublicationFault.TOO_LONG_LIVED: issuer.publication(life_ms=4_102_444_799_000 - now_ms),
            PublicationFault.DATED_AHEAD: issuer.publication(from_ms=now_ms + 6 * MINUTE_MS),
            PublicationFault.OLDER: issuer.publication(from_ms=now_ms - MINUTE_MS, bits=unrevoked),
        }
        for fault, forged in thefts.items():
            assert [await fault_at(issuer, at, forged) for at in range(4)] == [fault] * 4
        ahead = issuer.publication(from_ms=now_ms + 4 * MINUTE_MS, life_ms=30 * DAY_MS)
        await publish(issuer, 1, ahead)
        await everywhere(issuer, ahead)
        await issuer.report_compromised(1, now_ms - DAY_MS)
        assert [shown(issuer, at) for at in range(4)] == [Withheld.KEY_LOST] * 4
        backdated = issuer.publication(from_ms=now_ms - 20 * DAY_MS, life_ms=30 * DAY_MS)
        assert [await fault_at(issuer, at, backdated) for at in range(4)] == [PublicationFault.KEY_LOST] * 4
        await issuer.add_key(2)
        renewed = issuer.publication(key=2)
        await publish(issuer, 2, renewed)
        await everywhere(issuer, renewed)
        node = issuer.network.nodes[1]
        await node._publishing.look()
        assert node._publishing.served() == (sha256(renewed),)
        copy = node._publishing.copy(sha256(renewed))
        assert copy is not None
        assert copy.data == renewed
        await issuer.network.stop(3)
        issuer.network.start(3, clock=issuer.time.clock)
        assert shown(issuer, 3) == renewed
