"""A format that shares nothing with the real ones, neither the members of its claims nor how it is signed.

It is a line of four fields: issuer, the milliseconds in which it ends, an entry of its list `degrees`, and
the signature over them. A draft has the first three. In a presentation it is a text.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from api.credentials.document import DocumentError, DocumentFault, Json
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.period import ClaimedDate, ValidityPeriod
from api.credentials.schema import CompiledSchema, SchemaViolation
from api.credentials.secured import ClaimedNames, SchemaReference, StatusEntry, StatusMethod
from registry.kinds.status_list.record import status_list_id
from registry.primitives import ed25519
from registry.primitives.digest import sha256
from registry.primitives.ed25519 import Sign

ALWAYS = ValidityPeriod((), (), ())
BEGINNING = b"did:"


@dataclass(frozen=True)
class LineClaims:
    """The first three fields."""

    fields: tuple[str, ...]
    data_model = "a line"
    id = None

    @property
    def issuer(self) -> str | None:
        """See `Claims`."""
        return self.fields[0] or None

    @property
    def issuer_as_written(self) -> str | None:
        """See `Claims`."""
        return self.issuer

    @property
    def period(self) -> ValidityPeriod:
        """See `Claims`."""
        return ValidityPeriod((), (ClaimedDate("field 2", self.fields[1], int(self.fields[1])),), ())

    @property
    def statuses(self) -> tuple[StatusEntry | Flaw, ...]:
        """See `Claims`."""
        list_id, index = status_list_id(self.fields[0], "degrees"), int(self.fields[2])
        return (StatusEntry(StatusMethod.BITSTRING, "", index, "revocation", list_id=list_id),)

    @property
    def schemas(self) -> tuple[SchemaReference | Flaw, ...]:
        """See `Claims`. A line names none."""
        return ()

    @property
    def holders(self) -> tuple[str, ...]:
        """See `Claims`. A line is about nobody."""
        return ()

    @property
    def names(self) -> ClaimedNames:
        """See `Claims`. A line names nobody."""
        return ClaimedNames()

    def form_flaws(self) -> Iterator[Flaw]:
        """See `Claims`."""
        if not self.fields[0]:
            yield Flaw(CredentialFlaw.ISSUER_UNNAMED, "field 1 is empty")

    def violations(self, schema: CompiledSchema) -> tuple[SchemaViolation, ...]:
        """See `Claims`. No schema describes a line."""
        raise AssertionError(f"nothing names {schema} in a test")

    @property
    def written(self) -> bytes:
        """What is signed."""
        return " ".join(self.fields).encode()


@dataclass(frozen=True)
class LineProof:
    """The last field."""

    covered: LineClaims
    signature: bytes
    place = "field 4"
    suite = "Ed25519"
    period = ALWAYS
    flaw = None
    remark = ""

    @property
    def key(self) -> str:
        """See `Proof`."""
        return f"{self.covered.issuer}#credentials-1"

    def verify(self, multikey: bytes) -> Flaw | None:
        """See `Proof`."""
        if ed25519.verify(ed25519.from_multikey(multikey), self.covered.written, self.signature):
            return None
        return Flaw(CredentialFlaw.WRONG_SIGNATURE, self.place)


@dataclass(frozen=True)
class Line:
    """The whole, signed or not."""

    claims: LineClaims
    proofs: tuple[LineProof, ...]
    unproved = None

    @property
    def is_signed(self) -> bool:
        """See `Secured`."""
        return bool(self.proofs)

    @property
    def unsigned(self) -> "Line":
        """See `Secured`."""
        return Line(self.claims, ())

    def digest(self) -> bytes:
        """See `Secured`."""
        return sha256(self.claims.written + b"".join(proof.signature for proof in self.proofs))

    def signed(self, sign: Sign, *, key: str, created: str, suite: str = "") -> bytes:
        """See `UnsignedCredential`. A line tells neither which key signed it nor when."""
        return b"%b %b" % (self.claims.written, sign(self.claims.written).hex().encode())


class LineFormat:
    """See `Format`."""

    def read(self, data: bytes) -> Line | None:
        """A line of four fields, or of three."""
        if not data.startswith(BEGINNING):
            return None
        fields = data.decode().split(" ")
        if len(fields) not in (3, 4):
            raise DocumentError(DocumentFault.NOT_JSON, "a line has three or four fields")
        claims = LineClaims(tuple(fields[:3]))
        return Line(claims, tuple(LineProof(claims, bytes.fromhex(field)) for field in fields[3:]))

    def read_draft(self, data: bytes) -> Line | None:
        """The same."""
        return self.read(data)

    def read_presented(self, entry: Json) -> Line | None:
        """A text that is a line."""
        return self.read(entry.encode()) if isinstance(entry, str) else None
