"""Transactions that a member sends on although it cannot have admitted them, and some that it can."""

import os

from node.links.frames import transactions_frame
from node.process.clock import now_ms
from node.wording.units import KIB, MIB
from registry.build import TransactionBuilder
from registry.ruleset import MAX_OPERATIONS
from tests.redteam.attacker import Attacker
from tests.redteam.floods import Batch, Flood

COUNT = 2_000
"""Different transactions, sent again and again."""


class _Transactions(Attacker):
    """Floods with transactions that a subclass makes."""

    proof = "transactions"
    bytes_per_s = 1.0 * MIB
    count = COUNT

    def prepare(self) -> None:
        self._frames = [transactions_frame([self._transaction()]) for _ in range(self.count)]

    async def attack(self) -> None:
        self.member.flood(Flood.of(self._frames, self.bytes_per_s, self.proof))

    def _transaction(self) -> bytes:
        raise NotImplementedError

    def _anchor(self, operations: int = 1) -> TransactionBuilder:
        builder = self.member.transaction()
        for _ in range(operations):
            builder.anchor(self.member.institution, os.urandom(32), 1)
        return builder


class Expired(_Transactions):
    name = "expired"
    sentence = "sends on transactions that expired a minute ago, 1 MiB a second"
    rule = "what no member admits costs its sender's budget; above it the sender is dropped and named"

    def _transaction(self) -> bytes:
        return self.member.signed(self._anchor(), valid_for_ms=-60_000)


class UnknownSigner(_Transactions):
    name = "unknown-signer"
    sentence = "sends on transactions of a signer that is on no ledger, 1 MiB a second"
    rule = "what no member admits costs its sender's budget; above it the sender is dropped and named"

    def _transaction(self) -> bytes:
        return self._anchor().sign("did:web:nobody.example#key", os.urandom(32), now_ms() + 600_000)


class BadSignature(_Transactions):
    name = "bad-signature"
    sentence = "sends on transactions whose signatures do not verify, 1 MiB a second"
    rule = "no member can have admitted one: the first costs the link and names the peer"

    def _transaction(self) -> bytes:
        key_id = f"{self.member.institution}#institution"
        return self._anchor().sign(key_id, os.urandom(32), now_ms() + 600_000)


class Heavy(_Transactions):
    name = "heavy"
    sentence = "sends on valid transactions of 256 operations each, 64 KiB a second"
    rule = "after a heavy transaction its member rests while others are at work (decision 0067)"
    is_fault = False  # a member's client may write much
    bytes_per_s = 64.0 * KIB
    count = 300

    def _transaction(self) -> bytes:
        return self.member.signed(self._anchor(MAX_OPERATIONS))


class EmptyFrames(Attacker):
    name = "empty-frames"
    sentence = "sends heartbeats, which are frames of no byte, 3 MiB a second"
    rule = "a heartbeat is due once a second; those beyond cost the peer's budget of frames"
    proof = "empty frames"

    async def attack(self) -> None:
        heartbeats = Batch(bytes(60 * KIB), 15 * KIB)
        self.member.flood(Flood(lambda: heartbeats, 3.0 * MIB, self.proof))
