"""Messages that nobody asked for or that are worth nothing any more: blocks, old certificates, old proposals.

A replica takes a block only if it asked for it, and a certificate or proposal only if it is news (R5, R9): so
they change nothing, but each is read, decoded and handled. The bound must be on that.
"""

import os

from consensus.header import VERSION, Header
from consensus.messages import Block, BlockMessage
from node.wording.units import MIB
from registry.ruleset import RULESET
from tests.redteam.attacker import Attacker
from tests.redteam.floods import Flood, message_frame


class UnaskedBlocks(Attacker):
    name = "unasked-blocks"
    sentence = "sends 3 MiB of small BLOCK messages a second that nobody asked for"
    rule = "handling has a budget for each peer; who exceeds it is slowed, dropped for a while and named"
    proof = "blocks"

    bytes_per_s = 3.0 * MIB
    blocks = 500

    def prepare(self) -> None:
        made = [_block(self.member.genesis_hash) for _ in range(self.blocks)]
        self._frames = [message_frame(BlockMessage(block)) for block in made]

    async def attack(self) -> None:
        self.member.flood(Flood.of(self._frames, self.bytes_per_s, "blocks"))


class OldCertificates(Attacker):
    name = "old-certificates"
    sentence = "repeats certificates of views that are over, 2 MiB a second"
    rule = "a certificate below the final view is answered once in Δ and costs its sender's budget"
    proof = "certificates"

    async def attack(self) -> None:
        await self.member.view_after(1)
        frames = [message_frame(message) for message in self.member.certificates]
        self.member.flood(Flood.of(frames, 2.0 * MIB, "certificates"))


class StaleProposals(Attacker):
    name = "stale-proposals"
    sentence = "repeats proposals of views that are over, 2 MiB a second"
    rule = "a proposal of a view that is over is not looked into, and costs its sender's budget"
    proof = "proposals"

    async def attack(self) -> None:
        await self.member.view_after(1)
        frames = [message_frame(message) for message in self.member.proposals]
        self.member.flood(Flood.of(frames, 2.0 * MIB, "proposals"))


def _block(genesis_hash: bytes) -> Block:
    """A block of half a kilobyte on a parent that nobody knows."""
    header = Header(
        version=VERSION,
        ruleset=RULESET,
        genesis_hash=genesis_hash,
        epoch=0,
        height=2**40,
        parent_hash=os.urandom(32),
        time_ms=0,
        transactions_root=os.urandom(32),
        log_size=1,
        log_root=bytes(32),
        state_root=bytes(32),
        validators_hash=bytes(32),
        next_validators_hash=None,
        proposer=0,
    )
    return Block(header, (os.urandom(200),))
