"""Status lists that are kept outside the registry (decision 0126).

Rules:

- L1 A list counts only if it is shown to be the one that the credential names, by whoever issued the
  credential: it is of the same issuer, calls itself by the URL that is named, and a key of the issuer's that
  counts now has signed it. An anchor of the credential says nothing of the list.
- L2 It counts from its beginning to its end, and within its `ttl` after it was fetched.
- L3 What is wrong with a list is nothing against the credential, and nothing for it: the status remains open.
  So nobody on the way can turn a credential by giving another list, and none counts as not revoked.
- L4 Only what the issuer has signed in both speaks against the credential: a value that is set, or a list for
  another purpose than the entry's.
- L5 A list whose own status is in a list is not followed, and one that names itself is refused.
- L6 A set value of revocation or suspension makes the credential invalid, one of refresh or message does not
  and is told. What other purposes and values mean is known to the issuer alone.
- L7 Nobody signs a revocation list of 1EdTech. It counts because it comes over https from where the signed
  credential says.
- L8 A list of the W3C that is too short for a crowd to hide in clears nobody. What is set in it is set.

Nothing more is looked up for a list than the list: its issuer is the credential's, which is known already.

Source: W3C Bitstring Status List 1.0, §3.2; IETF Token Status List, §7.1, §8.3; 1EdTech Revocation List
Status Method 1.0.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from api.credentials.excerpt import MAX_NAME_EXCERPT, detail_of, excerpt, shortened
from api.credentials.flaw import INCONCLUSIVE, CredentialFlaw, Flaw
from api.credentials.secured import StatusEntry, StatusMethod
from api.credentials.status.encoded_list import MIN_ENTRIES
from api.credentials.status.published import ListAsRead, PublishedList, RevokedIds
from api.credentials.status.reading import read_list
from api.verifier.credential.check import Aspect, Check
from api.verifier.credential.facts import Facts, Fetched
from api.verifier.credential.proofs import judge_proofs
from api.verifier.credential.validity import OF_CREDENTIAL, judge_period

_MAX_URL: Final = 90
_KNOWN_PURPOSES: Final = ("revocation", "suspension", "refresh", "message")
_SET_FLAWS: Final = {"revocation": CredentialFlaw.REVOKED, "suspension": CredentialFlaw.SUSPENDED}
_TOKEN_FLAWS: Final = {1: CredentialFlaw.REVOKED, 2: CredentialFlaw.SUSPENDED}
_MEANT_OF_LIST: Final = {
    CredentialFlaw.NO_READABLE_PROOF: CredentialFlaw.LIST_UNSIGNED,
    CredentialFlaw.KEY_ENDED: CredentialFlaw.LIST_UNSIGNED,
    CredentialFlaw.PROOF_NOT_YET: CredentialFlaw.LIST_EXPIRED,
    CredentialFlaw.PROOF_EXPIRED: CredentialFlaw.LIST_EXPIRED,
    CredentialFlaw.NOT_YET_VALID: CredentialFlaw.LIST_EXPIRED,
    CredentialFlaw.EXPIRED: CredentialFlaw.LIST_EXPIRED,
    CredentialFlaw.DATES_UNREADABLE: CredentialFlaw.LIST_MALFORMED,
    CredentialFlaw.DATES_CONTRADICT: CredentialFlaw.LIST_MALFORMED,
}
"""What a flaw means that would be the credential's, where it is the list's."""


def judge_published(entry: StatusEntry, issuer: str | None, facts: Facts, now_ms: int) -> Check:
    """The check of an entry whose list is not of the registry. `issuer` is the credential's."""
    found = facts.published.get(entry.list_url)
    if found is None:
        return _check(entry, Flaw(CredentialFlaw.STATUS_ELSEWHERE, "it was not looked up"))
    if isinstance(found, Flaw):
        return _check(entry, found)
    if issuer is None:
        return _check(entry, Flaw(CredentialFlaw.LIST_OF_OTHER, "the credential names no issuer"))
    read = read_list(entry.method, found.data, issuer)
    if isinstance(read, Flaw):
        return _check(entry, read)
    flaw = next(_flaws(entry, issuer, read, found, facts, now_ms), None)
    return _check(entry, flaw) if flaw is not None else _judge_value(entry, read)


def _check(entry: StatusEntry, flaw: Flaw) -> Check:
    return Check(Aspect.STATUS, flaw.reason, detail_of(_told(entry), flaw.detail))


def _told(entry: StatusEntry) -> str:
    """The entry, for people."""
    url = shortened(entry.list_url, _MAX_URL)
    match entry.method:
        case StatusMethod.REVOCATION_LIST_1EDTECH:
            return f"revocation list at {url}"
        case StatusMethod.TOKEN:
            return f"entry {entry.index} of {url}"
        case _:
            is_known = entry.purpose in _KNOWN_PURPOSES
            purpose = entry.purpose if is_known else excerpt(entry.purpose, 40)
            return f"{purpose}, entry {entry.index} of {url}"


def _flaws(
    entry: StatusEntry, issuer: str, read: ListAsRead, fetched: Fetched, facts: Facts, now_ms: int
) -> Iterator[Flaw]:
    """Why a list does not count, in the order in which it is told."""
    if isinstance(read, RevokedIds):
        yield from _of_other(entry, issuer, read.issuer, read.names)
        if not entry.list_url.lower().startswith("https:"):
            yield Flaw(CredentialFlaw.LIST_UNSIGNED, "it does not come over https")
        return
    yield from _of_other(entry, issuer, read.proved.claims.issuer, read.names)
    yield from _own_status(entry, read)
    yield from _unproved(read, issuer, facts, now_ms)
    yield from _outside_period(read, fetched, now_ms)
    yield from _without_entry(entry, read)


def _of_other(entry: StatusEntry, issuer: str, of_list: str | None, names: tuple[str, ...]) -> Iterator[Flaw]:
    """L1."""
    if of_list != issuer:
        told = f"its issuer is {excerpt(of_list, MAX_NAME_EXCERPT)}"
        yield Flaw(CredentialFlaw.LIST_OF_OTHER, told)
    for name in names:
        if name != entry.list_url:
            yield Flaw(CredentialFlaw.LIST_OF_OTHER, f"it calls itself {excerpt(name)}")


def _own_status(entry: StatusEntry, read: PublishedList) -> Iterator[Flaw]:
    """L5."""
    for own in read.proved.claims.statuses:
        if isinstance(own, StatusEntry) and own.list_url == entry.list_url:
            yield Flaw(CredentialFlaw.LIST_MALFORMED, "its own status is in itself")
        yield Flaw(CredentialFlaw.STATUS_UNSUPPORTED, "its own status is in a list, which is not followed")


def _unproved(read: PublishedList, issuer: str, facts: Facts, now_ms: int) -> Iterator[Flaw]:
    """L1."""
    identity = facts.identities.get(issuer)
    if isinstance(identity, Flaw):
        yield identity
    of_list = replace(facts, has_anchor_proof=False, anchored_ms=None, anchor_fault="")
    checks = judge_proofs(read.proved, of_list, now_ms).checks
    own = [check for check in checks if check.aspect is not Aspect.OTHER_PROOF]
    flawed = [check for check in own if check.reason is not None]
    for check in sorted(flawed, key=lambda check: check.reason in INCONCLUSIVE):
        yield _of_list(check, CredentialFlaw.LIST_UNSIGNED)
    if not any(check.aspect is Aspect.SIGNATURE and check.reason is None for check in own):
        yield Flaw(CredentialFlaw.LIST_UNSIGNED, "no key of its issuer is known")


def _outside_period(read: PublishedList, fetched: Fetched, now_ms: int) -> Iterator[Flaw]:
    """L2."""
    for check in judge_period(read.proved.claims.period, OF_CREDENTIAL, now_ms):
        if check.reason is not None:
            yield _of_list(check, CredentialFlaw.LIST_EXPIRED)
    age_ms = now_ms - fetched.fetched_ms
    if read.ttl_ms is not None and age_ms > read.ttl_ms:
        told = f"it was fetched {age_ms} ms ago, and may be used for {read.ttl_ms} ms"
        yield Flaw(CredentialFlaw.LIST_EXPIRED, told)


def _of_list(check: Check, otherwise: CredentialFlaw) -> Flaw:
    """A flaw of the list's own proof or dates, told as the list's. What leaves a proof open otherwise keeps
    its reason, for it says what to do.
    """
    reason = check.reason
    if reason is None:
        raise AssertionError("a valid check has no flaw")
    if reason in _MEANT_OF_LIST:
        reason = _MEANT_OF_LIST[reason]
    elif reason not in INCONCLUSIVE:
        reason = otherwise
    return Flaw(reason, check.told if reason is not check.reason else check.detail)


def _without_entry(entry: StatusEntry, read: PublishedList) -> Iterator[Flaw]:
    """L4, and the bounds of the list."""
    if read.purposes is not None and entry.purpose not in read.purposes:
        told = f"it is a list of {', '.join(excerpt(purpose, 40) for purpose in read.purposes[:3])}"
        yield Flaw(CredentialFlaw.STATUS_OF_OTHER, told)
    bits = _bits(entry, read)
    if read.purposes is not None and read.bits not in (None, bits):
        told = f"its entries have {read.bits} bits, and the credential says {bits}"
        yield Flaw(CredentialFlaw.LIST_MALFORMED, told)
    count = read.entries.count(bits)
    if entry.index >= count:
        yield Flaw(CredentialFlaw.LIST_TOO_SHORT, f"it has {count} entries")


def _bits(entry: StatusEntry, read: PublishedList) -> int:
    """A token says how many bits an entry has; of other lists the credential does."""
    return read.bits if read.purposes is None and read.bits is not None else entry.bits


def _judge_value(entry: StatusEntry, read: ListAsRead) -> Check:
    """L7, L8."""
    if isinstance(read, PublishedList):
        check, too_short = _judge_bits(entry, read), _too_short(entry, read)
        return check if check.reason is not None or too_short is None else _check(entry, too_short)
    if entry.credential_id in read.revoked:
        return _check(entry, Flaw(CredentialFlaw.REVOKED))
    return Check(Aspect.STATUS, None, detail_of(_told(entry), "nobody signs a list of this type"))


def _too_short(entry: StatusEntry, read: PublishedList) -> Flaw | None:
    """L8."""
    count = read.entries.count(_bits(entry, read))
    if read.purposes is None or count >= MIN_ENTRIES:
        return None
    return Flaw(CredentialFlaw.LIST_TOO_SHORT, f"it has {count} entries, fewer than {MIN_ENTRIES}")


def _judge_bits(entry: StatusEntry, read: PublishedList) -> Check:
    """L6."""
    value = read.entries.value(entry.index, _bits(entry, read))
    if value == 0:
        return Check(Aspect.STATUS, None, detail_of(_told(entry), _remark(read)))
    if read.purposes is None:
        return _judge_token_value(entry, value)
    return _judge_set(entry, value)


def _judge_token_value(entry: StatusEntry, value: int) -> Check:
    told = f"its value is {value:#x}, which has a meaning for the issuer alone"
    if value in _TOKEN_FLAWS:
        return _check(entry, Flaw(_TOKEN_FLAWS[value]))
    return _check(entry, Flaw(CredentialFlaw.STATUS_UNSUPPORTED, told))


def _judge_set(entry: StatusEntry, value: int) -> Check:
    match entry.purpose:
        case "revocation" | "suspension":
            return _check(entry, Flaw(_SET_FLAWS[entry.purpose]))
        case "refresh":
            return Check(Aspect.STATUS, None, detail_of(_told(entry), "a newer one exists"))
        case "message":
            return Check(Aspect.STATUS, None, detail_of(_told(entry), f"the issuer's message is {value:#x}"))
        case _:
            told = f"its value is {value:#x}, which has a meaning for the issuer alone"
            return _check(entry, Flaw(CredentialFlaw.STATUS_UNSUPPORTED, told))


def _remark(read: PublishedList) -> str:
    """What a reader should know of a list that never ends."""
    return (
        "" if read.proved.claims.period.ends else "the list names no end, so an old one would count as well"
    )
