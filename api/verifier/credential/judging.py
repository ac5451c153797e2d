"""Judging a credential from what the registry proves about it. No I/O, no clock: facts and `now_ms` come in
(decision 0082).

    credential = read_credential(data)          # of `api.credentials.formats.table`
    needs = needs_of(credential)                # whom and what to look up
    checks = judge(credential, facts, now_ms=now_ms)
    outcome = overall(checks)

Before it is signed, `judge_draft` makes the same checks but for proofs, so that what is signed verifies.

Rules:

- K1 Every check is made and told, each valid, invalid or indeterminate with a reason; the whole is invalid if
  one is, else indeterminate if one is, else valid. What cannot be looked up is indeterminate: it fails
  closed.
- K2 The form is that of the credential's data model (`form`); dates are claims of the signer (`validity`),
  and what proves that a credential existed at a time is its anchor.
- K3 The issuer's own proof decides, and its key counts while it is active (`proofs`).
- K4 Of a status list that the registry holds, the ledger's bits decide, and it must be the issuer's own. A
  set bit of a revocation or suspension list makes the credential invalid; one of a refresh list does not.
  Lists kept elsewhere are judged by `published_status`.
- K5 Where the credential names no status list, that is no flaw: its issuer does not revoke.
- K6 An issuer that the registry does not hold is indeterminate, whether it could hold it or not: nothing that
  is known is against the credential, and nothing speaks for it. One whose keys are known by another method is
  told apart: its signature counts, and who it is remains open. What is no DID is not asked for.
- K7 What could not be had is told as whoever looked for it found it, and leaves the question open. Schemas
  are judged by `schemas`.

Not judged here: whether the issuer was accredited, and what the credential counts for elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from api.credentials.did_methods.keys import DidKeys
from api.credentials.excerpt import MAX_NAME_EXCERPT, detail_of, excerpt, shortened
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.secured import (
    Claims,
    Secured,
    StatusEntry,
    StatusMethod,
    schema_references,
    status_entries,
)
from api.verifier.credential.check import Aspect, Check
from api.verifier.credential.facts import Facts, Identity, Needs, is_looked_up
from api.verifier.credential.form import judge_form
from api.verifier.credential.proofs import ProofVerdict, judge_proofs, signers_of
from api.verifier.credential.published_status import judge_published
from api.verifier.credential.schemas import judge_schemas
from api.verifier.credential.validity import OF_CREDENTIAL, judge_period
from api.verifier.verdict import StatusBits
from registry.kinds.did.record import Did
from registry.kinds.status_list.record import StatusPurpose
from registry.names import WEB_METHOD, fault_of_did, is_did, owner_of


def needs_of(credential: Secured) -> Needs:
    """What to look up for a credential, signed or not (K6)."""
    claims = credential.claims
    issuer = claims.issuer
    own = (issuer,) if issuer is not None and is_looked_up(issuer) else ()
    elsewhere = (entry.list_url for entry in status_entries(claims) if entry.list_id is None)
    schemas = (reference.url for reference in schema_references(claims))
    return Needs((*own, *signers_of(credential)), own_lists(claims), _of_web(elsewhere), _of_web(schemas))


def _of_web(urls: Iterable[str]) -> tuple[str, ...]:
    """The addresses that can be fetched, each once."""
    return tuple(dict.fromkeys(url for url in urls if url.lower().startswith(("https:", "http:"))))


def own_lists(claims: Claims) -> tuple[str, ...]:
    """The status lists of its issuer that a credential names, each once; none where its issuer cannot be in
    the registry.
    """
    issuer = claims.issuer
    if issuer is None or not is_did(issuer):
        return ()
    lists = (entry.list_id for entry in status_entries(claims) if entry.list_id is not None)
    return tuple(dict.fromkeys(list_id for list_id in lists if owner_of(list_id) == issuer))


def absent_list_urls(claims: Claims, lists: Mapping[str, StatusBits | None]) -> tuple[str, ...]:
    """The addresses of lists that may be those of another registry: this one proves that it has none of that
    name. `lists` are the registry's, by id, as they were looked up.
    """
    entries = status_entries(claims)
    named = ((entry.list_url, entry.list_id) for entry in entries if entry.list_id in lists)
    return _of_web(url for url, list_id in named if list_id is not None and lists[list_id] is None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """All checks of a credential, what follows from each proof, and what it says as far as it is signed."""

    checks: tuple[Check, ...]
    proofs: tuple[ProofVerdict, ...]
    covered: Claims


def judge(credential: Secured, facts: Facts, *, now_ms: int) -> tuple[Check, ...]:
    """All checks of a credential (K1). `now_ms` is the reader's clock."""
    return judgement(credential, facts, now_ms=now_ms).checks


def judgement(credential: Secured, facts: Facts, *, now_ms: int) -> Judgement:
    """The same, with each proof by itself."""
    claims = credential.claims
    proofs = judge_proofs(credential, facts, now_ms)
    is_others = any(check.reason is CredentialFlaw.OTHER_ISSUER for check in proofs.checks)
    checks = (
        *judge_form(proofs.covered),
        *(() if is_others and is_known(facts, claims.issuer) else _check_issuer(claims.issuer, facts)),
        *proofs.checks,
        *_check_anchor(facts),
        *judge_period(claims.period, OF_CREDENTIAL, now_ms),
        *_check_statuses(claims, facts, now_ms),
        *judge_schemas(proofs.covered, facts, now_ms),
    )
    return Judgement(checks, proofs.verdicts, proofs.covered)


def judge_draft(claims: Claims, facts: Facts, *, now_ms: int) -> tuple[Check, ...]:
    """All checks of what a credential is to say before it is signed: those of `judge`, by the same functions,
    but for proofs, keys and anchors.

    What it finds valid, `judge` finds valid once the issuer's key has signed it. `NOT_YET_VALID` alone need
    not keep anybody from signing: a credential may be made for a later day.
    """
    return (
        *judge_form(claims),
        *_check_issuer(claims.issuer, facts),
        *judge_period(claims.period, OF_CREDENTIAL, now_ms),
        *_check_statuses(claims, facts, now_ms),
    )


def is_known(facts: Facts, issuer: str | None) -> bool:
    """Whether anything is known of the issuer: its record, or its keys."""
    return issuer is not None and isinstance(facts.identities.get(issuer), Did | DidKeys)


def _check_issuer(issuer: str | None, facts: Facts) -> Iterator[Check]:
    """K6. That it names none is told as a flaw of the form."""
    if issuer is not None:
        yield _check_identity(issuer, facts.identities.get(issuer))


def _check_identity(issuer: str, identity: Identity) -> Check:
    shown = shortened(issuer, MAX_NAME_EXCERPT)
    match identity:
        case Did():
            return Check(Aspect.ISSUER, None, detail_of(issuer, _standing(issuer, identity)))
        case DidKeys():
            told = detail_of(shown, "only whoever holds its keys is known, and only its keys of now")
            return Check(Aspect.ISSUER, CredentialFlaw.UNREGISTERED, told)
        case Flaw():
            return Check.from_flaw(Aspect.ISSUER, identity)
        case None:
            told = detail_of(shown, fault_of_did(issuer) or "")
            return Check(Aspect.ISSUER, CredentialFlaw.UNKNOWN_ISSUER, told)


def _standing(issuer: str, did: Did) -> str:
    """What a reader should know of a name of the web that a member has registered for somebody."""
    if not issuer.startswith(WEB_METHOD) or did.sponsor == issuer or did.domain_attested_by is not None:
        return ""
    return f"registered by {did.sponsor}, and no other member has attested the domain"


def _check_anchor(facts: Facts) -> Iterator[Check]:
    if facts.anchored_ms is not None:
        yield Check(Aspect.ANCHOR)
    elif facts.has_anchor_proof:
        yield Check(Aspect.ANCHOR, CredentialFlaw.ANCHOR_UNPROVED, detail_of(facts.anchor_fault))


def _check_statuses(claims: Claims, facts: Facts, now_ms: int) -> Iterator[Check]:
    """K4, K5."""
    for entry in claims.statuses:
        if isinstance(entry, Flaw):
            yield Check.from_flaw(Aspect.STATUS, entry)
        elif entry.list_id is None or _is_only_published(entry, entry.list_id, facts):
            yield judge_published(entry, claims.issuer, facts, now_ms)
        else:
            yield _check_recorded(entry, entry.list_id, claims.issuer, facts)


def _is_only_published(entry: StatusEntry, list_id: str, facts: Facts) -> bool:
    """Whether a URL of the form that a registry's lists have is one of another registry: this one has no such
    list, and it was fetched.
    """
    return facts.lists.get(list_id) is None and entry.list_url in facts.published


def _check_recorded(entry: StatusEntry, list_id: str, issuer: str | None, facts: Facts) -> Check:
    """An entry of a list of the registry (K4). A token names no purpose, so that the list's counts."""
    told = _told_of_recorded(entry, list_id)
    if owner_of(list_id) != issuer:
        return Check(Aspect.STATUS, CredentialFlaw.STATUS_OF_OTHER, told)
    held = facts.lists.get(list_id)
    if held is None:
        return Check(Aspect.STATUS, CredentialFlaw.STATUS_UNKNOWN, told)
    size, purpose = held.status_list.size, held.status_list.purpose
    if entry.index >= size:
        return Check(Aspect.STATUS, CredentialFlaw.STATUS_UNKNOWN, detail_of(told, f"it has {size} entries"))
    if entry.method is not StatusMethod.TOKEN and purpose.name.lower() != entry.purpose:
        of_list = f"it is a list of {purpose.name.lower()}"
        return Check(Aspect.STATUS, CredentialFlaw.STATUS_OF_OTHER, detail_of(told, of_list))
    if not held.is_set(entry.index):
        return Check(Aspect.STATUS, None, told)
    match purpose:
        case StatusPurpose.REVOCATION:
            return Check(Aspect.STATUS, CredentialFlaw.REVOKED, told)
        case StatusPurpose.SUSPENSION:
            return Check(Aspect.STATUS, CredentialFlaw.SUSPENDED, told)
        case StatusPurpose.REFRESH:
            return Check(Aspect.STATUS, None, f"{told}: a newer one exists")


def _told_of_recorded(entry: StatusEntry, list_id: str) -> str:
    """The entry, for people."""
    told = f"entry {entry.index} of {list_id}"
    if entry.method is StatusMethod.TOKEN:
        return detail_of(told)
    purposes = [known.name.lower() for known in StatusPurpose]
    purpose = entry.purpose if entry.purpose in purposes else excerpt(entry.purpose, 40)
    return detail_of(f"{purpose}, {told}")
