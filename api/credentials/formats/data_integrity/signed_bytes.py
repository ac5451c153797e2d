"""The bytes that the proofs of one document sign, each hash made once.

Rules on verification:

- P1 A proof is understood whole or not at all: an unknown member of it is hashed as it stands, or, where it
  is read as RDF, refused because no context defines it.
- P2 The `@context` that is hashed with the proof is the document's, or as much of its beginning as a proof of
  a JCS suite names.
- P5 Each proof is verified by itself, over the document without any proof. One that is bound to earlier ones
  is verified over the document with these: what it says is that it was made when they stood there. Whether
  they hold is told of each of them.
- P7 The work for one document is bounded, whatever its proofs ask for: they share it in equal parts.

Source: W3C Verifiable Credential Data Integrity 1.0, §4.2 to §4.7.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from api.credentials.contexts.library import CONTEXTS, ContextLibrary
from api.credentials.document import Document, DocumentError, Json, as_list, canonical
from api.credentials.formats.data_integrity.fault import ProofError, ProofFault
from api.credentials.formats.data_integrity.proof import DataIntegrityProof
from api.credentials.formats.data_integrity.suite import CanonicalForm
from api.credentials.linked_data.canonical_form import canonical_form
from api.credentials.linked_data.refusal import LinkedDataError, WorkBudget
from registry.primitives.digest import sha256

CONTEXT: Final = "@context"
DOCUMENT_UNITS: Final = 48_000
"""Units of work for the document, and for all its forms if proofs are bound to earlier ones."""
CONFIGURATION_UNITS: Final = 16_000
"""Units of work for all proof configurations."""

_Key: TypeAlias = tuple[object, ...]


class SignedBytes:
    """What the proofs of a document sign. `forms` is how many forms of the document are hashed at most: one,
    and one more for each proof that is bound to earlier ones; `count` how many proofs there are.
    """

    def __init__(
        self, document: Document, *, forms: int = 1, count: int = 1, library: ContextLibrary = CONTEXTS
    ) -> None:
        self._unsecured = {name: value for name, value in document.items() if name != "proof"}
        self._library = library
        self._document_units = DOCUMENT_UNITS // forms
        self._configuration_units = CONFIGURATION_UNITS // count
        self._members: dict[str, bytes] = {}
        self._made: dict[_Key, bytes | ProofError | LinkedDataError] = {}

    def of(self, proof: DataIntegrityProof, earlier: tuple[Document, ...] = ()) -> bytes:
        """The bytes that a proof signs; raises `ProofError`, and `LinkedDataError` where what the document
        says has no canonical form here.
        """
        make = self._jcs if proof.suite.form is CanonicalForm.JCS else self._rdfc
        return self._once(("signed", id(proof)), lambda: make(proof, earlier))

    def _jcs(self, proof: DataIntegrityProof, earlier: tuple[Document, ...]) -> bytes:
        context = proof.configuration.get(CONTEXT, self._unsecured.get(CONTEXT))
        wanted = as_list(context)
        if as_list(self._unsecured.get(CONTEXT))[: len(wanted)] != wanted:
            raise ProofError(ProofFault.CONTEXT_MISMATCH)
        document = self._canonical_members()
        if context is not None:
            document = {**document, CONTEXT: _canonical(context)}
        if earlier:
            document = {**document, "proof": _canonical(list(earlier))}
        return sha256(_canonical(proof.configuration)) + sha256(_object(document))

    def _canonical_members(self) -> dict[str, bytes]:
        """Each member of the document in its canonical form, made once for all proofs."""
        if not self._members:
            self._members = {name: _canonical(value) for name, value in self._unsecured.items()}
        return self._members

    def _rdfc(self, proof: DataIntegrityProof, earlier: tuple[Document, ...]) -> bytes:
        context = self._unsecured.get(CONTEXT)
        if CONTEXT in proof.configuration and as_list(proof.configuration[CONTEXT]) != as_list(context):
            raise ProofError(ProofFault.CONTEXT_MISMATCH)
        key = ("document", *map(id, earlier))
        document = self._once(key, lambda: self._rdf_hash(self._with(earlier), self._document_units))
        configuration = {**proof.configuration, CONTEXT: context}
        return self._rdf_hash(configuration, self._configuration_units) + document

    def _with(self, earlier: tuple[Document, ...]) -> Document:
        return {**self._unsecured, "proof": list(earlier)} if earlier else self._unsecured

    def _rdf_hash(self, document: Document, units: int) -> bytes:
        return sha256(canonical_form(document, WorkBudget(units), self._library))

    def _once(self, key: _Key, make: Callable[[], bytes]) -> bytes:
        """What was made before, or why it could not be."""
        if key not in self._made:
            try:
                self._made[key] = make()
            except (ProofError, LinkedDataError) as error:
                self._made[key] = error
        made = self._made[key]
        if isinstance(made, bytes):
            return made
        raise made


def _canonical(value: Json) -> bytes:
    try:
        return canonical(value)
    except DocumentError as error:
        raise ProofError(ProofFault.NO_CANONICAL_FORM, str(error)) from None


def _object(members: dict[str, bytes]) -> bytes:
    """The RFC 8785 form of an object whose members are in theirs: sorted by UTF-16 code units."""
    written = {name: _canonical(name) + b":" + member for name, member in members.items()}
    return b"{" + b",".join(written[name] for name in sorted(written, key=_utf16)) + b"}"


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")
