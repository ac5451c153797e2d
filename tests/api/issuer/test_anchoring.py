"""Wherever anchoring is interrupted, the same call goes on, and no root is recorded whose salts are lost."""

import json
from dataclasses import dataclass
from hashlib import sha256

import pytest

from api.client import Client, Failure, FailureKind, TransactionRejected, ask_for_anchor
from api.credentials.anchoring import proves
from api.issuer.anchoring import Anchoring, digest_of, prepare, without_recorded
from api.issuer.keeping import Keeping
from api.issuer.not_done import NotAnchored
from api.issuer.recording import Change, Clocks, record
from registry.rejection import TransactionReason
from tests.api.client.test_asking import client_of, honest
from tests.api.issuer.memory import Crash, Memory, SealedKey
from tests.api.ledger import Ledger
from tests.registry.network import UNIVERSITY, seed

NAMES = ("one", "two", "three")


@dataclass
class Chance:
    """Bytes that no two calls share, and that are the same in each run of a test."""

    calls: int = 0

    def __call__(self, size: int) -> bytes:
        self.calls += 1
        return sha256(b"%d" % self.calls).digest()[:size]


def place(writes: int | None = None) -> Memory:
    """Three signed credentials."""
    return Memory({name: json.dumps({"id": name, "proof": {}}).encode() for name in NAMES}, writes)


async def prepared(client: Client, keeping: Keeping, chance: Chance) -> Anchoring:
    """What is to be recorded for all three."""
    digests = {name: digest_of(keeping, name) for name in NAMES}
    return await prepare(client, keeping, UNIVERSITY, digests, chance)


async def recorded(client: Client, ledger: Ledger, anchoring: Anchoring) -> None:
    """Has the roots recorded."""
    key = SealedKey(f"{UNIVERSITY}#key-1", seed(UNIVERSITY))
    change = Change(ledger.document.genesis_hash, bytes([ledger.view().header.height]) * 16, key)
    change.collect(anchoring.add_to)
    await record(client, change, Clocks(lambda: ledger.now_ms, lambda: 0), lambda lead_ms: None)


@pytest.mark.parametrize("writes", range(len(NAMES) + 1))
@pytest.mark.parametrize("is_told", [False, True], ids=["unsent", "sent"])
async def test_an_interruption_after_each_write(writes: int, is_told: bool) -> None:
    ledger, keeping, chance = Ledger(), place(writes), Chance()
    ledger.commit()
    async with honest(ledger) as url, client_of(ledger, url) as client:
        try:
            first = await prepared(client, keeping, chance)
        except Crash:
            assert (writes < len(NAMES), len(keeping.kept)) == (True, len(NAMES) + writes)
        else:
            assert writes == len(NAMES)
            if is_told:
                await recorded(client, ledger, first)
        before = dict(keeping.kept)
        keeping.writes = None

        second = await prepared(client, keeping, chance)
        if is_told and writes == len(NAMES):
            assert (second.to_record, second.left_out) == ((), NAMES)
        else:
            assert (second.names, second.left_out) == (NAMES, ())
            await recorded(client, ledger, second)

        assert before.items() <= keeping.kept.items()
        for name in NAMES:
            kept = keeping.proof(name)
            assert kept is not None
            assert proves(kept.proof, digest_of(keeping, name), kept.root)
            assert await ask_for_anchor(client, UNIVERSITY, kept.root) is not None
        third = await prepared(client, keeping, chance)
        assert (third.to_record, third.names, third.left_out) == ((), (), NAMES)


async def test_a_root_that_becomes_final_meanwhile_is_left_out_and_the_rest_is_sent() -> None:
    ledger, keeping, chance = Ledger(), place(), Chance()
    ledger.commit()
    digests = {name: digest_of(keeping, name) for name in NAMES}
    async with honest(ledger) as url, client_of(ledger, url) as client:
        first = await prepare(client, keeping, UNIVERSITY, {"one": digests["one"]}, chance)
        both = await prepare(client, keeping, UNIVERSITY, digests, chance)
        await recorded(client, ledger, first)  # what an interrupted call had sent
        with pytest.raises(TransactionRejected) as refused:
            await recorded(client, ledger, both)
        rest = await without_recorded(client, both, refused.value)
        assert (rest.to_record, rest.names, rest.left_out) == (both.to_record[1:], NAMES[1:], NAMES[:1])
        await recorded(client, ledger, rest)
        done = await prepare(client, keeping, UNIVERSITY, digests, chance)
        assert (done.to_record, done.left_out) == ((), NAMES)
        with pytest.raises(TransactionRejected) as again:
            await without_recorded(client, done, refused.value)  # nothing is left of it to leave out
        assert again.value is refused.value


async def test_any_other_refusal_of_roots_stays_one() -> None:
    ledger, keeping = Ledger(), place()
    ledger.commit()
    async with honest(ledger) as url, client_of(ledger, url) as client:
        anchoring = await prepared(client, keeping, Chance())
        await recorded(client, ledger, anchoring)
        other = TransactionRejected([Failure(url, FailureKind.REFUSED, TransactionReason.EXPIRED)])
        with pytest.raises(TransactionRejected) as refused:
            await without_recorded(client, anchoring, other)
        assert refused.value is other


async def test_what_was_signed_anew_is_not_anchored_by_the_old_proof() -> None:
    ledger, keeping = Ledger(), place()
    ledger.commit()
    async with honest(ledger) as url, client_of(ledger, url) as client:
        await prepared(client, keeping, Chance())
        keeping.kept["two"] = json.dumps({"id": "two", "proof": {"signed": "again"}}).encode()
        with pytest.raises(NotAnchored) as refused:
            await prepared(client, keeping, Chance())
    assert refused.value.where == "two proof"


def test_a_draft_is_not_anchored() -> None:
    with pytest.raises(NotAnchored) as refused:
        digest_of(Memory({"one": b'{"id": "one"}'}), "one")
    assert (refused.value.what, refused.value.where) == ("it is not signed", "one")
