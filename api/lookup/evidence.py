"""What was looked up for a verdict: each thing with its source, its time, its hash and its bytes.

A registry's answer carries its proof, so whoever gets the bytes can check it again. What came from the web is
what a server gave at that time, and nobody else vouches for it.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from api.answer.question import RecordQuestion, StatusListQuestion
from api.lookup.fault import FetchError, FetchFault
from api.lookup.fetching import Download, WebSource
from api.lookup.registry import AnchorAnswer, Proved, RegistrySource
from api.lookup.wanted import Wanted
from api.verifier.credential.facts import LookedUp


class EvidenceKind(StrEnum):
    """Where a piece of evidence comes from."""

    ANSWER = "registry-answer"
    """An answer of the registry, with its proof."""
    ATTACHMENT = "registry-attachment"
    """Bytes that a record of the registry names by their hash."""
    WEB = "web"
    """What a server gave at a URL, or why it gave nothing."""


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One thing that was looked up.

    `what` it is (`did-record`, `status-list`, `did-document`, ...), and `name`, what was asked for: an id of
    the registry, an attachment's address in hexadecimal, a URL. `source` is who gave it: a node, the URL
    after redirects, or "" for the verifier's own state. `at_ms`: of an answer its block's time, of all else
    when it had come; milliseconds since 1970. `height` is the block's. `data` is None where it could not be
    had, and `fault` says why, with `detail` for people.
    """

    kind: EvidenceKind
    what: str
    name: str
    source: str
    at_ms: int
    data: bytes | None
    media_type: str = ""
    height: int | None = None
    fault: FetchFault | None = None
    detail: str = ""

    @property
    def sha256(self) -> bytes | None:
        """The hash of the bytes."""
        return None if self.data is None else hashlib.sha256(self.data).digest()

    def looked_up(self) -> LookedUp:
        """The same for a report, without the bytes."""
        found = "" if self.fault is None else self.fault.code
        return LookedUp(self.what, self.name, self.at_ms, self.sha256, self.height, found)


@dataclass(slots=True)
class Noting:
    """Asks a registry and the web, and notes what came: each thing once, in order. `now_ms` dates what could
    not be had.
    """

    registry: RegistrySource
    web: WebSource
    now_ms: Callable[[], int]
    noted: dict[tuple[str, str], Exhibit] = field(default_factory=dict)

    @property
    def evidence(self) -> tuple[Exhibit, ...]:
        """What was noted."""
        return tuple(self.noted.values())

    async def ask(self, question: RecordQuestion | StatusListQuestion) -> Proved:
        """See `RegistrySource`."""
        proved = await self.registry.ask(question)
        what = f"{question.kind}-record" if isinstance(question, RecordQuestion) else "status-list"
        self._note(_of_answer(what, question.id, proved))
        return proved

    async def anchor(self, issuer: str, root: bytes) -> AnchorAnswer:
        """See `RegistrySource`."""
        found = await self.registry.anchor(issuer, root)
        for number, proved in enumerate(found.answers):
            name = f"{issuer}/{root.hex()}"
            self._note(_of_answer("anchor", f"{name}?page={number}" if number else name, proved))
        return found

    async def attachment(self, address: bytes) -> bytes | None:
        """See `RegistrySource`."""
        data = await self.registry.attachment(address)
        if data is not None:
            held = Exhibit(EvidenceKind.ATTACHMENT, "attachment", address.hex(), "", self.now_ms(), data)
            self._note(held)
        return data

    async def fetch(self, url: str, wanted: Wanted) -> Download:
        """See `WebSource`."""
        asked = url.partition("#")[0]
        try:
            download = await self.web.fetch(url, wanted)
        except FetchError as error:
            self._note(_of_fault(_WHAT[wanted], asked, self.now_ms(), error))
            raise
        self._note(_of_download(_WHAT[wanted], asked, download))
        return download

    def _note(self, evidence: Exhibit) -> None:
        self.noted.setdefault((evidence.what, evidence.name), evidence)


_WHAT: Final = {
    Wanted.DID_DOCUMENT: "did-document",
    Wanted.STATUS_LIST: "status-list",
    Wanted.SCHEMA: "schema",
    Wanted.CREDENTIAL: "credential",
}


def _of_answer(what: str, name: str, proved: Proved) -> Exhibit:
    return Exhibit(
        EvidenceKind.ANSWER,
        what,
        name,
        proved.source,
        proved.as_of_ms,
        proved.encoded,
        "application/cbor",
        proved.height,
    )


def _of_download(what: str, name: str, download: Download) -> Exhibit:
    return Exhibit(
        EvidenceKind.WEB,
        what,
        name,
        download.served_from,
        download.fetched_ms,
        download.data,
        download.media_type,
    )


def _of_fault(what: str, name: str, now_ms: int, error: FetchError) -> Exhibit:
    return Exhibit(EvidenceKind.WEB, what, name, "", now_ms, None, fault=error.fault, detail=error.detail)
