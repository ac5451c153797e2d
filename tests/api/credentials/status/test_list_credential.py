"""L1 to L6: lists that are credentials, and lists of ids."""

import json
from typing import Any

import pytest

from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.secured import StatusMethod
from api.credentials.status.entry_values import EntryValues, FirstBit
from api.credentials.status.members import MAX_MEMBERS
from api.credentials.status.published import PublishedList, RevokedIds
from api.credentials.status.reading import MAX_LIST_BYTES, read_list
from tests.api.credentials.status.lists import (
    ISSUER,
    URL,
    bits,
    bitstring_list,
    encoded,
    jwt,
    list_2021,
    proved,
    revocation_list,
    token_said,
)

BITSTRING, OLD = StatusMethod.BITSTRING, StatusMethod.STATUS_LIST_2021


def good(method: StatusMethod, document: Any) -> PublishedList:
    found = read_list(method, proved(document), ISSUER)
    assert isinstance(found, PublishedList)
    return found


@pytest.mark.parametrize(("method", "document"), [(BITSTRING, bitstring_list(5)), (OLD, list_2021(5))])
def test_what_a_list_says(method: StatusMethod, document: Any) -> None:
    found = good(method, document)
    assert found.names == (URL,)
    assert found.purposes == ("revocation",)
    assert (found.bits, found.ttl_ms) == (None, None)
    assert found.entries == EntryValues(bits(5), FirstBit.LEFT_MOST)
    assert found.proved.claims.issuer == ISSUER
    assert found.proved.unproved is None


def test_what_a_list_may_say_besides() -> None:
    """L4, L5."""
    subject = {"statusPurpose": ["refresh", "revocation"], "statusSize": 2, "ttl": 300_000}
    found = good(BITSTRING, bitstring_list(subject=subject))
    assert found.purposes == ("refresh", "revocation")
    assert (found.bits, found.ttl_ms) == (2, 300_000)


def test_a_subject_may_stand_in_a_list_of_one() -> None:
    document = bitstring_list()
    assert good(BITSTRING, {**document, "credentialSubject": [document["credentialSubject"]]}).bits is None


@pytest.mark.parametrize(
    ("own", "of_subject", "names"),
    [
        (URL, "https://other.example/3#list", (URL,)),
        (..., f"{URL}#list", (URL,)),
        (..., URL, (URL,)),
        (..., ..., ()),
    ],
)
def test_how_a_list_calls_itself(own: Any, of_subject: Any, names: tuple[str, ...]) -> None:
    """L3: the examples of Bitstring Status List give the subject the name of another URL."""
    assert good(BITSTRING, bitstring_list(id=own, subject={"id": of_subject})).names == names


SUBJECT = "/credentialSubject"
PURPOSE = f"{SUBJECT}/statusPurpose"
SIZE = f"{SUBJECT}/statusSize"
NO_LISTS: dict[str, tuple[StatusMethod, Any, str]] = {
    "no type of a list": (
        BITSTRING,
        bitstring_list(type=["VerifiableCredential"]),
        "/type does not hold BitstringStatusListCredential",
    ),
    "no type of a subject": (BITSTRING, bitstring_list(subject={"type": ...}), f"{SUBJECT} is not one Bit"),
    "a subject of another type": (OLD, list_2021(subject={"type": "Other"}), f"{SUBJECT} is not one StatusL"),
    "two subjects": (
        BITSTRING,
        bitstring_list(credentialSubject=[bitstring_list()["credentialSubject"]] * 2),
        f"{SUBJECT} is not one BitstringStatusList",
    ),
    "no subject": (BITSTRING, bitstring_list(credentialSubject=...), "/credentialSubject"),
    "no credential": (BITSTRING, {**bitstring_list(), "@context": ["https://other.example"]}, "/@context"),
    "no purpose": (BITSTRING, bitstring_list(subject={"statusPurpose": ...}), PURPOSE),
    "an empty purpose": (
        BITSTRING,
        bitstring_list(subject={"statusPurpose": ""}),
        PURPOSE,
    ),
    "no purposes": (BITSTRING, bitstring_list(subject={"statusPurpose": []}), PURPOSE),
    "a number among purposes": (
        BITSTRING,
        bitstring_list(subject={"statusPurpose": ["revocation", 5]}),
        PURPOSE,
    ),
    "too many purposes": (
        BITSTRING,
        bitstring_list(subject={"statusPurpose": ["revocation"] * 17}),
        PURPOSE,
    ),
    "no values": (BITSTRING, bitstring_list(subject={"encodedList": ...}), "encodedList: null"),
    "a size of nothing": (BITSTRING, bitstring_list(subject={"statusSize": 0}), f"{SIZE}: 0"),
    "half a size": (BITSTRING, bitstring_list(subject={"statusSize": 1.5}), f"{SIZE}: 1.5"),
    "a size in a text": (
        BITSTRING,
        bitstring_list(subject={"statusSize": "1"}),
        f"{SIZE}: '1'",
    ),
    "less than no time to live": (BITSTRING, bitstring_list(subject={"ttl": -1}), f"{SUBJECT}/ttl: -1"),
    "a time to live in a text": (BITSTRING, bitstring_list(subject={"ttl": "1"}), f"{SUBJECT}/ttl: '1'"),
    "true for a time to live": (BITSTRING, bitstring_list(subject={"ttl": True}), f"{SUBJECT}/ttl: true"),
}


@pytest.mark.parametrize(("method", "document", "told"), NO_LISTS.values(), ids=NO_LISTS.keys())
def test_credentials_that_are_no_lists(method: StatusMethod, document: Any, told: str) -> None:
    found = read_list(method, proved(document), ISSUER)
    assert isinstance(found, Flaw)
    assert found.reason is CredentialFlaw.LIST_MALFORMED
    assert found.detail.startswith(told)


def test_a_list_with_a_member_twice_is_refused() -> None:
    """One reader would take the first of the two lists, and another the second."""
    data = proved(bitstring_list())
    twice = data.replace(b'"encodedList"', f'"encodedList": "{encoded(bits(5))}", "encodedList"'.encode(), 1)
    found = read_list(BITSTRING, twice, ISSUER)
    assert isinstance(found, Flaw)
    assert found.reason is CredentialFlaw.LIST_MALFORMED
    assert "member name twice" in found.detail


IDS = StatusMethod.REVOCATION_LIST_1EDTECH


def test_lists_of_ids() -> None:
    """L1, L2 of `revoked_ids`."""
    expected = RevokedIds(ISSUER, (URL,), frozenset({"urn:a", "urn:b"}))
    listed: list[Any] = [
        {"id": "urn:a", "revocationReason": "a mistake"},
        {"id": "urn:b", "revoked": True},
        {"id": "urn:c", "revoked": False},
    ]
    for changed in (
        {"revokedCredentials": listed},
        {"revokedCredentials": ..., "revokedCredential": listed},
        {"revokedCredentials": listed[:1], "revokedCredential": listed[1]},
        {"revokedCredentials": ["urn:a", "urn:b"]},
        {"revokedCredentials": listed, "issuer": {"id": ISSUER, "type": "Profile"}},
    ):
        assert read_list(IDS, revocation_list(**changed), ISSUER) == expected
    assert read_list(IDS, revocation_list(), ISSUER) == RevokedIds(ISSUER, (URL,), frozenset())


NO_IDS: dict[str, tuple[bytes, str]] = {
    "no document": (b"[]", "The document is JSON, but not an object"),
    "no list": (revocation_list(revokedCredentials=...), "revokedCredentials is missing"),
    "null for a list": (revocation_list(revokedCredentials=None), "revokedCredentials: null"),
    "no id of the list": (revocation_list(id=...), "id: null, not a URL"),
    "no issuer": (revocation_list(issuer=...), "issuer: null, not a URL"),
    "an issuer without id": (revocation_list(issuer={}), "issuer: null, not a URL"),
    "a number for an id": (revocation_list(5), "revokedCredentials: an object, no id"),
    "an object without id": (revocation_list(revokedCredentials=[{}]), "revokedCredentials: an empty object"),
    "a text for whether it is": (
        revocation_list(revokedCredentials=[{"id": "urn:a", "revoked": "no"}]),
        "revokedCredentials: an object, no id of a credential that is revoked or not",
    ),
    "the form of Open Badges 2": (
        json.dumps({"id": URL, "issuer": ISSUER, "revokedAssertions": ["urn:a"]}).encode(),
        "revokedCredentials is missing",
    ),
}


@pytest.mark.parametrize(("data", "told"), NO_IDS.values(), ids=NO_IDS.keys())
def test_what_is_no_list_of_ids(data: bytes, told: str) -> None:
    """L3: what cannot be read whole clears nobody."""
    found = read_list(IDS, data, ISSUER)
    assert isinstance(found, Flaw)
    assert found.reason is CredentialFlaw.LIST_MALFORMED
    assert found.detail.startswith(told)


MANY: list[Any] = ["x"] * MAX_MEMBERS
IN_TOKEN = jwt(bitstring_list(evidence=MANY), typ="vc+jwt")
TOO_LARGE: dict[str, tuple[StatusMethod, bytes, str]] = {
    "a list credential": (BITSTRING, proved(bitstring_list(evidence=MANY)), "it has about 20"),
    "a list credential in a token": (
        BITSTRING,
        jwt(bitstring_list(evidence=MANY), typ="vc+jwt"),
        "it has about 20",
    ),
    "a list credential in a token in an envelope": (
        BITSTRING,
        json.dumps(
            {
                "type": "EnvelopedVerifiableCredential",
                "id": f"data:application/vc+jwt,{IN_TOKEN.decode()}",
            }
        ).encode(),
        "it has about 20",
    ),
    "a token": (StatusMethod.TOKEN, jwt(token_said(evidence=MANY)), "it has about 20"),
    "ids": (IDS, revocation_list(*["urn:a"] * 14_000), "it has about 56"),
    "bytes": (BITSTRING, b"x" * (MAX_LIST_BYTES + 1), "it has 4194305 bytes, more than 4194304"),
}


@pytest.mark.parametrize(("method", "data", "told"), TOO_LARGE.values(), ids=TOO_LARGE.keys())
def test_lists_are_bounded_before_they_are_parsed(method: StatusMethod, data: bytes, told: str) -> None:
    """L6: one credential may name eight lists, and each of them may be made to take long."""
    found = read_list(method, data, ISSUER)
    assert isinstance(found, Flaw)
    assert found.reason is CredentialFlaw.LIST_MALFORMED
    assert found.detail.startswith(told)


def test_thousands_of_ids_are_read() -> None:
    found = read_list(
        IDS, revocation_list(*[f"https://a.example/{number}" for number in range(8_000)]), ISSUER
    )
    assert isinstance(found, RevokedIds)
    assert len(found.revoked) == 8_000
