"""A changed credential on the way that the command and `POST /v1/verify` take, and what may come of it.

Bytes are unwrapped, read as a presentation or by their format, judged with the facts that make the original
valid, reported, and written as the node writes its response.

**What may be valid.** A credential in a changed input may be reported as valid only where it says what one of
the originals says:

- O1 What its report shows (id, issuer, dates, status entries, schemas, holders, names, and whether a holder
  has proved to be that) is equal to that of an original, whatever the order and places of the entries.
- O2 What is signed is equal to that of the same original. Of a document secured by a JCS suite that is the
  RFC 8785 form of what the proof covers without its proofs; by an RDFC suite, that form or the canonical
  N-Quads; of a token the RFC 8785 form of its payload, and of an SD-JWT that of the issuer's payload, with
  no disclosure that no original has. A holder may keep disclosures back, and the names in them: so the names
  of an SD-JWT are no part of O1; they follow from what it discloses.
- O3 Where the list was changed, what is signed in the list is equal to that of the original by O2 as well.

So proofs in another order, white space, unsigned pixels or a second signature change nothing; a claim does.
"""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import cbor2
import msgspec

from api.base64url import from_text
from api.credentials.document import canonical, load
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.jose.reading import SecuredToken
from api.credentials.formats.sd_jwt.reading import SecuredSdJwt
from api.credentials.linked_data.canonical_form import canonical_form
from api.credentials.linked_data.refusal import LinkedDataError, WorkBudget
from api.credentials.secured import Claims, Secured, StatusEntry
from api.credentials.w3c.claims import W3cClaims
from api.interface.media import Encoding
from api.interface.response import encode_struct
from api.routes.verification.sent import read_sent
from api.routes.verification.types import CredentialJudged
from api.verifier.credential import Aspect, Check, CredentialReport, Facts, Policy, needs_of, report_of
from api.verifier.credential.facts import Fetched
from api.verifier.credential.report import report_of_unreadable
from api.verifier.verdict import Outcome
from node.cli.issue.credential.verifying import HolderQuestion
from registry.primitives.digest import sha256
from tests.api.credentials.formats.judged import identity
from tests.api.credentials.formats.sd_jwt.minted import AUDIENCE, NONCE
from tests.api.verifier.credential.awarded import ISSUER, LIST, NOW_MS, bits, did
from tests.campaign.originals import KINDS, Sample, samples

ANY: Final = Policy("any", frozenset())
SCHEMA: Final = b'{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}'
SCHEMA_URL: Final = "https://registry.example/v1/schemas/micro-credential/1.0.0"
"""The schema that the registered sample names; it permits any object."""
ASKED: Final = HolderQuestion(AUDIENCE, NONCE)
REFUSED: Final = "refused"
"""What becomes of bytes in which nothing can be read as a credential."""


@dataclass(frozen=True, slots=True)
class Judged:
    """The entries of an input with the reports on them, in order."""

    entries: tuple[Secured | Check, ...]
    reports: tuple[CredentialReport, ...]

    @property
    def outcome(self) -> str:
        """`refused`, or the worst outcome."""
        if all(isinstance(entry, Check) for entry in self.entries):
            return REFUSED
        outcomes = {report.outcome for report in self.reports}
        worst = next(
            each for each in (Outcome.INVALID, Outcome.INDETERMINATE, Outcome.VALID) if each in outcomes
        )
        return worst.value


def judged(sample: Sample) -> Judged:
    """What the node says of it; raises nothing."""
    entries = read_sent(sample.data).entries
    reports = tuple(_report(entry, sample) for entry in entries)
    for report in reports:
        written = msgspec.convert(report.document(), CredentialJudged)
        for encoding in Encoding:
            encode_struct(written, encoding)
    return Judged(entries, reports)


def _report(entry: Secured | Check, sample: Sample) -> CredentialReport:
    if isinstance(entry, Check):
        return report_of_unreadable(entry, ANY)
    facts = ASKED.answered(entry, facts_about(entry, sample))
    return report_of(entry, facts, ANY, now_ms=NOW_MS, as_of_ms=NOW_MS)


def facts_about(credential: Secured, sample: Sample) -> Facts:
    """What is looked up: one issuer and one list are in the registry, and what is at other addresses, the
    sample says.
    """
    needs = needs_of(credential)
    return Facts(
        {name: did() if name == ISSUER else identity(name) for name in needs.dids},
        {name: bits() if name == LIST else None for name in needs.registry_lists},
        NOW_MS,
        published={
            url: _fetched(url, sample.lists.get(url), CredentialFlaw.STATUS_UNREACHABLE)
            for url in needs.list_urls
        },
        schemas={
            url: _fetched(url, SCHEMA if url == SCHEMA_URL else None, CredentialFlaw.SCHEMA_UNREACHABLE)
            for url in needs.schema_urls
        },
    )


def _fetched(url: str, data: bytes | None, reason: CredentialFlaw) -> Fetched | Flaw:
    if data is None:
        return Flaw(reason, "nothing is there")
    return Fetched(url, data, "", NOW_MS, sha256(data))


def false_valid(changed: Sample, found: Judged) -> str:
    """Why something is valid that must not be; "" where all is as it has to be."""
    for entry, report in zip(found.entries, found.reports, strict=True):
        if report.outcome is not Outcome.VALID or isinstance(entry, Check):
            continue
        fingerprints = set(_fingerprints(entry, report))
        if fingerprints.isdisjoint(_original_fingerprints()):
            return f"valid, and says what no original says: {report.document()}"
        if changed.changes_list and _list_contents(changed).isdisjoint(_original_lists()):
            return "valid by a list that is not the original"
    return ""


def _fingerprints(entry: Secured, report: CredentialReport) -> Iterator[bytes]:
    """O1 and O2 in one: a hash for each form in which it may be equal to an original."""
    if report.claims is None:
        raise AssertionError("a valid report shows no claims")
    is_proved = any(check.aspect is Aspect.HOLDER and not check.reason for check in report.checks)
    names = None if isinstance(entry, SecuredSdJwt) else report.claims.names
    shown = repr((is_proved, names, *_shown(report.claims)))
    for content in _contents(entry, report.claims, report):
        yield hashlib.sha256(repr((shown, content)).encode()).digest()


def _shown(claims: Claims) -> tuple[Any, ...]:
    """O1."""
    statuses = sorted(
        repr(replace(each, place="")) if isinstance(each, StatusEntry) else repr(each)
        for each in claims.statuses
    )
    schemas = sorted(
        repr((each.type, each.url)) if not isinstance(each, Flaw) else repr(each) for each in claims.schemas
    )
    period = claims.period
    return claims.id, claims.issuer, repr(period), statuses, schemas, sorted(claims.holders)


def _contents(entry: Secured, claims: Claims, report: CredentialReport) -> Iterator[Any]:
    """O2."""
    if isinstance(entry, SecuredSdJwt):
        if _original_disclosures().issuperset(entry.parts.bound.split("~")[1:-1]):
            yield canonical(load(entry.parts.token.payload))
    elif isinstance(entry, SecuredToken):
        yield canonical(load(entry.jws.payload))
    elif isinstance(claims, W3cClaims):
        by_meaning = any(
            "rdfc" in proof.suite or "2020" in proof.suite
            for proof in report.proofs
            if proof.outcome is Outcome.VALID
        )
        yield from document_contents(claims.document, by_meaning=by_meaning)


def document_contents(document: Any, *, by_meaning: bool) -> Iterator[bytes]:
    """What a document says without its proofs, in each form that may be signed."""
    unsecured = {name: member for name, member in document.items() if name != "proof"}
    yield canonical(unsecured)
    if by_meaning:
        with suppress(LinkedDataError):  # then no valid proof is over its meaning
            yield canonical_form(unsecured, WorkBudget(10**6))


def _list_contents(sample: Sample) -> set[bytes]:
    """O3: the forms of what the list says."""
    return {content for data in sample.lists.values() for content in _list_forms(data)}


def _list_forms(data: bytes) -> Iterator[bytes]:
    text = data.strip()
    if text.startswith(b"{"):
        document = load(data)
        suite = repr(document.get("proof"))
        yield from document_contents(document, by_meaning="rdfc" in suite)
    elif text.count(b".") == 2 and text.isascii():
        yield canonical(load(from_text(text.split(b".")[1].decode())))
    else:
        sign1: Any = cbor2.loads(data)
        yield repr(cbor2.loads(getattr(sign1, "value", sign1)[2])).encode()


@cache
def _original_lists() -> frozenset[bytes]:
    return frozenset(
        content for kind in KINDS for sample in samples(kind) for content in _list_contents(sample)
    )


@cache
def _original_disclosures() -> frozenset[str]:
    texts = (part for kind in KINDS for sample in samples(kind) for part in _sd_jwt_parts(sample.data))
    return frozenset(texts)


def _sd_jwt_parts(data: bytes) -> list[str]:
    found = [entry for entry in read_sent(data).entries if isinstance(entry, SecuredSdJwt)]
    return [part for entry in found for part in entry.parts.bound.split("~")[1:-1]]


@cache
def _original_fingerprints() -> frozenset[bytes]:
    """Of all that is valid in the samples as they are."""
    every = [sample for kind in KINDS for sample in samples(kind)]
    alone = [Sample(data) for sample in every for data in sample.lists.values()]
    return frozenset(found for sample in every + alone for found in _of_original(sample))


def _of_original(sample: Sample) -> Iterator[bytes]:
    """A list credential by itself is a credential as well."""
    whole = judged(sample)
    for entry, report in zip(whole.entries, whole.reports, strict=True):
        if not isinstance(entry, Check) and report.outcome is Outcome.VALID:
            yield from _fingerprints(entry, report)
