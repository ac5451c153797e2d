"""The keys by which a proof may have been made, and whether each counts (S5, S6 of `proofs`)."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from api.credentials.did_methods.keys import DidKeys, VerificationKey
from api.credentials.excerpt import MAX_NAME_EXCERPT, detail_of, shortened
from api.credentials.flaw import CredentialFlaw
from api.verifier.credential.check import Aspect, Check
from api.verifier.credential.facts import Facts
from registry.kinds.did.record import Did, Key, KeyState, Purpose

MAX_TRIED: Final = 8
"""Keys that are tried for a proof that names none."""


@dataclass(frozen=True, slots=True)
class CandidateKey:
    """A key as Multikey bytes, None where its algorithm is not known here, and the check of whether it
    counts.
    """

    multikey: bytes | None
    algorithm: str
    standing: Check


def candidates(identity: Did | DidKeys, key: str, facts: Facts, now_ms: int) -> tuple[CandidateKey, ...]:
    """The keys that a proof may be by: the one that `key` names, a DID URL, or the first 8 for assertion
    where it is a bare DID; none where there is no such key.
    """
    if isinstance(identity, Did):
        found = _of_record(identity, key.partition("#")[2], facts)
    else:
        found = _of_method(identity, key, facts, now_ms)
    return tuple(islice(found, MAX_TRIED))


def _of_record(did: Did, fragment: str, facts: Facts) -> Iterator[CandidateKey]:
    """The active keys come first, for a record may hold more than are tried."""
    keys = [key for key in did.keys if key.fragment == fragment] if fragment else _for_assertion(did, facts)
    for key in keys:
        yield CandidateKey(key.multikey, "", _standing_of_recorded(key, facts))


def _for_assertion(did: Did, facts: Facts) -> list[Key]:
    keys = [key for key in did.keys if key.purpose is Purpose.ASSERTION_METHOD]
    return sorted(keys, key=lambda key: key.state_at(facts.as_of_ms) is not KeyState.ACTIVE)


def _standing_of_recorded(key: Key, facts: Facts) -> Check:
    """S6."""
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


def _of_method(keys: DidKeys, key: str, facts: Facts, now_ms: int) -> Iterator[CandidateKey]:
    is_bare = "#" not in key
    for listed in keys.assertion:
        if is_bare or listed.id == key:
            yield CandidateKey(
                listed.multikey, listed.algorithm, _standing_of_listed(listed, keys.did, facts, now_ms)
            )
    if not is_bare and all(listed.id != key for listed in keys.assertion):
        for listed in keys.authentication:
            if listed.id == key:
                refused = Check(Aspect.KEY, CredentialFlaw.KEY_PURPOSE, _named(listed))
                yield CandidateKey(listed.multikey, listed.algorithm, refused)


def _standing_of_listed(listed: VerificationKey, did: str, facts: Facts, now_ms: int) -> Check:
    """S6: the document says what counts now, and of other times only when a key ended."""
    if listed.controller != did:
        told = detail_of(_named(listed), f"it is {shortened(listed.controller, 60)} that controls it")
        return Check(Aspect.KEY, CredentialFlaw.UNKNOWN_KEY, told)
    if listed.period.unreadable:
        return Check(Aspect.KEY, CredentialFlaw.KEY_ENDED, listed.period.unreadable[0].detail)
    counted_ms = now_ms if facts.anchored_ms is None else facts.anchored_ms
    for end in listed.period.ends:
        if end.time_ms <= counted_ms:
            return Check(
                Aspect.KEY, CredentialFlaw.KEY_ENDED, detail_of(_named(listed), end.place, end.written)
            )
    return Check(Aspect.KEY, None, detail_of(_named(listed), "listed now; its DID keeps no history"))


def _named(listed: VerificationKey) -> str:
    return shortened(f"#{listed.id.partition('#')[2]}", MAX_NAME_EXCERPT)
