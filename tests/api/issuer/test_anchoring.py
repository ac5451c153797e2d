"""Wherever anchoring is interrupted, the same call goes on, and no root is recorded whose salts are lost."""

import json
from dataclasses import dataclass
from hashlib import sha256

import pytest

from api.client import Client, ask_for_anchor
from api.credentials.anchoring import proves
from api.issuer.anchoring import Anchoring, digest_of, prepare
from api.issuer.keeping import Keeping
from api.issuer.not_done import NotAnchored
from api.issuer.recording import Change, Clocks, record
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
