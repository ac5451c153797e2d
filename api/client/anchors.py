"""Whether an issuer anchored a root: proved by one entry of its log where it did, by all of them where it did
not.

Rules:

- A1 A node's word that the issuer's log lacks a root (`not-anchored`) proves nothing, and is never taken for
  more. Whoever needs to know for certain reads the whole log, whose pages are proved to be all.
- A2 The log is read only where no node proves more with a single entry.
"""

from contextlib import aclosing

from api.answer.question import AnchorQuestion
from api.client.asking import Client
from api.client.outcome import AnchorSearch, Checked, Failure, NoAnswer
from api.problems import RequestFault
from registry.checking import Absent, Anchored, NotYet
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER, anchor_in


async def ask_for_anchor(
    client: Client, issuer: str, root: bytes, known_at_ms: int | None = None
) -> Checked | None:
    """The answer that proves whether and when the issuer anchored a root, as known at K. None where no node
    proves anything and one says that the issuer's log lacks it: its word alone (A1).

    Raises `ImpossibleQuestion` for an issuer that is no DID, `NoAnswer`, `Forked`.
    """
    try:
        return await client.ask(AnchorQuestion(issuer, root, known_at_ms))
    except NoAnswer as error:
        if not any(failure.reason is RequestFault.NOT_ANCHORED for failure in error.failures):
            raise
        return None


async def find_anchor(
    client: Client, issuer: str, root: bytes, known_at_ms: int | None = None
) -> AnchorSearch:
    """Whether and when the issuer anchored a root, as known at K, proved in either case. Raises as
    `ask_for_anchor` does.
    """
    checked = await ask_for_anchor(client, issuer, root, known_at_ms)
    if checked is None:
        return await _search(client, issuer, root, known_at_ms)
    finding = checked.verdict.finding
    if not isinstance(finding, Anchored | NotYet | Absent):
        raise AssertionError("the verifier calls valid what says nothing about an anchor")
    return AnchorSearch(finding, checked.answer.header.time_ms, None, checked.failures)


async def _search(client: Client, issuer: str, root: bytes, known_at_ms: int | None) -> AnchorSearch:
    """The same from the issuer's log, page by page up to the root's entry or to the end."""
    searched = 0
    times_ms: list[int] = []
    failures: list[Failure] = []
    async with aclosing(client.pages(ANCHORS_BY_ISSUER, issuer, known_at_ms)) as pages:
        async for page, checked in pages:
            times_ms.append(checked.answer.header.time_ms)
            failures += checked.failures
            for number, entry in enumerate(page.entries, page.first):
                anchor = anchor_in(entry.id)
                if anchor is not None and anchor.root == root:
                    found = Anchored(number, entry, anchor.count)
                    return AnchorSearch(found, min(times_ms), None, tuple(failures))
            searched += len(page.entries)
    return AnchorSearch(Absent(), min(times_ms), searched, tuple(failures))
