"""The invalid block: a leader whose blocks break one rule each, properly signed and justified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from consensus.header import Header
from consensus.messages import Block, Propose
from node.simulation.ledger import INVALID
from node.simulation.network import Packet
from node.simulation.process import Process
from node.simulation.seat import ProcessSeat
from registry.primitives.digest import sha256
from registry.primitives.merkle import leaf_hash, root_of
from tests.byzantine.liar import Liar

FORGED = sha256(b"forged")


def breaches(header: Header, validators: int) -> tuple[Header, ...]:
    """The header with one field wrong in each."""
    return (
        replace(header, height=header.height + 1),
        replace(header, parent_hash=FORGED),
        replace(header, time_ms=header.time_ms - 3_600_000),
        replace(header, time_ms=header.time_ms + 3_600_000),
        replace(header, state_root=FORGED),
        replace(header, log_size=header.log_size + 1),
        replace(header, log_root=FORGED),
        replace(header, transactions_root=FORGED),
        replace(header, validators_hash=FORGED),
        replace(header, next_validators_hash=FORGED),
        replace(header, genesis_hash=FORGED),
        replace(header, epoch=header.epoch + 1),
        replace(header, ruleset=header.ruleset + 1),
        replace(header, proposer=(header.proposer + 1) % validators),
    )


class InvalidBlock(Liar):
    """Half of its blocks carry a transaction that execution refuses, the others a header that is wrong."""

    def post(self, peer: int | None, packet: Packet) -> None:
        if isinstance(packet, Propose) and self._dependencies.random.random() < 0.8:
            bad = self._spoil(packet.block)
            view, parent_view = packet.candidate.view, packet.candidate.parent_view
            packet = self.proposal(view, parent_view, bad, packet.justification)
        super().post(peer, packet)

    def _spoil(self, block: Block) -> Block:
        random = self._dependencies.random
        if random.random() < 0.5:
            transactions = (*block.transactions, INVALID + b"%d" % block.header.height)
            root = root_of([leaf_hash(item) for item in transactions])
            return Block(replace(block.header, transactions_root=root), transactions)
        return Block(random.choice(breaches(block.header, len(self.peers) + 1)), block.transactions)


def invalid_block(seat: ProcessSeat) -> Sequence[Process]:
    """A leader of invalid blocks at this seat."""
    return [InvalidBlock(f"v{seat.validator}i", seat)]
