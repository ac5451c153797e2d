"""Records and bits of the registry, as facts about a credential, and the time of the oldest answer."""

from typing import TypeVar

from api.answer.question import RecordQuestion, StatusListQuestion
from api.lookup.registry import AnchorAnswer, RegistrySource
from api.verifier.verdict import StatusBits
from registry.checking import Found
from registry.kinds.did.record import DID_RECORD, Did
from registry.kinds.member.record import MEMBER_RECORD, Member
from registry.names import is_did
from registry.record_type import RecordType, decode_body

B = TypeVar("B")


class RegistryFacts:
    """Facts by what `source` proves. Its methods raise what the source raises, and Malformed."""

    def __init__(self, source: RegistrySource) -> None:
        self._source = source
        self._times_ms: list[int] = []

    @property
    def as_of_ms(self) -> int | None:
        """The time of the oldest answer; None where nothing was asked."""
        return min(self._times_ms, default=None)

    async def record(self, did: str) -> Did | None:
        """The record of a DID; None where there is none. One that the registry cannot hold is not asked
        for.
        """
        if not is_did(did):
            return None
        return await self._body(DID_RECORD, did)

    async def member(self, did: str) -> Member | None:
        """The record of a member; None where there is none."""
        return await self._body(MEMBER_RECORD, did)

    async def bits(self, list_id: str) -> StatusBits | None:
        """The bits of a list; None where there is none."""
        proved = await self._source.ask(StatusListQuestion(list_id))
        self._times_ms.append(proved.as_of_ms)
        return proved.finding if isinstance(proved.finding, StatusBits) else None

    async def anchor(self, issuer: str, root: bytes) -> AnchorAnswer:
        """Whether and when an issuer anchored a root."""
        found = await self._source.anchor(issuer, root)
        self._times_ms.append(found.as_of_ms)
        return found

    async def _body(self, kind: RecordType[B], record_id: str) -> B | None:
        proved = await self._source.ask(RecordQuestion(kind.name, record_id))
        self._times_ms.append(proved.as_of_ms)
        return decode_body(kind, proved.finding.body) if isinstance(proved.finding, Found) else None
