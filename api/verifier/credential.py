"""Judging a credential from what the registry proves about it. No I/O, no clock: facts and `now_ms` come in.

    needs = needs_of(credential)                # whom and what to look up
    checks = judge(credential, facts, now_ms=now_ms)
    outcome = overall(checks)

Rules:

- K1 Every check is made and told, each valid, invalid or indeterminate with a reason; the whole is invalid if
  one is, else indeterminate if one is, else valid. What cannot be looked up is indeterminate: it fails
  closed.
- K2 Dates in a credential are claims of its signer. What proves that it existed at a time is its anchor.
- K3 A key counts while it is active. From the beginning of a compromise on it counts only for what was
  anchored before. After it ended in any other way, what was anchored before counts, and of the rest nobody
  can say.
- K4 Status entries are those of the issuer's own lists in the registry. A set bit of a revocation or
  suspension list makes the credential invalid; one of a refresh list does not.
- K5 Where the credential names no status list, that is no flaw: its issuer does not revoke.

Not judged here: whether the issuer was accredited, and what the credential counts for elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from api.credentials import eddsa_jcs
from api.credentials.document import Document, Json
from api.credentials.eddsa_jcs import DataIntegrityProof, ProofError
from api.verifier.status_reference import StatusReference, status_references
from api.verifier.verdict import Outcome, StatusBits
from registry.names import owner_of
from registry.primitives import ed25519
from registry.primitives.codec import Malformed
from registry.primitives.ed25519 import UnknownAlgorithm
from registry.records.did import Did, Key, KeyState, Purpose
from registry.records.status_list import StatusPurpose


class Aspect(StrEnum):
    """What a check is about."""

    SIGNATURE = "signature"
    ISSUER = "issuer"
    KEY = "key"
    ANCHOR = "anchor"
    DATES = "dates"
    STATUS = "status"


class CredentialFlaw(StrEnum):
    """What keeps a credential from being valid; the value is its sentence."""

    NO_READABLE_PROOF = "It has no proof that this verifier can read."
    WRONG_SIGNATURE = "The signature is not of this document by the issuer's key."
    OTHER_ISSUER = "It names another issuer than the one whose key signed it."
    UNKNOWN_ISSUER = "The registry has no such issuer."
    UNKNOWN_KEY = "The issuer has no key of this name."
    KEY_PURPOSE = "The key is not for signing credentials."
    KEY_UNREADABLE = "The key is of an algorithm that this verifier does not know."
    KEY_NOT_YET = "The key does not count yet."
    KEY_COMPROMISED = "The key is in other hands, and no anchor shows that the credential is older."
    KEY_ENDED = "The key has ended, and no anchor shows that the credential is older."
    ANCHOR_UNPROVED = "The anchor proof does not lead to a root that the issuer recorded."
    NOT_YET_VALID = "It is valid only from a later time on."
    EXPIRED = "It was valid only until an earlier time."
    DATES_UNREADABLE = "Its dates cannot be read."
    REVOKED = "It is revoked."
    SUSPENDED = "It is suspended."
    STATUS_ELSEWHERE = "It names a status list that is not in the registry."
    STATUS_OF_OTHER = "It names a status list of somebody else, or of another purpose."
    STATUS_UNKNOWN = "The registry has no such status list or entry."
    STATUS_UNREADABLE = "Its status entries cannot be read."


INCONCLUSIVE: Final = frozenset(
    {
        CredentialFlaw.NO_READABLE_PROOF,
        CredentialFlaw.KEY_UNREADABLE,
        CredentialFlaw.KEY_ENDED,
        CredentialFlaw.STATUS_ELSEWHERE,
        CredentialFlaw.STATUS_UNKNOWN,
    }
)
"""Flaws that leave the question open; all others answer it with no."""


@dataclass(frozen=True, slots=True)
class Check:
    """One check. `reason` is None exactly for a valid one; `detail` is for people."""

    aspect: Aspect
    reason: CredentialFlaw | None = None
    detail: str = ""

    @property
    def outcome(self) -> Outcome:
        """What follows from it."""
        if self.reason is None:
            return Outcome.VALID
        return Outcome.INDETERMINATE if self.reason in INCONCLUSIVE else Outcome.INVALID


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be looked up: the issuer's DID record and these lists."""

    issuer: str
    list_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """What was looked up, and proved as of one time.

    `did`: the issuer's record, None if there is none. `lists`: by id, None for one that there is not.
    `anchored_ms`: when the root was recorded to which the holder's anchor proof leads; None without a proof,
    or where it leads to none. `has_anchor_proof`: whether there is one.
    """

    did: Did | None
    lists: Mapping[str, StatusBits | None]
    as_of_ms: int
    has_anchor_proof: bool = False
    anchored_ms: int | None = None


def needs_of(credential: Document) -> Needs | None:
    """What to look up for a credential; None where it has no proof that can be read."""
    proof = _proof(credential)
    if isinstance(proof, Check):
        return None
    entries = status_references(credential) or ()
    lists = dict.fromkeys(entry.list_id for entry in entries if entry.list_id)
    return Needs(proof.verification_method.partition("#")[0], tuple(lists))


def judge(credential: Document, facts: Facts, *, now_ms: int) -> tuple[Check, ...]:
    """All checks of a credential (K1). `now_ms` is the reader's clock."""
    proof = _proof(credential)
    if isinstance(proof, Check):
        return (proof,)
    issuer, _, fragment = proof.verification_method.partition("#")
    checks = [_check_issuer(credential, issuer)]
    key = None if facts.did is None else facts.did.key(fragment)
    if key is None:
        unknown = CredentialFlaw.UNKNOWN_ISSUER if facts.did is None else CredentialFlaw.UNKNOWN_KEY
        checks.append(Check(Aspect.KEY, unknown, proof.verification_method))
    else:
        checks.append(_check_signature(credential, proof, key))
        checks.append(_check_key(key, facts))
    if facts.has_anchor_proof:
        reason = None if facts.anchored_ms is not None else CredentialFlaw.ANCHOR_UNPROVED
        checks.append(Check(Aspect.ANCHOR, reason))
    checks.append(_check_dates(credential, now_ms))
    return (*checks, *_check_statuses(credential, issuer, facts))


def overall(checks: Sequence[Check]) -> Outcome:
    """What follows from all checks together (K1)."""
    outcomes = {check.outcome for check in checks}
    if Outcome.INVALID in outcomes:
        return Outcome.INVALID
    return Outcome.INDETERMINATE if Outcome.INDETERMINATE in outcomes or not checks else Outcome.VALID


def _proof(credential: Document) -> DataIntegrityProof | Check:
    """The one proof of a suite known here; others beside it are not asked for."""
    try:
        found = eddsa_jcs.proofs(credential)
    except ProofError as error:
        return Check(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF, str(error))
    detail = ""
    for document in found:
        try:
            return eddsa_jcs.read_proof(document)
        except ProofError as error:
            detail = str(error)
    return Check(Aspect.SIGNATURE, CredentialFlaw.NO_READABLE_PROOF, detail)


def _check_issuer(credential: Document, signer: str) -> Check:
    named = credential.get("issuer")
    found = named.get("id") if isinstance(named, dict) else named
    return Check(Aspect.ISSUER, None if found == signer else CredentialFlaw.OTHER_ISSUER, signer)


def _check_signature(credential: Document, proof: DataIntegrityProof, key: Key) -> Check:
    try:
        eddsa_jcs.verify(credential, proof, ed25519.from_multikey(key.multikey))
    except (UnknownAlgorithm, Malformed) as error:
        return Check(Aspect.SIGNATURE, CredentialFlaw.KEY_UNREADABLE, str(error))
    except ProofError as error:
        return Check(Aspect.SIGNATURE, CredentialFlaw.WRONG_SIGNATURE, str(error))
    return Check(Aspect.SIGNATURE)


def _check_key(key: Key, facts: Facts) -> Check:
    """K3."""
    if key.purpose is not Purpose.ASSERTION_METHOD:
        return Check(Aspect.KEY, CredentialFlaw.KEY_PURPOSE, key.fragment)
    state = key.state_at(facts.as_of_ms)
    if state is None:
        return Check(Aspect.KEY, CredentialFlaw.KEY_NOT_YET, key.fragment)
    if state is KeyState.ACTIVE:
        return Check(Aspect.KEY, None, key.fragment)
    if facts.anchored_ms is not None and key.state_at(facts.anchored_ms) is KeyState.ACTIVE:
        return Check(Aspect.KEY, None, f"{key.fragment}, anchored before it ended")
    ended = CredentialFlaw.KEY_COMPROMISED if state is KeyState.COMPROMISED else CredentialFlaw.KEY_ENDED
    return Check(Aspect.KEY, ended, f"{key.fragment} is {state.name.lower()}")


def _check_dates(credential: Document, now_ms: int) -> Check:
    """K2: these are claims, and a credential that claims not to be valid is not."""
    try:
        begin_ms, end_ms = (_time_ms(credential.get(name)) for name in ("validFrom", "validUntil"))
    except ValueError as error:
        return Check(Aspect.DATES, CredentialFlaw.DATES_UNREADABLE, str(error))
    if begin_ms is not None and begin_ms > now_ms:
        return Check(Aspect.DATES, CredentialFlaw.NOT_YET_VALID, str(credential["validFrom"]))
    if end_ms is not None and end_ms < now_ms:
        return Check(Aspect.DATES, CredentialFlaw.EXPIRED, str(credential["validUntil"]))
    return Check(Aspect.DATES)


def _time_ms(value: Json) -> int | None:
    """Milliseconds since 1970 of a dateTimeStamp, None where there is none. Raises ValueError."""
    if value is None:
        return None
    if not isinstance(value, str):
        raise ValueError("a date that is no text")
    read = datetime.fromisoformat(value)
    if read.tzinfo is None:
        raise ValueError(f"{value} names no time zone")
    return int(read.timestamp() * 1000)


def _check_statuses(credential: Document, issuer: str, facts: Facts) -> tuple[Check, ...]:
    """K4, K5."""
    entries = status_references(credential)
    if entries is None:
        return (Check(Aspect.STATUS, CredentialFlaw.STATUS_UNREADABLE),)
    return tuple(_check_status(entry, issuer, facts) for entry in entries)


def _check_status(entry: StatusReference, issuer: str, facts: Facts) -> Check:
    told = f"{entry.purpose}, entry {entry.index} of {entry.list_id}"
    if not entry.list_id:
        return Check(Aspect.STATUS, CredentialFlaw.STATUS_ELSEWHERE, entry.purpose)
    held = facts.lists.get(entry.list_id)
    if held is None or entry.index >= held.status_list.size:
        return Check(Aspect.STATUS, CredentialFlaw.STATUS_UNKNOWN, told)
    purpose = held.status_list.purpose
    if owner_of(entry.list_id) != issuer or purpose.name.lower() != entry.purpose:
        return Check(Aspect.STATUS, CredentialFlaw.STATUS_OF_OTHER, told)
    if not held.is_set(entry.index):
        return Check(Aspect.STATUS, None, told)
    match purpose:
        case StatusPurpose.REVOCATION:
            return Check(Aspect.STATUS, CredentialFlaw.REVOKED, told)
        case StatusPurpose.SUSPENSION:
            return Check(Aspect.STATUS, CredentialFlaw.SUSPENDED, told)
        case StatusPurpose.REFRESH:
            return Check(Aspect.STATUS, None, f"{told}: a newer one exists")
