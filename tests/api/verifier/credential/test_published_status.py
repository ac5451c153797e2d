"""L1 to L7: what a published list says of an entry, and when it says nothing."""

import json
import zlib
from dataclasses import replace
from typing import Any

import pytest

from api.base64url import to_text
from api.credentials.did_methods.keys import DidKeys
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.data_integrity.reading import secured_document
from api.credentials.secured import StatusEntry
from api.credentials.status.reading import read_list
from api.verifier.credential import Aspect, judge, needs_of
from api.verifier.credential.check import Check
from api.verifier.credential.published_status import judge_published
from registry.kinds.did.record import KeyPeriod, KeyState
from tests.api.credentials.status.lists import (
    CREATED_S,
    ISSUER,
    SHORTEST,
    URL,
    bits,
    bitstring_list,
    cwt,
    cwt_said,
    encoded,
    jwt,
    list_2021,
    proved,
    revocation_list,
    token_said,
)
from tests.api.verifier.credential.awarded import BEGIN_MS, NOW_MS, did, draft, signed
from tests.api.verifier.credential.published import (
    BITSTRING,
    ENDLESS,
    FACTS,
    IDS,
    OF_METHOD,
    OLD,
    OTHER,
    OTHER_SEED,
    TOKEN,
    TOLD,
    fetched,
    flawed,
    judged,
    status_in,
    valid,
)

LISTS: dict[str, tuple[StatusEntry, bytes, bytes, str]] = {
    "a bitstring": (BITSTRING, proved(bitstring_list()), proved(bitstring_list(5)), TOLD),
    "StatusList2021": (OLD, proved(list_2021()), proved(list_2021(5)), TOLD),
    "a JWT": (TOKEN, jwt(token_said()), jwt(token_said(5)), f"entry 5 of {URL}"),
    "a CWT": (TOKEN, cwt(cwt_said()), cwt(cwt_said(5)), f"entry 5 of {URL}"),
}
EACH = pytest.mark.parametrize(("entry", "clear", "one_set", "told"), LISTS.values(), ids=LISTS.keys())


@EACH
@pytest.mark.parametrize("identity", [did(), OF_METHOD], ids=["of the registry", "of another method"])
def test_a_clear_entry_is_valid_and_a_set_one_is_not(
    entry: StatusEntry, clear: bytes, one_set: bytes, told: str, identity: Any
) -> None:
    facts = replace(FACTS, identities={ISSUER: identity})
    assert judged(entry, clear, facts=facts) == valid(f"{told}: {ENDLESS}")
    assert judged(entry, one_set, facts=facts) == flawed(CredentialFlaw.REVOKED, told)


@EACH
@pytest.mark.parametrize("index", [4, 6, 2, 0, SHORTEST - 1])
def test_no_other_entry_of_the_list_counts(
    entry: StatusEntry, clear: bytes, one_set: bytes, told: str, index: int
) -> None:
    """Entry 2 stands where entry 5 would, if the first bit were at the other end."""
    assert judged(replace(entry, index=index), clear).reason is None
    assert judged(replace(entry, index=index), one_set).reason is None


def test_a_list_of_ids() -> None:
    """L7."""
    told = f"revocation list at {URL}"
    clear = valid(f"{told}: nobody signs a list of this type")
    assert judged(IDS, revocation_list("urn:uuid:4")) == clear
    assert judged(IDS, revocation_list("urn:uuid:4", "urn:uuid:5")) == flawed(CredentialFlaw.REVOKED, told)
    given_back = revocation_list(revokedCredentials=[{"id": "urn:uuid:5", "revoked": False}])
    assert judged(IDS, given_back) == clear


PURPOSES: dict[str, tuple[str, CredentialFlaw | None, str]] = {
    "revocation": ("revocation", CredentialFlaw.REVOKED, ""),
    "suspension": ("suspension", CredentialFlaw.SUSPENDED, ""),
    "refresh": ("refresh", None, "a newer one exists"),
    "message": ("message", None, "the issuer's message is 0x1"),
    "another": (
        "probation",
        CredentialFlaw.STATUS_UNSUPPORTED,
        "its value is 0x1, which has a meaning for the issuer alone",
    ),
}


@pytest.mark.parametrize(("purpose", "reason", "meaning"), PURPOSES.values(), ids=PURPOSES.keys())
def test_what_a_set_entry_says_depends_on_its_purpose(
    purpose: str, reason: CredentialFlaw | None, meaning: str
) -> None:
    """L6."""
    data = proved(bitstring_list(5, subject={"statusPurpose": purpose}))
    shown = f"{purpose}, entry 5 of {URL}" if purpose != "probation" else f"'probation', entry 5 of {URL}"
    told = f"{shown}: {meaning}" if meaning else shown
    assert judged(replace(BITSTRING, purpose=purpose), data) == Check(Aspect.STATUS, reason, told)
    clear = proved(bitstring_list(subject={"statusPurpose": purpose}))
    assert judged(replace(BITSTRING, purpose=purpose), clear).reason is None


def test_a_list_serves_several_purposes() -> None:
    data = proved(bitstring_list(5, subject={"statusPurpose": ["suspension", "revocation"]}))
    assert judged(BITSTRING, data) == flawed(CredentialFlaw.REVOKED, TOLD)
    told = f"suspension, entry 5 of {URL}"
    assert judged(replace(BITSTRING, purpose="suspension"), data) == flawed(CredentialFlaw.SUSPENDED, told)


def test_values_of_several_bits() -> None:
    """W3C: a value that is not 0 is set. The entry says how many bits it has."""
    packed = bits(count=4 * SHORTEST)
    packed = packed[:2] + bytes([0b0011_0100]) + packed[3:]
    entry = replace(BITSTRING, purpose="message", bits=4)
    for index, message in ((4, "0x3"), (5, "0x4")):
        data = proved(bitstring_list(subject={"statusPurpose": "message", "encodedList": encoded(packed)}))
        told = f"message, entry {index} of {URL}: the issuer's message is {message}"
        assert judged(replace(entry, index=index), data) == valid(told)
    revoking = proved(bitstring_list(subject={"encodedList": encoded(packed)}))
    assert judged(replace(BITSTRING, bits=4), revoking) == flawed(CredentialFlaw.REVOKED, TOLD)


@pytest.mark.parametrize("size", [1, 2, 4, 8])
@pytest.mark.parametrize("value", [0, 1, 2, 3, 11, 12, 255])
@pytest.mark.parametrize("is_cwt", [False, True])
def test_values_of_a_token(size: int, value: int, is_cwt: bool) -> None:
    """L6: 1 is invalid, 2 suspended; what other values mean nobody else knows. The token says the bits."""
    if value >= 1 << size:
        return
    compressed = zlib.compress((value << 5 * size).to_bytes(8, "little") + bytes(8))
    packed = {"bits": size, "lst": compressed if is_cwt else to_text(compressed)}
    data = cwt(cwt_said(status_list=packed)) if is_cwt else jwt(token_said(status_list=packed))
    known = {0: None, 1: CredentialFlaw.REVOKED, 2: CredentialFlaw.SUSPENDED}
    assert judged(TOKEN, data).reason is known.get(value, CredentialFlaw.STATUS_UNSUPPORTED)
    assert judged(replace(TOKEN, index=4), data).reason is None


def test_a_list_with_an_end_has_nothing_to_be_told() -> None:
    data = proved(bitstring_list(validUntil="2030-01-01T00:00:00Z"))
    assert judged(BITSTRING, data) == valid(TOLD)
    assert judged(TOKEN, jwt(token_said(exp=NOW_MS // 1_000))) == valid(f"entry 5 of {URL}")


def test_what_could_not_be_had_is_told_as_it_was_found() -> None:
    """L3: that nobody could fetch the list never looks like `not revoked`."""
    unreachable = Flaw(CredentialFlaw.STATUS_UNREACHABLE, "nothing answers there")
    told = f"{TOLD}: nothing answers there"
    assert judged(BITSTRING, unreachable) == flawed(CredentialFlaw.STATUS_UNREACHABLE, told)
    not_asked = judge_published(BITSTRING, ISSUER, FACTS, NOW_MS)
    assert not_asked == flawed(CredentialFlaw.STATUS_ELSEWHERE, f"{TOLD}: it was not looked up")
    nobody = judged(BITSTRING, proved(bitstring_list()), issuer=None)
    assert nobody == flawed(CredentialFlaw.LIST_OF_OTHER, f"{TOLD}: the credential names no issuer")


@EACH
@pytest.mark.parametrize(
    ("identities", "reason"),
    [
        ({}, CredentialFlaw.LIST_UNSIGNED),
        ({ISSUER: None}, CredentialFlaw.LIST_UNSIGNED),
        ({ISSUER: Flaw(CredentialFlaw.DID_UNREACHABLE, "x")}, CredentialFlaw.DID_UNREACHABLE),
        ({ISSUER: DidKeys(ISSUER, (), OF_METHOD.assertion)}, CredentialFlaw.LIST_UNSIGNED),
        ({ISSUER: did(seed=OTHER_SEED)}, CredentialFlaw.LIST_UNSIGNED),
    ],
    ids=["nobody", "unknown", "unreachable", "no key for assertion", "another key"],
)
def test_an_issuer_whose_key_is_not_known_has_signed_nothing(
    entry: StatusEntry,
    clear: bytes,
    one_set: bytes,
    told: str,
    identities: Any,
    reason: CredentialFlaw,
) -> None:
    """L1."""
    facts = replace(FACTS, identities=identities)
    assert judged(entry, clear, facts=facts).reason is reason
    assert judged(entry, one_set, facts=facts).reason is reason


@EACH
@pytest.mark.parametrize("state", [KeyState.COMPROMISED, KeyState.RETIRED, KeyState.REVOKED])
def test_an_anchor_of_the_credential_says_nothing_of_its_list(
    entry: StatusEntry, clear: bytes, one_set: bytes, told: str, state: KeyState
) -> None:
    """L1: whoever has the stolen key signs a list as of yesterday, with no end, and the credential is old."""
    ended = did(KeyPeriod(state, NOW_MS - 1_000))
    facts = replace(FACTS, identities={ISSUER: ended}, has_anchor_proof=True, anchored_ms=BEGIN_MS + 1_000)
    assert judged(entry, clear, facts=facts).reason is CredentialFlaw.LIST_UNSIGNED
    assert judged(entry, one_set, facts=facts).reason is CredentialFlaw.LIST_UNSIGNED


def test_a_bitstring_list_may_be_used_for_so_many_milliseconds() -> None:
    """L2: `ttl` of Bitstring Status List is in milliseconds, counted from when the list was fetched."""
    data = proved(bitstring_list(subject={"ttl": 300_000}))
    assert judged(BITSTRING, data, fetched_ms=NOW_MS - 300_000).reason is None
    check = judged(BITSTRING, data, fetched_ms=NOW_MS - 300_001)
    told = f"{TOLD}: it was fetched 300001 ms ago, and may be used for 300000 ms"
    assert check == flawed(CredentialFlaw.LIST_EXPIRED, told)


@pytest.mark.parametrize("make", [lambda: jwt(token_said(ttl=300)), lambda: cwt(cwt_said(ttl=300))])
def test_a_token_may_be_used_for_so_many_seconds(make: Any) -> None:
    """L2: `ttl` of a Status List Token is in seconds."""
    assert judged(TOKEN, make(), fetched_ms=NOW_MS - 300_000).reason is None
    assert judged(TOKEN, make(), fetched_ms=NOW_MS - 300_001).reason is CredentialFlaw.LIST_EXPIRED


def test_a_list_that_was_fetched_for_this_credential_counts_whatever_its_ttl() -> None:
    """It may be fetched after the time as of which the credential is judged."""
    data = proved(bitstring_list(subject={"ttl": 0}))
    assert judged(BITSTRING, data, fetched_ms=NOW_MS).reason is None
    assert judged(BITSTRING, data, fetched_ms=NOW_MS + 2_000).reason is None


def test_a_list_that_does_not_say_which_one_it_is_is_the_one_that_was_fetched() -> None:
    data = proved(bitstring_list(id=..., subject={"id": ...}))
    assert judged(BITSTRING, data).reason is None


def test_a_token_without_issuer_is_one_of_whoever_signed_the_credential() -> None:
    """A Status List Token need not name its issuer: then a key of the credential's issuer has signed it."""
    for data in (jwt(token_said(iss=...)), cwt(cwt_said(iss=...))):
        assert judged(TOKEN, data).reason is None
    for data in (jwt(token_said(iss=...), OTHER_SEED), cwt(cwt_said(iss=...), OTHER_SEED)):
        assert judged(TOKEN, data).reason is CredentialFlaw.LIST_UNSIGNED


def test_a_token_without_kid_is_tried_with_the_issuers_keys() -> None:
    for data in (jwt(token_said(), kid=...), cwt(cwt_said(), protected={4: ...})):
        assert judged(TOKEN, data).reason is None


def test_a_list_credential_in_a_jwt() -> None:
    """The formats' table reads it, as any credential."""
    for document, entry in ((bitstring_list(5), BITSTRING), (list_2021(5), OLD)):
        said = {"vc": document, "iss": ISSUER, "jti": URL, "nbf": CREATED_S}
        data = jwt(said if entry is OLD else document, typ="JWT" if entry is OLD else "vc+jwt")
        assert judged(entry, data) == flawed(CredentialFlaw.REVOKED, TOLD)
        assert judged(replace(entry, index=6), data).reason is None


def test_a_second_proof_beside_the_issuers_has_no_say() -> None:
    """S2 of `proofs`: anybody can put one there."""
    document = json.loads(proved(bitstring_list()))
    forged = json.loads(proved(bitstring_list(), OTHER_SEED, verificationMethod=f"{OTHER}#1"))["proof"]
    both = json.dumps({**document, "proof": [forged, document["proof"]]}).encode()
    assert judged(BITSTRING, both).reason is None
    alone = json.dumps({**document, "proof": [forged]}).encode()
    assert judged(BITSTRING, alone).reason is CredentialFlaw.LIST_UNSIGNED


def test_a_credential_is_judged_with_its_list() -> None:
    """The whole way: what has to be looked up is the list alone, for its issuer is the credential's."""
    entry = status_in(URL)
    credential = secured_document(signed(credentialStatus=entry))
    needs = needs_of(credential)
    assert needs.dids == (ISSUER,)
    assert needs.list_urls == (URL,)
    for data, reason in (
        (proved(bitstring_list()), None),
        (proved(bitstring_list(5)), CredentialFlaw.REVOKED),
        (b"", CredentialFlaw.LIST_MALFORMED),
    ):
        facts = replace(FACTS, published={URL: fetched(data)})
        checks = judge(credential, facts, now_ms=NOW_MS)
        assert [check.reason for check in checks if check.aspect is Aspect.STATUS] == [reason]
        assert {check.reason for check in checks if check.aspect is not Aspect.STATUS} == {None}


def test_a_list_that_is_judged_as_a_credential_does_not_vouch_for_itself() -> None:
    """L5: a list whose status is in itself, given as the credential, and fetched as its list."""
    entry = status_in(URL)
    data = proved(bitstring_list(credentialStatus=entry))
    credential = secured_document(json.loads(data))
    checks = judge(credential, replace(FACTS, published={URL: fetched(data)}), now_ms=NOW_MS)
    (check,) = (check for check in checks if check.aspect is Aspect.STATUS)
    assert check == flawed(CredentialFlaw.LIST_MALFORMED, f"{TOLD}: its own status is in itself")


def test_each_entry_has_a_check_of_its_own() -> None:
    """One list that cannot be had does not hide what another says."""
    entries = [
        status_in(URL),
        status_in(f"{URL}0", purpose="suspension"),
        status_in(f"{URL}1"),
    ]
    entries.append({"type": "StatusOfTomorrow"})
    suspended = proved(bitstring_list(5, id=f"{URL}0", subject={"statusPurpose": "suspension"}))
    facts = replace(
        FACTS,
        published={
            URL: fetched(proved(bitstring_list())),
            f"{URL}0": fetched(suspended),
            f"{URL}1": Flaw(CredentialFlaw.STATUS_UNREACHABLE),
        },
    )
    checks = judge(secured_document(draft(credentialStatus=entries)), facts, now_ms=NOW_MS)
    assert [check.reason for check in checks if check.aspect is Aspect.STATUS] == [
        None,
        CredentialFlaw.SUSPENDED,
        CredentialFlaw.STATUS_UNREACHABLE,
        CredentialFlaw.STATUS_TYPE_UNSUPPORTED,
    ]


def test_a_list_that_is_too_short_clears_nobody_and_revokes_all_the_same() -> None:
    """L8: that it is too short endangers whom it is about, and nobody else. Its issuer has signed what is
    set.
    """
    short = encoded(bits(5, count=1024))
    data = proved(bitstring_list(subject={"encodedList": short}))
    assert judged(BITSTRING, data) == flawed(CredentialFlaw.REVOKED, TOLD)
    clear = replace(BITSTRING, index=6)
    told = f"revocation, entry 6 of {URL}: it has 1024 entries, fewer than 131072"
    assert judged(clear, data) == flawed(CredentialFlaw.LIST_TOO_SHORT, told)
    refreshed = proved(bitstring_list(subject={"encodedList": short, "statusPurpose": "refresh"}))
    check = judged(replace(BITSTRING, purpose="refresh"), refreshed)
    assert check.reason is CredentialFlaw.LIST_TOO_SHORT


def test_a_list_is_read_once() -> None:
    """Many credentials name one list: it is unpacked once, and its proof verified once."""
    data = proved(bitstring_list())
    read_list.cache_clear()
    for index in range(20):
        assert judged(replace(BITSTRING, index=index), data).reason is None
    info = read_list.cache_info()
    assert (info.misses, info.hits) == (1, 19)
