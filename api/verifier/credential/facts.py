"""What is looked up for a credential, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from api.credentials.did_methods.keys import DidKeys
from api.credentials.flaw import Flaw
from api.verifier.verdict import StatusBits
from registry.kinds.did.record import Did
from registry.kinds.member.record import Member

MAX_DID: Final = 2_048
"""Characters of a DID of whatever method that is looked up."""

Identity: TypeAlias = Did | DidKeys | Flaw | None
"""Whoever is behind a DID: the registry's record; its keys by another method; why they could not be had; None
where nobody knows it. What the registry holds counts, also of a DID of the web.
"""


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be looked up, each once.

    `dids`: the issuer first, if it is a DID, then others whose proofs are beside the issuer's.
    `registry_lists`: ids of the issuer's lists in the registry. `list_urls`, `schema_urls`: where lists and
    schemas are that others keep; http or https.
    """

    dids: tuple[str, ...] = ()
    registry_lists: tuple[str, ...] = ()
    list_urls: tuple[str, ...] = ()
    schema_urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a server gave: bytes that nobody has judged yet. `url` is the address that was asked, `fetched_ms`
    when, `sha256` the digest of `data`. `media_type` is in lower case without parameters; "" where none was
    named.
    """

    url: str
    data: bytes
    media_type: str
    fetched_ms: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class LookedUp:
    """One thing that was looked up, for whoever keeps a report.

    `what` is `did-record`, `member-record`, `status-list`, `anchor`, `did-document` or `schema`; `source` the
    id in the registry, or the URL; `asked_ms` when. `sha256` is of the bytes that came; None where none came.
    `height` is the block of an answer of the registry. `found` says what came of it: "" for what was had,
    else the code of the reason.
    """

    what: str
    source: str
    asked_ms: int
    sha256: bytes | None = None
    height: int | None = None
    found: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What was looked up.

    `identities`: by DID; who is not in it was not looked up. `lists`: the registry's, by id, None for one
    that there is not, as proved at `as_of_ms`. `published`, `schemas`: by URL, what a server gave, or why
    nothing could be had; what is not in it was not looked up. `anchored_ms`: when the root was recorded to
    which the holder's anchor proof leads; None without a proof, or where it leads to none, and `anchor_fault`
    says why. `has_anchor_proof`: whether there is one. `members`: the registry's records of those who answer
    for the DIDs that it holds (`Did.sponsor`), by their DID. `proved_holders`: DIDs that whoever presents the
    credential has proved to be theirs; `holder_flaw`: why a holder's proof that is there does not show it.
    `evidence`: what was looked up, in order.
    """

    identities: Mapping[str, Identity]
    lists: Mapping[str, StatusBits | None]
    as_of_ms: int
    has_anchor_proof: bool = False
    anchored_ms: int | None = None
    anchor_fault: str = ""
    published: Mapping[str, Fetched | Flaw] = field(default_factory=dict)
    schemas: Mapping[str, Fetched | Flaw] = field(default_factory=dict)
    members: Mapping[str, Member] = field(default_factory=dict)
    proved_holders: frozenset[str] = frozenset()
    holder_flaw: Flaw | None = None
    evidence: tuple[LookedUp, ...] = ()

    def record(self, did: str | None) -> Did | None:
        """The registry's record of a DID; None where it has none, or was not asked."""
        identity = None if did is None else self.identities.get(did)
        return identity if isinstance(identity, Did) else None


def is_looked_up(text: str | None) -> bool:
    """Whether an id is a DID that can be looked up, by whatever method."""
    return text is not None and text.startswith("did:") and len(text) <= MAX_DID
