"""The registry, asked of nodes of which none is trusted."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from api.answer.encoding import encode_answer
from api.answer.question import RecordQuestion, StatusListQuestion
from api.client import Checked, Client, ask_for_anchor, fetch_attachment
from api.lookup.registry import AnchorAnswer, Proved, anchor_answer, search_pages
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER


class AskedNodes:
    """See `RegistrySource`. Its methods raise NoAnswer and Forked."""

    def __init__(self, client: Client) -> None:
        self._client = client

    async def ask(self, question: RecordQuestion | StatusListQuestion) -> Proved:
        """See `RegistrySource`."""
        return _proved(await self._client.ask(question))

    async def anchor(self, issuer: str, root: bytes) -> AnchorAnswer:
        """See `RegistrySource`."""
        checked = await ask_for_anchor(self._client, issuer, root)
        return anchor_answer(_proved(checked)) if checked else await search_pages(self._pages(issuer), root)

    async def _pages(self, issuer: str) -> AsyncIterator[Proved]:
        async with aclosing(self._client.pages(ANCHORS_BY_ISSUER, issuer)) as pages:
            async for _, checked in pages:
                yield _proved(checked)

    async def attachment(self, address: bytes) -> bytes | None:
        """See `RegistrySource`."""
        return await fetch_attachment(self._client, address)


def _proved(checked: Checked) -> Proved:
    finding, header = checked.verdict.finding, checked.answer.header
    if finding is None:
        raise AssertionError("the verifier calls valid what shows nothing")
    return Proved(finding, header.time_ms, header.height, checked.node, encode_answer(checked.answer))
