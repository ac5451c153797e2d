"""Proposals as they are proved: one, or those that are open about a DID or made by one.

What follows a question is asked as known at the time that the first answer proved. So a node that is behind
refuses, and the next one is asked: what is told is true of one time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from api.client import Checked, Client
from registry.checking import Found
from registry.kinds.open_proposals.record import OPEN_PROPOSALS_RECORD, OpenProposals
from registry.kinds.pending.record import PENDING_BY_SUBJECT, Pending, pending_id
from registry.record_type import RecordType, decode_body
from registry.ruleset import CURRENT

PENDING_RECORD: Final[RecordType[Pending]] = CURRENT.records["pending"]
PERIOD_MS: Final = CURRENT.limits.proposals.period_ms
"""For how long a proposal can be open at most: one that is older is not."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """The ids of proposals that may be open, the newest first, and as of when these are all."""

    ids: tuple[str, ...]
    as_of_ms: int


@dataclass(frozen=True, slots=True)
class OpenListing:
    """The open ones among the newest `looked_at` of `candidates`, as of their time, each with its id."""

    candidates: Candidates
    looked_at: int
    proposals: tuple[tuple[str, Pending], ...]

    @property
    def is_whole(self) -> bool:
        """Whether there can be no other open one."""
        return self.looked_at == len(self.candidates.ids)


async def about(client: Client, subject: str) -> Candidates:
    """Those about a DID, whoever made them. Raises NoAnswer, Forked."""
    found = await client.index(PENDING_BY_SUBJECT, subject)
    oldest_ms = found.as_of_ms - PERIOD_MS
    recent = [entry.id for entry in found.entries if entry.time_ms > oldest_ms]
    return Candidates(tuple(reversed(recent)), found.as_of_ms)


async def made_by(client: Client, proposer: str) -> Candidates:
    """Those that a DID made, whomever they concern. Raises NoAnswer, Forked, Malformed."""
    checked = await client.record(OPEN_PROPOSALS_RECORD, proposer)
    body: OpenProposals | None = _body(OPEN_PROPOSALS_RECORD, checked)
    names = [] if body is None else [open_.name for open_ in body.proposals]
    ids = tuple(pending_id(proposer, name) for name in reversed(names))
    return Candidates(ids, checked.answer.header.time_ms)


async def look_at_newest(client: Client, candidates: Candidates, newest: int) -> OpenListing:
    """Which of the newest candidates are open. Raises NoAnswer, Forked, Malformed."""
    ids = candidates.ids[:newest]
    bodies = [await proposal_at(client, record_id, candidates.as_of_ms) for record_id in ids]
    return OpenListing(candidates, len(ids), tuple(_open_ones(ids, bodies, candidates.as_of_ms)))


async def proposal_at(client: Client, record_id: str, time_ms: int) -> Pending | None:
    """A proposal as known at a time, None where there was none. Raises NoAnswer, also where no node has come
    to that time; Forked, Malformed.
    """
    body: Pending | None = _body(PENDING_RECORD, await client.record(PENDING_RECORD, record_id, time_ms))
    return body


def _open_ones(
    ids: Sequence[str], bodies: Sequence[Pending | None], time_ms: int
) -> list[tuple[str, Pending]]:
    return [
        (record_id, body)
        for record_id, body in zip(ids, bodies, strict=True)
        if body is not None and body.can_be_approved_at(time_ms)
    ]


def _body(kind: RecordType[Any], checked: Checked) -> Any:
    finding = checked.verdict.finding
    return decode_body(kind, finding.body) if isinstance(finding, Found) else None
