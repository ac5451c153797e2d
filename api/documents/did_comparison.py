"""What a did:web document says, compared with the ledger.

The ledger alone gives the keys. Other software reads the document on the web, so where the two differ people
get different verdicts: a key that the document lacks makes good credentials fail, and one that only the
document has lets its holder sign in the name of the institution, unseen by the ledger.

Only keys that sign credentials are compared: nothing else in a document decides about a credential.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from api.credentials.did_methods.did_document import read_did_document
from api.credentials.did_methods.fault import DidError
from api.credentials.document import DocumentError, load
from api.documents.did_document import assertion_keys
from registry.kinds.did.record import Did
from registry.primitives.reason import Reason

_INTRUDER = (
    "If you did not put it there, somebody else can write to your web server, and whoever has this key signs "
    "in your name. Put the document up anew, made by `matricula did web-files`, and look for the intruder."
)


class DidMismatch(Reason):
    """How the did:web document of a DID differs from the ledger. Its operators meet it."""

    MISSING = (
        "key-missing",
        "The document lacks a key that the ledger has.",
        "Credentials with this key fail at other verifiers. Put the document up anew, made by "
        "`matricula did web-files`, or let the web server redirect to a node.",
    )
    EXTRA = (
        "key-extra",
        "The document has a key that the ledger does not have, or has ended.",
        _INTRUDER,
    )
    DIFFERENT = (
        "key-different",
        "The document has another key under a name than the ledger.",
        _INTRUDER,
    )


@dataclass(frozen=True, slots=True)
class KeyDifference:
    """One key (a DID URL) and how the document differs there."""

    mismatch: DidMismatch
    key: str


@dataclass(frozen=True, slots=True)
class DidComparison:
    """What comparing the document of a DID gave: the differences, or `fault`, why it could not be compared,
    with a detail for people, which may hold foreign text.
    """

    did: str
    differences: tuple[KeyDifference, ...] = ()
    fault: Reason | None = None
    detail: str = ""

    @property
    def agrees(self) -> bool:
        """Whether the document was there and says what the ledger says."""
        return self.fault is None and not self.differences


def compare_document(did: str, body: Did, document: bytes) -> DidComparison:
    """The bytes that a web server gave for a DID, beside the DID's record."""
    try:
        keys = read_did_document(load(document), did)
    except (DocumentError, DidError) as error:
        return DidComparison(did, fault=error.fault, detail=error.detail)
    served = {key.id: key.multikey for key in keys.assertion}
    return DidComparison(did, compare_keys(assertion_keys(did, body), served))


def compare_keys(
    recorded: Mapping[str, bytes], served: Mapping[str, bytes | None]
) -> tuple[KeyDifference, ...]:
    """The differences in order of the keys' names; none where the document says what the ledger says.

    Both are Multikey bytes by DID URL: of the ledger (`api.documents.did_document.assertion_keys`), and of
    what the document has for assertion. None is a key of an algorithm that is unknown here.
    """
    names = sorted({*recorded, *served})
    found = ((_difference(name, recorded, served), name) for name in names)
    return tuple(KeyDifference(mismatch, name) for mismatch, name in found if mismatch is not None)


def _difference(
    name: str, recorded: Mapping[str, bytes], served: Mapping[str, bytes | None]
) -> DidMismatch | None:
    if name not in served:
        return DidMismatch.MISSING
    if name not in recorded:
        return DidMismatch.EXTRA
    return None if served[name] == recorded[name] else DidMismatch.DIFFERENT
