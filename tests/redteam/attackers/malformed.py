"""Bytes outside the protocol: each costs the peer its link, and must name it."""

import asyncio
import os

from consensus.messages import Candidate, Certificate, CertificateMessage, VoteKind
from node.links.frames import FrameKind, frame
from node.wording.units import KIB
from tests.redteam.attacker import Attacker


class JunkCertificates(Attacker):
    name = "junk-certificates"
    sentence = "sends certificates of the current view whose signatures are chance, 50 a second to each"
    rule = "a certificate that does not verify drops the link it came over (R5) and names the peer"
    proof = "certificates"

    async def attack(self) -> None:
        while True:
            view = self.member.view
            candidate = Candidate(0, view, view - 1, os.urandom(32))
            signers = (0, 1, 2)
            signatures = tuple(os.urandom(64) for _ in signers)
            certificate = Certificate(VoteKind.FINALIZE, 0, view, candidate, signers, signatures)
            for victim in self.member.victims:
                self.member.say(victim.peer_id, CertificateMessage(certificate), self.proof)
            await asyncio.sleep(0.02)


class DeepCbor(Attacker):
    name = "deep-cbor"
    sentence = "sends frames of 200,000 nested CBOR arrays"
    rule = "a frame outside the protocol drops the link it came over and names the peer"
    proof = "frames"

    async def attack(self) -> None:
        nested = frame(FrameKind.CONSENSUS, b"\x81" * (200 * KIB) + b"\x00")
        while True:
            for victim in self.member.victims:
                self.member.tally[self.proof] += self.member.pass_on(victim.peer_id, nested)
            await asyncio.sleep(0.05)
