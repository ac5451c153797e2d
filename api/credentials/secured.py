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
from enum import StrEnum
from typing import Final, Protocol

from api.credentials.document import Json
from api.credentials.flaw import Flaw
from api.credentials.period import ValidityPeriod
from api.credentials.schema import CompiledSchema, SchemaViolation
from registry.primitives.ed25519 import Sign

MAX_STATUSES: Final = 8
"""Status entries of one credential that are judged; each may cost a look-up."""
MAX_SCHEMAS: Final = 4
"""Schemas of one credential that are judged; each may cost a look-up."""


class StatusMethod(StrEnum):
    """How a status is kept: the type of the entry, as a credential writes it."""

    BITSTRING = "BitstringStatusListEntry"
    STATUS_LIST_2021 = "StatusList2021Entry"
    TOKEN = "TokenStatusList"
    REVOCATION_LIST_1EDTECH = "1EdTechRevocationList"


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """An entry of a status list that a credential names.

    `list_url` is where the list is, as it is written; `index` the entry's number from 0, and -1 for a method
    that lists ids, where `credential_id` is the one to look for. `purpose` is as it is written (`revocation`,
    `suspension`, ...). `bits` of each entry: 1 to 8; a token's list says it itself. `list_id` is the list's
    id as the registry records it, where the URL names one of the registry: then the ledger's bits decide.
    `place` is the entry's, a JSON Pointer such as `/credentialStatus/0`.
    """

    method: StatusMethod
    list_url: str
    index: int
    purpose: str
    bits: int = 1
    list_id: str | None = None
    credential_id: str | None = None
    place: str = ""


@dataclass(frozen=True, slots=True)
class SchemaReference:
    """A schema that a credential names: its type as it is written (`JsonSchema`, `JsonSchemaCredential`,
    `1EdTechJsonSchemaValidator2019`), where it is, and the place of the reference, a JSON Pointer. `digest`
    is the SHA-256 that the credential gives for the schema's bytes; None where it gives none.
    """

    type: str
    url: str
    place: str
    digest: bytes | None = None


@dataclass(frozen=True, slots=True)
class ClaimedNames:
    """What a credential calls its issuer, its achievement, whom it is about, and itself (by a type such as
    `OpenBadgeCredential`); "" where it says nothing. Claims of whoever signed it, as they are written.
    """

    issuer: str = ""
    achievement: str = ""
    subject: str = ""
    kind: str = ""


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
    def statuses(self) -> tuple[StatusEntry | Flaw, ...]:
        """Its status entries in order, and why one cannot be read: at most 8, and a flaw for those beyond."""

    @property
    def schemas(self) -> tuple[SchemaReference | Flaw, ...]:
        """The schemas that it names, in order, and why one cannot be read: at most 4, and a flaw for those
        beyond.
        """

    @property
    def holders(self) -> tuple[str, ...]:
        """Whom it is about, as ids, most often DIDs; empty where it names nobody by an id."""

    @property
    def names(self) -> ClaimedNames:
        """What it calls itself and others."""

    @property
    def data_model(self) -> str:
        """The data model in a word or two, for people: `data model 2.0`."""

    def form_flaws(self) -> Iterator[Flaw]:
        """What is wrong with its form; nothing where it has the form of its data model."""

    def violations(self, schema: CompiledSchema) -> tuple[SchemaViolation, ...]:
        """How it falls short of a JSON Schema; nothing where it conforms."""


def status_entries(claims: Claims) -> tuple[StatusEntry, ...]:
    """The status entries that can be read."""
    return tuple(entry for entry in claims.statuses if isinstance(entry, StatusEntry))


def schema_references(claims: Claims) -> tuple[SchemaReference, ...]:
    """The references to schemas that can be read."""
    return tuple(named for named in claims.schemas if isinstance(named, SchemaReference))


class Proof(Protocol):
    """One proof by which a credential is secured."""

    @property
    def place(self) -> str:
        """Where it stands, for people: a JSON Pointer such as `/proof/1`."""

    @property
    def suite(self) -> str:
        """How it is made, for people and reports: `eddsa-jcs-2022`, `VC-JWT ES256`; "" where it does not
        say.
        """

    @property
    def key(self) -> str:
        """The DID URL of the key that it names; the bare DID of the signer where its format names no key; ""
        where it names neither.
        """

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
        """None where it was made with that key, given as a Multikey (the varint prefix of its
        algorithm, and the key); else why not. Only for a proof without `flaw`.
        """


class UnsignedCredential(Protocol):
    """What is to be signed, read by the format in which it will be."""

    @property
    def claims(self) -> Claims:
        """What it says."""

    @property
    def is_signed(self) -> bool:
        """Whether it carries proofs already, readable or not."""

    def signed(self, sign: Sign, *, key: str, created: str, suite: str = "") -> bytes:
        """The bytes of the credential that it becomes with a proof by the Ed25519 key with which `sign`
        signs. `key` is that key's DID URL, `created` an RFC 3339 time in whole seconds. `suite` names one of
        the ways to sign that the format has; "" is the one that needs least. Raises `LinkedDataError` where
        the signature would not cover all that it says.

        They may be more than can be read again: whoever signs reads them back.
        """


class ProvedClaims(Protocol):
    """What is said, and by which proofs: all that judging proofs reads."""

    @property
    def claims(self) -> Claims:
        """What it says, whoever signed it."""

    @property
    def proofs(self) -> tuple[Proof, ...]:
        """Its proofs in order, a bounded number."""

    @property
    def unproved(self) -> Flaw | None:
        """Why no proof can be read; None where there is one."""


class Secured(ProvedClaims, Protocol):
    """A credential with its proofs, or a draft of one without any."""

    @property
    def is_signed(self) -> bool:
        """Whether it carries proofs, readable or not."""

    @property
    def unsigned(self) -> UnsignedCredential | None:
        """What it was before it was signed; None where its format is only read here. Drafts are equal that
        say the same, to the last member.
        """

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
