"""A leader that does its part badly: late, ahead of time, to one member only, or two blocks at once."""

import asyncio
from dataclasses import replace

from consensus.header import block_hash
from consensus.messages import Block, Propose, VoteKind
from consensus.timing import PRECISION_MS
from tests.redteam.attacker import Attacker
from tests.redteam.floods import message_frame


class LateLeader(Attacker):
    name = "late-leader"
    sentence = "sends each proposal of its own 500 ms late, just before the others give it up"
    rule = "a leader that often costs its view time gets less of it, and is visible by name"
    proof = "late proposals"

    late_s = 0.5

    def post(self, peer: str, frame: bytes) -> None:
        if isinstance(self.member.decoded(frame), Propose):
            self.member.tally[self.proof] += 1
            asyncio.get_running_loop().call_later(self.late_s, self.member.pass_on, peer, frame)
        else:
            self.member.pass_on(peer, frame)


class FutureLeader(Attacker):
    name = "future-leader"
    sentence = "dates each block of its own 450 ms ahead of time, just within what is permitted"
    rule = "a leader whose blocks are habitually dated ahead of time is visible by name"
    proof = "proposals ahead of time"

    ahead_ms = PRECISION_MS - 50

    async def attack(self) -> None:
        self.member.clock_offset_ms = self.ahead_ms
        await super().attack()

    def post(self, peer: str, frame: bytes) -> None:
        if isinstance(self.member.decoded(frame), Propose):
            self.member.tally[self.proof] += 1
        self.member.pass_on(peer, frame)


class OneNodeOnly(Attacker):
    name = "one-node-only"
    sentence = "sends its proposals to one member and to nobody else"
    rule = "a view without a proposal ends by its timer (R4); a leader that often fails is visible by name"
    proof = "proposals withheld"

    def post(self, peer: str, frame: bytes) -> None:
        is_chosen = peer == self.member.victims[0].peer_id
        if not is_chosen and isinstance(self.member.decoded(frame), Propose):
            self.member.tally[self.proof] += 1
        else:
            self.member.pass_on(peer, frame)


class TwoBlocks(Attacker):
    name = "two-blocks"
    sentence = "as leader proposes one block to one member and another to the rest, and votes for both"
    rule = "two NOTARIZE votes of one view are evidence (R18) and name the signer; its view ends by its timer"
    proof = "second proposals"

    def post(self, peer: str, frame: bytes) -> None:
        message = self.member.decoded(frame)
        if isinstance(message, Propose) and peer == self.member.victims[0].peer_id:
            other = self._other(message)
            self.member.say(peer, other, self.proof)
            for victim in self.member.victims[1:]:
                self.member.pass_on(victim.peer_id, message_frame(other))
        else:
            self.member.pass_on(peer, frame)

    def _other(self, first: Propose) -> Propose:
        header = replace(first.block.header, time_ms=first.block.header.time_ms + 1)
        candidate = replace(first.candidate, block_hash=block_hash(header))
        vote = self.member.vote(VoteKind.NOTARIZE, candidate.view, candidate)
        return replace(
            first,
            candidate=candidate,
            signature=vote.signature,
            block=Block(header, first.block.transactions),
        )
