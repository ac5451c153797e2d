"""Status List Tokens in both forms: what is read of one, and what is none (T1 to T3, N1, W1, W2)."""

import zlib
from typing import Any

import cbor2
import pytest

from api.base64url import to_text
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.period import ClaimedDate, ValidityPeriod
from api.credentials.secured import StatusMethod
from api.credentials.status.entry_values import EntryValues, FirstBit
from api.credentials.status.published import ListAsRead, PublishedList
from api.credentials.status.reading import read_list
from registry.primitives import ed25519
from tests.api.credentials.status.lists import (
    CREATED_S,
    ISSUER,
    KEY,
    SEED,
    URL,
    cwt,
    cwt_said,
    jwt,
    low_bits,
    token_said,
)


def read(data: bytes) -> ListAsRead | Flaw:
    return read_list(StatusMethod.TOKEN, data, ISSUER)


def good(data: bytes) -> PublishedList:
    found = read(data)
    assert isinstance(found, PublishedList)
    return found


@pytest.mark.parametrize("is_cwt", [False, True])
def test_what_a_token_says(is_cwt: bool) -> None:
    said: dict[str, Any] = {"exp": CREATED_S + 60, "nbf": CREATED_S + 1, "ttl": 1.5}
    found = good(cwt(cwt_said(5, **said)) if is_cwt else jwt(token_said(5, **said)))
    assert found.names == (URL,)
    assert found.purposes is None
    assert found.bits == 1
    assert found.ttl_ms == 1_500
    assert found.entries == EntryValues(low_bits(5), FirstBit.RIGHT_MOST)
    claims, (proof,) = found.proved.claims, found.proved.proofs
    assert (claims.id, claims.issuer, claims.issuer_as_written) == (URL, ISSUER, ISSUER)
    assert claims.period == ValidityPeriod(
        (
            ClaimedDate("iat", f"{CREATED_S} (2026-01-31T12:00:00Z)", CREATED_S * 1_000),
            ClaimedDate("nbf", f"{CREATED_S + 1} (2026-01-31T12:00:01Z)", (CREATED_S + 1) * 1_000),
        ),
        (ClaimedDate("exp", f"{CREATED_S + 60} (2026-01-31T12:01:00Z)", (CREATED_S + 60) * 1_000),),
        (),
    )
    assert list(claims.form_flaws()) == []
    assert (claims.statuses, claims.schemas, claims.holders) == ((), (), ())
    assert (proof.key, proof.flaw, proof.period) == (KEY, None, ValidityPeriod((), (), ()))
    assert proof.suite == ("CWT EdDSA" if is_cwt else "Status List Token EdDSA")
    assert proof.covered is claims
    assert proof.verify(ed25519.to_multikey(ed25519.public_key(SEED))) is None


@pytest.mark.parametrize("kind", ["statuslist+jwt", "application/statuslist+jwt", "StatusList+JWT"])
def test_the_type_of_a_jwt(kind: str) -> None:
    """N1."""
    assert good(jwt(token_said(), typ=kind)).bits == 1


@pytest.mark.parametrize("alg", [-8, -19])
@pytest.mark.parametrize("kind", ["statuslist+cwt", "application/statuslist+cwt"])
def test_the_headers_of_a_cwt(alg: int, kind: str) -> None:
    """W2, W3. The key may be named in the unprotected header."""
    data = cwt(cwt_said(), protected={1: alg, 4: ..., 16: kind}, unprotected={4: KEY.encode()})
    (proof,) = good(data).proved.proofs
    assert (proof.key, proof.flaw) == (KEY, None)


KIDS: dict[str, tuple[Any, str, CredentialFlaw | None]] = {
    "a DID URL": (KEY.encode(), KEY, None),
    "a fragment": (b"#credentials-1", KEY, None),
    "a bare fragment": (b"credentials-1", KEY, None),
    "none": (..., ISSUER, None),
    "a URL of the web": (b"https://x.example/key", "", CredentialFlaw.PROOF_MALFORMED),
    "no text": (b"\xff\xfe", "", CredentialFlaw.PROOF_MALFORMED),
    "a text": (KEY, "", CredentialFlaw.PROOF_MALFORMED),
    "a DID with a path": (b"did:web:x.example/a#b", "", CredentialFlaw.PROOF_MALFORMED),
}


@pytest.mark.parametrize(("kid", "key", "reason"), KIDS.values(), ids=KIDS.keys())
def test_the_key_of_a_cwt(kid: Any, key: str, reason: CredentialFlaw | None) -> None:
    """W4: what a header names is never fetched."""
    (proof,) = good(cwt(cwt_said(), protected={4: kid})).proved.proofs
    assert proof.key == key
    assert (proof.flaw and proof.flaw.reason) == reason


PACKED = zlib.compress(low_bits())
CLAIMS: dict[str, tuple[dict[str, Any], str]] = {
    "no subject": ({"sub": ...}, "sub: null, not a text"),
    "a subject that is no text": ({"sub": 5}, "sub: 5, not a text"),
    "an issuer that is no text": ({"iss": [ISSUER]}, "iss: a list or an object, not a text"),
    "no time": ({"iat": ...}, "iat is missing"),
    "no list": ({"status_list": ...}, "status_list: null, not an object"),
    "a text for a list": ({"status_list": "x"}, "status_list: 'x', not an object"),
    "no bits": ({"status_list": {"lst": to_text(PACKED)}}, "status_list/bits: null, none of 1, 2, 4 and 8"),
    "three bits": ({"status_list": {"bits": 3, "lst": to_text(PACKED)}}, "status_list/bits: 3, none of"),
    "true bits": ({"status_list": {"bits": True, "lst": to_text(PACKED)}}, "status_list/bits: true, none of"),
    "bits in a text": ({"status_list": {"bits": "1", "lst": to_text(PACKED)}}, "status_list/bits: '1', none"),
    "no time to live": ({"ttl": 0}, "ttl: 0, not a positive number of seconds"),
    "less than no time to live": ({"ttl": -1}, "ttl: -1, not a positive number of seconds"),
    "a text for a time to live": ({"ttl": "300"}, "ttl: '300', not a positive number of seconds"),
    "true for a time to live": ({"ttl": True}, "ttl: true, not a positive number of seconds"),
    "for ever to live": ({"ttl": 1 << 40}, "ttl: 1099511627776, not a positive number of seconds"),
}


@pytest.mark.parametrize(("changed", "told"), CLAIMS.values(), ids=CLAIMS.keys())
@pytest.mark.parametrize("is_cwt", [False, True])
def test_claims_without_which_a_token_is_none(changed: dict[str, Any], told: str, is_cwt: bool) -> None:
    """T1, T2."""
    said = {**token_said(), **changed}
    if is_cwt and isinstance(said.get("status_list"), dict):
        said["status_list"] = {**said["status_list"], "lst": PACKED}
    whole = {name: claim for name, claim in said.items() if claim is not ...}
    labels = {"iss": 1, "sub": 2, "iat": 6, "status_list": 65_533, "ttl": 65_534}
    data = cwt({labels[name]: claim for name, claim in whole.items()}) if is_cwt else jwt(whole)
    found = read(data)
    assert isinstance(found, Flaw)
    assert found.reason is CredentialFlaw.LIST_MALFORMED
    assert found.detail.startswith(told)


HALF = jwt(token_said()).split(b".")
NONE: dict[str, tuple[bytes, str]] = {
    "a JWT of another type": (jwt(token_said(), typ="JWT"), "typ is 'JWT', not statuslist+jwt"),
    "a JWT of no type": (jwt(token_said(), typ=...), "typ is null, not statuslist+jwt"),
    "a JWT of many types": (jwt(token_said(), typ=["statuslist+jwt"]), "typ is a list, not statuslist+jwt"),
    "a JWT without signature": (HALF[0] + b"." + HALF[1], "the JWT: "),
    "an encrypted JWT": (b".".join([*HALF, *HALF[:2]]), "the JWT: "),
    "a JWT whose list is no base64url": (
        jwt(token_said(status_list={"lst": "====", "bits": 1})),
        "status_list/lst: not base64url",
    ),
    "a JWT whose list has padding": (
        jwt(token_said(status_list={"lst": "eNo=", "bits": 1})),
        "status_list/lst: not base64url without padding",
    ),
    "a JWT whose list is no text": (
        jwt(token_said(status_list={"lst": 5, "bits": 1})),
        "the ZLIB of the list ends too early",
    ),
    "a JWT whose list is a bomb's beginning": (
        jwt(token_said(status_list={"lst": to_text(PACKED[:20]), "bits": 1})),
        "the ZLIB of the list ends too early",
    ),
    "the JSON without a signature": (b'{"bits": 1, "lst": ""}', "it is no JWT, and no CWT"),
    "the tag of a CWT in front": (b"\xd8\x3d" + cwt(cwt_said()), "the CWT: the tag of a CWT stands in front"),
    "another tag": (cwt(cwt_said(), tag=b"\xd1"), "it is no JWT, and no CWT"),
    "no tag": (cwt(cwt_said(), tag=b""), "it is no JWT, and no CWT"),
    "bytes behind a CWT": (cwt(cwt_said()) + b"\x00", "the CWT: 1 bytes follow the item"),
    "a tag alone": (b"\xd2", "the CWT: it ends too early"),
    "three parts": (b"\xd2" + cbor2.dumps([b"\xa0", {}, b"\xa0"]), "the CWT: it has not the four parts"),
    "an unprotected array": (
        b"\xd2" + cbor2.dumps([b"\xa0", [], b"\xa0", b""]),
        "the CWT: it has not the four parts",
    ),
    "a detached payload": (
        b"\xd2" + cbor2.dumps([b"\xa0", {}, None, b""]),
        "the CWT: it has not the four parts",
    ),
    "an empty protected header": (
        b"\xd2" + cbor2.dumps([b"", {16: "application/statuslist+cwt", 1: -8}, b"\xa0", b""]),
        "the CWT: it ends too early",
    ),
    "a type outside the signature": (
        cwt(cwt_said(), protected={16: ...}, unprotected={16: "application/statuslist+cwt"}),
        "the CWT: the type is null",
    ),
    "a CWT of another type": (cwt(cwt_said(), protected={16: "application/cwt"}), "the CWT: the type is"),
    "a CWT of a type by number": (cwt(cwt_said(), protected={16: 61}), "the CWT: the type is 61"),
    "a CWT of many types": (cwt(cwt_said(), protected={16: ["x"]}), "the CWT: the type is a list"),
    "an algorithm outside the signature": (
        cwt(cwt_said(), protected={1: ...}, unprotected={1: -8}),
        "the CWT: the protected header names no algorithm",
    ),
    "a label in both headers": (
        cwt(cwt_said(), unprotected={4: b"other"}),
        "the CWT: a label stands in both headers",
    ),
    "claims that are no map": (cwt([1, 2]), "the CWT: the payload is no map"),
    "claims that are no CBOR": (cwt(b"\xff"), "the CWT: a simple value"),
    "a text for the values": (
        cwt(cwt_said(status_list={"lst": to_text(PACKED)})),
        "status_list/lst: ",
    ),
}


@pytest.mark.parametrize(("data", "told"), NONE.values(), ids=NONE.keys())
def test_what_is_no_token(data: bytes, told: str) -> None:
    found = read(data)
    assert isinstance(found, Flaw)
    assert found.reason is CredentialFlaw.LIST_MALFORMED
    assert found.detail.startswith(told)
