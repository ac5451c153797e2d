"""What the registry is asked about a credential, whoever answers: nodes over HTTP, a node from its own state,
or a bundle that was kept.
"""

from collections.abc import AsyncIterable, Iterable
from dataclasses import dataclass
from typing import Protocol

from api.answer.question import RecordQuestion, StatusListQuestion
from api.verifier.verdict import Finding
from registry.checking import Absent, Anchored, AnchorFinding, Entries, NotYet
from registry.kinds.anchor.entry import anchor_in


@dataclass(frozen=True, slots=True)
class Proved:
    """What the registry proves, as of the block at `height`, whose time is `as_of_ms`. `source` is who gave
    it, `encoded` the answer's bytes (`api.answer.encoding`).
    """

    finding: Finding
    as_of_ms: int
    height: int
    source: str
    encoded: bytes


@dataclass(frozen=True, slots=True)
class AnchorAnswer:
    """What is proved about a root of an issuer, as of `as_of_ms`, by `answers`. Where the issuer has anchored
    others, its absence rests on all `searched` anchors that were known; else `searched` is None.
    """

    finding: AnchorFinding
    as_of_ms: int
    searched: int | None
    answers: tuple[Proved, ...]


class RegistrySource(Protocol):
    """Answers questions about the registry with proofs that have been checked.

    What keeps it from answering is raised as its own exceptions: whoever gathers facts lets them through.
    """

    async def ask(self, question: RecordQuestion | StatusListQuestion) -> Proved:
        """The record or the bits, or that there are none."""

    async def anchor(self, issuer: str, root: bytes) -> AnchorAnswer:
        """Whether and when an issuer, a DID, anchored a root."""

    async def attachment(self, address: bytes) -> bytes | None:
        """Salt and content at an address, whose hash has been checked; None where it is not held."""


class OnceRegistry:
    """Asks nothing twice, of a registry that gives an answer as of about one time."""

    def __init__(self, source: RegistrySource) -> None:
        self._source = source
        self._answers: dict[RecordQuestion | StatusListQuestion, Proved] = {}
        self._anchors: dict[tuple[str, bytes], AnchorAnswer] = {}
        self._attachments: dict[bytes, bytes | None] = {}

    async def ask(self, question: RecordQuestion | StatusListQuestion) -> Proved:
        """See `RegistrySource`."""
        if question not in self._answers:
            self._answers[question] = await self._source.ask(question)
        return self._answers[question]

    async def anchor(self, issuer: str, root: bytes) -> AnchorAnswer:
        """See `RegistrySource`."""
        if (issuer, root) not in self._anchors:
            self._anchors[issuer, root] = await self._source.anchor(issuer, root)
        return self._anchors[issuer, root]

    async def attachment(self, address: bytes) -> bytes | None:
        """See `RegistrySource`."""
        if address not in self._attachments:
            self._attachments[address] = await self._source.attachment(address)
        return self._attachments[address]


def anchor_answer(proved: Proved) -> AnchorAnswer:
    """What one answer to an `AnchorQuestion` says."""
    finding = proved.finding
    if not isinstance(finding, Anchored | NotYet | Absent):
        raise AssertionError("an answer that was checked says nothing about the anchor that was asked for")
    return AnchorAnswer(finding, proved.as_of_ms, None, (proved,))


async def search_pages(pages: AsyncIterable[Proved], root: bytes) -> AnchorAnswer:
    """The same from the pages of an issuer's log, which are proved to be all, up to the root's entry."""
    searched = 0
    answers: list[Proved] = []
    async for proved in pages:
        answers.append(proved)
        page = proved.finding
        if not isinstance(page, Entries):
            raise AssertionError("an answer that was checked is no page of the index that was asked for")
        found = _entry_of(page, root)
        if found is not None:
            return AnchorAnswer(found, _oldest(answers), None, tuple(answers))
        searched += len(page.entries)
    return AnchorAnswer(Absent(), _oldest(answers), searched, tuple(answers))


def _entry_of(page: Entries, root: bytes) -> Anchored | None:
    for number, entry in enumerate(page.entries, page.first):
        anchor = anchor_in(entry.id)
        if anchor is not None and anchor.root == root:
            return Anchored(number, entry, anchor.count)
    return None


def _oldest(answers: Iterable[Proved]) -> int:
    return min(proved.as_of_ms for proved in answers)
