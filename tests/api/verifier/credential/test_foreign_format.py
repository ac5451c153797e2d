"""The seam between formats and judging: a format that shares nothing with the real ones, neither the members
of its claims nor how it is signed, is judged by the same rules.

It is a line of four fields: issuer, the milliseconds in which it ends, an entry of a status list, and the
signature over them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from api.credentials.document import Document
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.period import ClaimedDate, Period
from api.credentials.secured import Claims, Secured, StatusReference
from api.verifier.credential import Aspect, Check, Facts, Needs, judge, judge_draft, needs_of, overall
from api.verifier.verdict import Outcome
from registry.kinds.did.record import KeyPeriod, KeyState
from registry.primitives import ed25519
from registry.primitives.digest import sha256
from tests.api.credentials.samples import SEED
from tests.api.verifier.credential.awarded import GOOD, ISSUER, LIST, METHOD, NOW_MS, bits, did

ALWAYS = Period((), (), ())


@dataclass(frozen=True)
class LineClaims:
    """The first three fields."""

    fields: tuple[str, ...]
    data_model = "a line"

    @property
    def document(self) -> Document:
        """See `Claims`."""
        return dict(zip(("issuer", "end", "entry"), self.fields, strict=True))

    @property
    def issuer(self) -> str | None:
        """See `Claims`."""
        return self.fields[0] or None

    @property
    def period(self) -> Period:
        """See `Claims`."""
        return Period((), (ClaimedDate("field 2", self.fields[1], int(self.fields[1])),), ())

    @property
    def statuses(self) -> tuple[StatusReference | Flaw, ...]:
        """See `Claims`."""
        return (StatusReference(LIST, "revocation", int(self.fields[2])),)

    def form_flaws(self) -> Iterator[Flaw]:
        """See `Claims`."""
        if not self.fields[0]:
            yield Flaw(CredentialFlaw.ISSUER_UNNAMED, "field 1 is empty")


@dataclass(frozen=True)
class LineProof:
    """The last field."""

    covered: LineClaims
    signature: bytes
    place = "field 4"
    key = METHOD
    period = ALWAYS
    flaw = None
    remark = ""

    def verify(self, multikey: bytes) -> Flaw | None:
        """See `Proof`."""
        written = " ".join(self.covered.fields).encode()
        if ed25519.verify(ed25519.from_multikey(multikey), written, self.signature):
            return None
        return Flaw(CredentialFlaw.WRONG_SIGNATURE, self.place)


@dataclass(frozen=True)
class Line:
    """The whole."""

    data: bytes
    claims: LineClaims
    proofs: tuple[LineProof, ...]
    unproved = None

    def digest(self) -> bytes:
        """See `Secured`."""
        return sha256(self.data)


def read(data: bytes) -> Secured | None:
    """See `Format`."""
    *fields, signature = data.decode().split(" ")
    claims = LineClaims(tuple(fields))
    return Line(data, claims, (LineProof(claims, bytes.fromhex(signature)),))


def line(issuer: str = ISSUER, end_ms: int = NOW_MS, entry: int = 5) -> bytes:
    """A signed line."""
    written = f"{issuer} {end_ms} {entry}"
    return f"{written} {ed25519.sign(SEED, written.encode()).hex()}".encode()


def checks(data: bytes, facts: Facts = GOOD) -> tuple[Check, ...]:
    """All checks of a line."""
    credential = read(data)
    assert credential is not None
    return judge(credential, facts, now_ms=NOW_MS)


def test_a_good_one() -> None:
    assert checks(line()) == (
        Check(Aspect.FORM, None, "a line"),
        Check(Aspect.ISSUER, None, ISSUER),
        Check(Aspect.SIGNATURE),
        Check(Aspect.KEY, None, "credentials-1"),
        Check(Aspect.DATES),
        Check(Aspect.STATUS, None, f"revocation, entry 5 of {LIST}"),
    )
    credential = read(line())
    assert credential is not None
    assert needs_of(credential) == Needs(ISSUER, (LIST,))


CHANGED = line().replace(b" 5 ", b" 6 ")
RETIRED = replace(GOOD, did=did(KeyPeriod(KeyState.RETIRED, NOW_MS - 5_000)))


@pytest.mark.parametrize(
    ("data", "facts", "flaw"),
    [
        (CHANGED, GOOD, (Aspect.SIGNATURE, CredentialFlaw.WRONG_SIGNATURE)),
        (line(end_ms=NOW_MS - 1), GOOD, (Aspect.DATES, CredentialFlaw.EXPIRED)),
        (line(), replace(GOOD, lists={LIST: bits(5)}), (Aspect.STATUS, CredentialFlaw.REVOKED)),
        (line(), RETIRED, (Aspect.KEY, CredentialFlaw.KEY_ENDED)),
    ],
)
def test_the_rules_are_those_of_all_formats(
    data: bytes, facts: Facts, flaw: tuple[Aspect, CredentialFlaw]
) -> None:
    found = checks(data, facts)
    assert [(check.aspect, check.reason) for check in found if check.reason is not None] == [flaw]
    assert overall(found) is not Outcome.VALID


def test_a_draft_is_judged_by_what_it_says() -> None:
    claims: Claims = LineClaims(("", str(NOW_MS), "5"))
    assert judge_draft(claims, Facts(None, {}, 0), now_ms=NOW_MS)[0] == Check(
        Aspect.FORM, CredentialFlaw.ISSUER_UNNAMED, "field 1 is empty"
    )
