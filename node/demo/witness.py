"""The verifier in the demonstration: it knows the genesis document, and believes only what is proved."""

import time
from collections.abc import Sequence
from typing import Any

from api.answer.question import AnchorQuestion, Question, RecordQuestion, StatusListQuestion
from api.client import Checked, Client, Settings, trust_in_genesis
from api.credentials.secured import Secured
from api.issuer.recording import Change, Clocks, Recorded, record
from api.verifier.answer import verify_encoded
from api.verifier.verdict import Outcome, StatusBits, Verdict
from consensus.light_client import MAX_AGE_MS
from node.process.clock import now_ms
from registry.checking import Anchored, Found
from registry.genesis import GenesisDocument
from registry.kinds.did.record import DID_RECORD, Did, Key, KeyState, Purpose
from registry.record_type import RecordType, decode_body


class DidNotHold(Exception):
    """Something that the demonstration claims did not hold."""


_CLOCKS = Clocks(now_ms, lambda: time.monotonic_ns() // 1_000_000)


def _ahead(lead_ms: int) -> None:
    raise DidNotHold(f"the ledger is dated {lead_ms} ms ahead of the one clock of this machine")


class Witness:
    """Asks nodes, verifies each answer offline, and counts what it verified."""

    def __init__(self, genesis: GenesisDocument) -> None:
        self._trust = trust_in_genesis(genesis)
        self.verified = 0

    def client(self, nodes: Sequence[str]) -> Client:
        """A client of these nodes; it too verifies whatever it is told."""
        return Client(nodes, self._trust, now_ms=now_ms, settings=Settings(max_age_ms=MAX_AGE_MS))

    async def record(self, client: Client, change: Change) -> Recorded:
        """Send a transaction and wait for the proof that it is final."""
        recorded = await record(client, change, _CLOCKS, _ahead)
        self._check(recorded.checked)
        return recorded

    async def ask(self, client: Client, question: Question) -> Verdict:
        """The verdict on one answer, made again from its bytes alone."""
        return (await self.checked(client, question)).verdict

    async def checked(self, client: Client, question: Question) -> Checked:
        """The same, with the answer."""
        return self._check(await client.ask(question))

    async def found(
        self, client: Client, kind: RecordType[Any], record_id: str, known_at_ms: int | None = None
    ) -> Found:
        """A record as known at a time. Raises DidNotHold where there is none."""
        verdict = await self.ask(client, RecordQuestion(kind.name, record_id, known_at_ms))
        if not isinstance(verdict.finding, Found):
            raise DidNotHold(f"no {kind} {record_id} was found")
        return verdict.finding

    async def status(self, client: Client, list_id: str, index: int, known_at_ms: int | None = None) -> bool:
        """Whether a bit was set, as known at a time. The whole list is fetched: no node learns which bit."""
        verdict = await self.ask(client, StatusListQuestion(list_id, known_at_ms))
        if not isinstance(verdict.finding, StatusBits):
            raise DidNotHold(f"no status list {list_id} was found")
        return verdict.finding.is_set(index)

    async def anchored_ms(self, client: Client, issuer: str, root: bytes) -> int:
        """When an issuer anchored a root. Raises DidNotHold where that is not proved."""
        verdict = await self.ask(client, AnchorQuestion(issuer, root))
        if not isinstance(verdict.finding, Anchored):
            raise DidNotHold(f"{issuer} has not anchored {root.hex()}")
        return verdict.finding.entry.time_ms

    async def credential_key(self, client: Client, credential: Secured) -> Key:
        """The key that signed a credential, from its issuer's record; the signature is checked with it."""
        (proof,) = credential.proofs
        issuer, _, fragment = proof.key.partition("#")
        body: Did = decode_body(DID_RECORD, (await self.found(client, DID_RECORD, issuer)).body)
        key = body.key(fragment)
        if key is None or key.purpose is not Purpose.ASSERTION_METHOD:
            raise DidNotHold(f"{proof.key} is no key that signs credentials")
        if key.state_at(now_ms()) is not KeyState.ACTIVE:
            raise DidNotHold(f"{proof.key} is not active")
        flaw = proof.flaw or proof.verify(key.multikey)
        if flaw is not None:
            raise DidNotHold(f"the signature by {proof.key}: {flaw.reason.value} {flaw.detail}")
        return key

    def _check(self, checked: Checked) -> Checked:
        answer = checked.answer
        verdict = verify_encoded(
            checked.encoded, self._trust, question=answer.question, now_ms=now_ms(), max_age_ms=MAX_AGE_MS
        )
        if verdict.outcome is not Outcome.VALID or checked.failures:
            raise DidNotHold(
                f"an answer of {checked.node} is {verdict.outcome}: {verdict.code} {checked.failures}"
            )
        self.verified += 1
        return checked
