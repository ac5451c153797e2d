"""The seam between formats of credentials and judging (decision 0103).

A `Format` recognises bytes and reads a `Secured` credential: what it says (`Claims`), and by which proofs it
is secured (`Proof`). Whoever judges it (`api.verifier.credential`) reads from these alone: it knows no data
model, cryptosuite or envelope, and looks up in the registry what they name. Whoever issues
(`api.issuer`) reads an `UnsignedCredential` and has it signed, and knows as little of what is in the bytes
(decision 0113).

Reading verifies nothing but form, fetches nothing and reads no clock. What is wrong is told as a `Flaw`, in
the place where it is found, and hides nothing else.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from api.credentials.document import Json
from api.credentials.flaw import Flaw
from api.credentials.period import ValidityPeriod
from api.credentials.schema import CompiledSchema, SchemaViolation
from registry.primitives.ed25519 import Sign


@dataclass(frozen=True, slots=True)
class StatusReference:
    """An entry of a status list of the registry that a credential names: the list's id as it is recorded, the
    purpose as it is written (`revocation`, `suspension`, ...), and the entry's index.
    """

    list_id: str
    purpose: str
    index: int


class Claims(Protocol):
    """What a credential says, as its data model reads it."""

    @property
    def id(self) -> str | None:
        """Its own name, most often a URI; None where it has none."""

    @property
    def issuer(self) -> str | None:
        """The URL of the issuer that it names, most often a DID; None where it names none."""

    @property
    def issuer_as_written(self) -> str | None:
        """The text in the place of the issuer's URL, for messages: what is wrong with it can only be told of
        the text itself. None where there is none.
        """

    @property
    def period(self) -> ValidityPeriod:
        """From when to when it counts."""

    @property
    def statuses(self) -> tuple[StatusReference | Flaw, ...]:
        """Its status entries in order, and why one cannot be read. A bounded number: each costs a look-up."""

    @property
    def data_model(self) -> str:
        """The data model in a word or two, for people: `data model 2.0`."""

    def form_flaws(self) -> Iterator[Flaw]:
        """What is wrong with its form; nothing where it has the form of its data model."""

    def violations(self, schema: CompiledSchema) -> tuple[SchemaViolation, ...]:
        """How it falls short of a JSON Schema; nothing where it conforms."""


def status_references(claims: Claims) -> tuple[StatusReference, ...]:
    """The status entries that can be read."""
    return tuple(entry for entry in claims.statuses if isinstance(entry, StatusReference))


class Proof(Protocol):
    """One proof by which a credential is secured."""

    @property
    def place(self) -> str:
        """Where it stands, for people: a JSON Pointer such as `/proof/1`."""

    @property
    def key(self) -> str:
        """The DID URL of the key that it names; "" where it names none."""

    @property
    def period(self) -> ValidityPeriod:
        """From when to when it counts."""

    @property
    def flaw(self) -> Flaw | None:
        """Why it cannot be verified whatever the key is; None where it can."""

    @property
    def covered(self) -> Claims:
        """What the credential says as far as the proof covers it."""

    @property
    def remark(self) -> str:
        """What a reader should know of what it covers, for people; most often ""."""

    def verify(self, multikey: bytes) -> Flaw | None:
        """None where it was made with that key, as a DID record holds it (a Multikey's bytes); else why not.
        Only for a proof without `flaw`.
        """


class UnsignedCredential(Protocol):
    """What is to be signed, read by the format in which it will be."""

    @property
    def claims(self) -> Claims:
        """What it says."""

    @property
    def is_signed(self) -> bool:
        """Whether it carries proofs already, readable or not."""

    def signed(self, sign: Sign, *, key: str, created: str) -> bytes:
        """The bytes of the credential that it becomes with a proof by the Ed25519 key with which `sign`
        signs. `key` is that key's DID URL, `created` an RFC 3339 time in whole seconds.

        They may be more than can be read again: whoever signs reads them back.
        """


class Secured(Protocol):
    """A credential with its proofs, or a draft of one without any."""

    @property
    def claims(self) -> Claims:
        """What it says, whoever signed it."""

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """Its proofs in order, a bounded number."""

    @property
    def unproved(self) -> Flaw | None:
        """Why no proof can be read; None where there is one."""

    @property
    def is_signed(self) -> bool:
        """Whether it carries proofs, readable or not."""

    @property
    def unsigned(self) -> UnsignedCredential:
        """What it was before it was signed. Drafts are equal that say the same, to the last member."""

    def digest(self) -> bytes:
        """The SHA-256 that an anchor commits to, over all that is handed over, proofs included."""


class Format(Protocol):
    """One way to write a credential and its proofs into bytes."""

    def read(self, data: bytes) -> Secured | None:
        """The credential in some bytes; None where they are of another format. Raises `DocumentError` where
        they are of this one, and damaged.
        """

    def read_draft(self, data: bytes) -> UnsignedCredential | None:
        """What is to be signed in this format; None where it is of another one, or this one is only read.
        Raises `DocumentError` where it is of this one, and damaged.
        """

    def read_presented(self, entry: Json) -> Secured | None:
        """The credential that an entry of a presentation is, or holds; None where it is of another format."""
