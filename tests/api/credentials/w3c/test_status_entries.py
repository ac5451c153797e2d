"""R1 to R7: how a status entry is read, and which list a URL names."""

from dataclasses import replace
from typing import Any

import pytest

from api.credentials.document import Json
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.data_integrity.reading import secured_document
from api.credentials.open_badges import AwardStatus, StatusEntryPurpose
from api.credentials.secured import MAX_STATUSES, StatusEntry, StatusMethod, status_entries
from api.credentials.w3c.claims import W3cClaims
from api.credentials.w3c.status_entries import read_statuses
from api.verifier.credential import judge, needs_of
from api.verifier.credential.check import Aspect, Check
from api.verifier.credential.facts import Facts
from registry.kinds.status_list.record import MAX_SIZE
from tests.api.credentials.samples import AWARD
from tests.api.verifier.credential.awarded import GOOD, ISSUER, LIST, NOW_MS, URL, bits, draft, flaws, signed

ENTRY: dict[str, Any] = {
    "id": f"{URL}#5",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "5",
    "statusListCredential": URL,
}


def entry_of(url: str, list_id: str | None, place: str = "/credentialStatus") -> StatusEntry:
    """Entry 5 of a list that revokes."""
    return StatusEntry(StatusMethod.BITSTRING, url, 5, "revocation", 1, list_id, None, place)


READ = entry_of(URL, LIST)


def status(**changed: Any) -> StatusEntry | Flaw:
    """What is read of one entry, some members of which are changed; `...` leaves one out."""
    entry = {name: member for name, member in {**ENTRY, **changed}.items() if member is not ...}
    (found,) = read_statuses({"issuer": ISSUER, "credentialStatus": entry})
    return found


GOOD_ENTRIES: dict[str, dict[str, Any]] = {
    "the plain form": {},
    "without id": {"id": ...},
    "types": {"type": ["BitstringStatusListEntry", "https://university.example/Entry"]},
    "one bit": {"statusSize": 1},
    "one bit with its messages": {
        "statusSize": 1,
        "statusMessage": [{"status": "0x0", "message": "valid"}, {"status": "0x1", "message": "revoked"}],
    },
    "a reference": {"statusReference": "https://university.example/why"},
    "references": {"statusReference": ["https://university.example/why", "https://university.example/how"]},
    "no messages and no references": {"statusMessage": [], "statusReference": []},
}


@pytest.mark.parametrize("changed", GOOD_ENTRIES.values(), ids=GOOD_ENTRIES.keys())
def test_good_entries(changed: dict[str, Any]) -> None:
    assert status(**changed) == READ


ELSEWHERE = "https://university.example/status/3"
FOUR: list[Json] = [{"status": f"{value:#x}", "message": f"message {value}"} for value in range(4)]
UNREADABLE, UNSUPPORTED = CredentialFlaw.STATUS_UNREADABLE, CredentialFlaw.STATUS_UNSUPPORTED
DIGITS = "a text of decimal digits without leading zeros is needed"
PLACE = "/credentialStatus"
FLAWED: dict[str, tuple[dict[str, Any], CredentialFlaw, str]] = {
    "a number for an index": ({"statusListIndex": 5}, UNREADABLE, f"{PLACE}/statusListIndex is 5: {DIGITS}"),
    "leading zeros": (
        {"statusListIndex": "0005"},
        UNREADABLE,
        f"{PLACE}/statusListIndex is '0005': {DIGITS}",
    ),
    "two zeros": ({"statusListIndex": "00"}, UNREADABLE, f"{PLACE}/statusListIndex is '00': {DIGITS}"),
    "a sign": ({"statusListIndex": "-5"}, UNREADABLE, f"{PLACE}/statusListIndex is '-5': {DIGITS}"),
    "a plus": ({"statusListIndex": "+5"}, UNREADABLE, f"{PLACE}/statusListIndex is '+5': {DIGITS}"),
    "a space": ({"statusListIndex": "5 "}, UNREADABLE, f"{PLACE}/statusListIndex is '5 ': {DIGITS}"),
    "a point": ({"statusListIndex": "5.0"}, UNREADABLE, f"{PLACE}/statusListIndex is '5.0': {DIGITS}"),
    "an underscore": ({"statusListIndex": "1_0"}, UNREADABLE, f"{PLACE}/statusListIndex is '1_0': {DIGITS}"),
    "hexadecimal": ({"statusListIndex": "0x5"}, UNREADABLE, f"{PLACE}/statusListIndex is '0x5': {DIGITS}"),
    "other digits": ({"statusListIndex": "٥"}, UNREADABLE, f"{PLACE}/statusListIndex is '٥': {DIGITS}"),
    "no digits": ({"statusListIndex": ""}, UNREADABLE, f"{PLACE}/statusListIndex is '': {DIGITS}"),
    "no index": ({"statusListIndex": ...}, UNREADABLE, f"{PLACE}/statusListIndex is missing"),
    "an index beyond every list": (
        {"statusListIndex": "99999999"},
        CredentialFlaw.STATUS_UNKNOWN,
        f"{PLACE}/statusListIndex is '99999999': no list has more than {MAX_SIZE} entries",
    ),
    "an index of 5,000 digits": (
        {"statusListIndex": "9" * 5_000},
        CredentialFlaw.STATUS_UNKNOWN,
        f"{PLACE}/statusListIndex is '{'9' * 60}…: no list has more than {MAX_SIZE} entries",
    ),
    "no purpose": ({"statusPurpose": ...}, UNREADABLE, f"{PLACE}/statusPurpose is missing"),
    "two purposes": (
        {"statusPurpose": ["revocation", "suspension"]},
        UNREADABLE,
        f"{PLACE}/statusPurpose is a list, not a text",
    ),
    "no list": ({"statusListCredential": ...}, UNREADABLE, f"{PLACE}/statusListCredential is missing"),
    "a list that is no URL": (
        {"statusListCredential": "degrees"},
        UNREADABLE,
        f"{PLACE}/statusListCredential: 'degrees': not a URL",
    ),
    "the list's id for the entry's": ({"id": URL}, UNREADABLE, f"{PLACE}/id is the list's, not the entry's"),
    "no type": ({"type": ...}, UNREADABLE, f"{PLACE}/type is null"),
    "a number for a type": ({"type": 5}, UNREADABLE, f"{PLACE}/type is 5"),
    "another type": (
        {"type": "RevocationList2020Status"},
        CredentialFlaw.STATUS_TYPE_UNSUPPORTED,
        f"{PLACE}/type is 'RevocationList2020Status'",
    ),
    "a type that a token names otherwise": (
        {"type": "TokenStatusList"},
        CredentialFlaw.STATUS_TYPE_UNSUPPORTED,
        f"{PLACE}/type is 'TokenStatusList'",
    ),
    "two bits in the registry": (
        {"statusSize": 2, "statusMessage": FOUR},
        UNSUPPORTED,
        f"{PLACE}/statusSize is 2: a list of the registry has one bit for each entry",
    ),
    "two bits elsewhere without messages": (
        {"statusSize": 2, "statusListCredential": ELSEWHERE},
        UNREADABLE,
        f"{PLACE}/statusMessage has not 4 messages, one for each value",
    ),
    "two bits elsewhere with a message too few": (
        {"statusSize": 2, "statusMessage": FOUR[:3], "statusListCredential": ELSEWHERE},
        UNREADABLE,
        f"{PLACE}/statusMessage has not 4 messages, one for each value",
    ),
    "nine bits": ({"statusSize": 9}, UNSUPPORTED, f"{PLACE}/statusSize is 9: at most 8 bits are read"),
    "an index beyond every list elsewhere": (
        {"statusListIndex": "9999999999", "statusListCredential": ELSEWHERE},
        CredentialFlaw.STATUS_UNKNOWN,
        f"{PLACE}/statusListIndex is '9999999999': no list has more than 134217728 entries",
    ),
    "no bits": ({"statusSize": 0}, UNREADABLE, f"{PLACE}/statusSize is 0, not a whole number from 1 on"),
    "half a bit": (
        {"statusSize": 1.5},
        UNREADABLE,
        f"{PLACE}/statusSize is 1.5, not a whole number from 1 on",
    ),
    "a text for a size": (
        {"statusSize": "1"},
        UNREADABLE,
        f"{PLACE}/statusSize is '1', not a whole number from 1 on",
    ),
    "true for a size": (
        {"statusSize": True},
        UNREADABLE,
        f"{PLACE}/statusSize is true, not a whole number from 1 on",
    ),
    "a text for messages": (
        {"statusMessage": "revoked"},
        UNREADABLE,
        f"{PLACE}/statusMessage is not a list of status and message",
    ),
    "a wrong form beside what is not supported": (
        {"statusSize": 2, "statusMessage": "revoked"},
        UNREADABLE,
        f"{PLACE}/statusMessage is not a list of status and message",
    ),
    "a message that is no text": (
        {"statusMessage": [{"status": "0x0", "message": "valid"}, {"status": "0x1", "message": 1}]},
        UNREADABLE,
        f"{PLACE}/statusMessage is not a list of status and message",
    ),
    "a reference that is no URL": (
        {"statusReference": "why"},
        UNREADABLE,
        f"{PLACE}/statusReference is 'why', not a URL",
    ),
    "a reference of several that is no URL": (
        {"statusReference": ["https://university.example/why", 5]},
        UNREADABLE,
        f"{PLACE}/statusReference/1 is 5, not a URL",
    ),
}


@pytest.mark.parametrize(("changed", "flaw", "detail"), FLAWED.values(), ids=FLAWED.keys())
def test_flawed_entries(changed: dict[str, Any], flaw: CredentialFlaw, detail: str) -> None:
    assert status(**changed) == Flaw(flaw, detail)


ELSEWHERE_ENTRIES: dict[str, tuple[dict[str, Any], StatusEntry]] = {
    "a bitstring": ({}, StatusEntry(StatusMethod.BITSTRING, ELSEWHERE, 5, "revocation", place=PLACE)),
    "a bitstring of two bits": (
        {"statusSize": 2, "statusMessage": FOUR, "statusPurpose": "message"},
        StatusEntry(StatusMethod.BITSTRING, ELSEWHERE, 5, "message", 2, place=PLACE),
    ),
    "an index beyond the registry's lists": (
        {"statusListIndex": "99999999"},
        StatusEntry(StatusMethod.BITSTRING, ELSEWHERE, 99_999_999, "revocation", place=PLACE),
    ),
    "StatusList2021": (
        {"type": "StatusList2021Entry"},
        StatusEntry(StatusMethod.STATUS_LIST_2021, ELSEWHERE, 5, "revocation", place=PLACE),
    ),
    "several types": (
        {"type": ["https://university.example/Entry", "StatusList2021Entry"]},
        StatusEntry(StatusMethod.STATUS_LIST_2021, ELSEWHERE, 5, "revocation", place=PLACE),
    ),
}


@pytest.mark.parametrize(("changed", "expected"), ELSEWHERE_ENTRIES.values(), ids=ELSEWHERE_ENTRIES.keys())
def test_entries_of_lists_kept_elsewhere(changed: dict[str, Any], expected: StatusEntry) -> None:
    """R5, R7."""
    assert status(statusListCredential=ELSEWHERE, **changed) == expected


def test_an_entry_of_the_issuers_own_list_is_the_registrys_whatever_its_type() -> None:
    """R2: the ledger's bits decide, also where the credential calls the list one of StatusList2021."""
    found = status(type="StatusList2021Entry")
    assert found == StatusEntry(
        StatusMethod.STATUS_LIST_2021, URL, 5, "revocation", list_id=LIST, place=PLACE
    )


def revocation_list_entry(credential_id: Json = "urn:uuid:1", **changed: Any) -> StatusEntry | Flaw:
    entry = {"id": ELSEWHERE, "type": "1EdTechRevocationList", **changed}
    (found,) = read_statuses({"id": credential_id, "issuer": ISSUER, "credentialStatus": entry})
    return found


def test_a_list_of_ids_is_searched_for_the_credentials_own() -> None:
    """R6."""
    assert revocation_list_entry() == StatusEntry(
        StatusMethod.REVOCATION_LIST_1EDTECH,
        ELSEWHERE,
        -1,
        "revocation",
        credential_id="urn:uuid:1",
        place=PLACE,
    )


def test_a_list_of_ids_needs_its_own_url_and_the_credentials_id() -> None:
    """R6: a credential without an id is in no list, and nobody could revoke it."""
    no_id = Flaw(UNREADABLE, f"{PLACE} is a list of ids, and the credential has none")
    assert revocation_list_entry(None) == no_id
    assert revocation_list_entry(["urn:uuid:1"]) == no_id
    assert revocation_list_entry(id="list") == Flaw(UNREADABLE, f"{PLACE}/id: 'list': not the URL of a list")


def test_entries_that_are_none() -> None:
    for found in (None, "x", 5, True):
        (flaw,) = read_statuses({"issuer": ISSUER, "credentialStatus": [found]})
        assert isinstance(flaw, Flaw)
        assert flaw.reason is CredentialFlaw.STATUS_UNREADABLE


def test_what_is_beyond_the_bound_is_told_and_what_is_within_is_judged() -> None:
    """Behind eight entries nothing is looked up, and a revoked one among the first still counts."""
    entries: list[Json] = [ENTRY] * (MAX_STATUSES + 1)
    found = read_statuses({"issuer": ISSUER, "credentialStatus": entries})
    told = "/credentialStatus has 9 entries, of which 8 are looked up"
    read = tuple(entry_of(URL, LIST, f"/credentialStatus/{number}") for number in range(8))
    assert found == (*read, Flaw(CredentialFlaw.STATUS_UNSUPPORTED, told))
    assert status_entries(W3cClaims({"issuer": ISSUER, "credentialStatus": entries})) == read
    revoked = replace(GOOD, lists={LIST: bits(5)})
    expected = [
        *[(Aspect.STATUS, CredentialFlaw.REVOKED)] * 8,
        (Aspect.STATUS, CredentialFlaw.STATUS_UNSUPPORTED),
    ]
    assert flaws(signed(credentialStatus=entries), revoked) == expected


PORT_ISSUER = "did:web:university.example%3A8443"
PATH_ISSUER = "did:web:university.example:8443"
AT = "https://node.example/v1/status-lists/"
NAMED: dict[str, tuple[str, str, str | None]] = {
    "as it stands": (ISSUER, AT + LIST, LIST),
    "encoded": (ISSUER, AT + LIST.replace(":", "%3A").replace("/", "%2F"), LIST),
    "any host": (ISSUER, f"http://127.0.0.1:8080/v1/status-lists/{LIST}", LIST),
    "behind a path": (ISSUER, f"https://node.example/matricula/v1/status-lists/{LIST}", LIST),
    "a host and a user": (ISSUER, f"https://user@node.example/v1/status-lists/{LIST}", LIST),
    "a port, encoded": (
        PORT_ISSUER,
        f"{AT}did:web:university.example%253A8443/status-lists/a",
        f"{PORT_ISSUER}/status-lists/a",
    ),
    "a port, as people write it": (
        PORT_ISSUER,
        f"{AT}{PORT_ISSUER}/status-lists/a",
        f"{PORT_ISSUER}/status-lists/a",
    ),
    "the same for whom it names a path": (
        PATH_ISSUER,
        f"{AT}{PORT_ISSUER}/status-lists/a",
        f"{PATH_ISSUER}/status-lists/a",
    ),
    "a path": (PATH_ISSUER, f"{AT}{PATH_ISSUER}/status-lists/a", f"{PATH_ISSUER}/status-lists/a"),
    "a port, encoded, for whom it is no list": (
        PATH_ISSUER,
        f"{AT}did:web:university.example%253A8443/status-lists/a",
        f"{PORT_ISSUER}/status-lists/a",
    ),
    "encoded twice": (ISSUER, AT + LIST.replace(":", "%253A"), None),
    "another path": (ISSUER, f"https://node.example/v1/records/{LIST}", None),
    "a query": (ISSUER, f"{AT}{LIST}?known_at=0", None),
    "an empty query": (ISSUER, f"{AT}{LIST}?", None),
    "a fragment": (ISSUER, f"{AT}{LIST}#list", None),
    "a list in the query": (ISSUER, f"https://node.example/?/v1/status-lists/{LIST}", None),
    "a list in the fragment": (ISSUER, f"https://node.example/#/v1/status-lists/{LIST}", None),
    "two lists": (ISSUER, f"{AT}{LIST}/v1/status-lists/{LIST}", None),
    "a slash at the end": (ISSUER, f"{AT}{LIST}/", None),
    "a path upwards": (ISSUER, f"{AT}x/../{LIST}", None),
    "parameters": (ISSUER, f"{AT}{LIST};x", None),
    "a name in capitals": (ISSUER, f"{AT}{ISSUER}/status-lists/Degrees", None),
    "no name": (ISSUER, f"{AT}{ISSUER}/status-lists/", None),
    "a schema": (ISSUER, f"{AT}{ISSUER}/schemas/degrees", None),
    "an owner that is no DID of the registry": (ISSUER, f"{AT}did:key:z6Mk/status-lists/degrees", None),
    "no text in it": (ISSUER, AT, None),
    "bytes that are no text": (ISSUER, f"{AT}%ff%fe", None),
    "another scheme": (ISSUER, f"ftp://node.example/v1/status-lists/{LIST}", None),
    "a urn": (ISSUER, f"urn:x:/v1/status-lists/{LIST}", None),
    "brackets": (ISSUER, f"x://[/v1/status-lists/{LIST}", None),
}


@pytest.mark.parametrize(("issuer", "url", "expected"), NAMED.values(), ids=NAMED.keys())
def test_which_list_a_url_names(issuer: str, url: str, expected: str | None) -> None:
    """R2, R3."""
    (found,) = read_statuses({"issuer": issuer, "credentialStatus": {**ENTRY, "statusListCredential": url}})
    assert found == entry_of(url, expected)


@pytest.mark.parametrize("written", [PORT_ISSUER, PORT_ISSUER.replace("%", "%25")])
def test_an_issuer_with_a_port_and_no_other_decides_which_list_counts(written: str) -> None:
    """Whoever takes the name that the port's colon would make a path of cannot revoke."""
    url = f"{AT}{written}/status-lists/degrees"
    award = replace(AWARD, statuses=(AwardStatus(url, StatusEntryPurpose.REVOCATION, 5),))
    document = draft(award, issuer=PORT_ISSUER)
    needs = needs_of(secured_document(document))
    assert needs.registry_lists == (f"{PORT_ISSUER}/status-lists/degrees",)
    lists = {f"{PORT_ISSUER}/status-lists/degrees": bits(), f"{PATH_ISSUER}/status-lists/degrees": bits(5)}
    checks = judge(secured_document(document), Facts({}, lists, NOW_MS), now_ms=NOW_MS)
    (check,) = (check for check in checks if check.aspect is Aspect.STATUS)
    assert check == Check(Aspect.STATUS, None, f"revocation, entry 5 of {PORT_ISSUER}/status-lists/degrees")


@pytest.mark.parametrize(
    ("url", "index", "expected"),
    [
        ("https://elsewhere.example/list", 5, CredentialFlaw.STATUS_ELSEWHERE),
        (URL, 131_072, CredentialFlaw.STATUS_UNKNOWN),
        (URL.replace("university", "other"), 5, CredentialFlaw.STATUS_OF_OTHER),
    ],
)
def test_lists_that_do_not_count(url: str, index: int, expected: CredentialFlaw) -> None:
    award = replace(AWARD, statuses=(AwardStatus(url, StatusEntryPurpose.REVOCATION, index),))
    lists = {LIST: bits(), LIST.replace("university", "other"): bits()}
    assert flaws(signed(award), replace(GOOD, lists=lists)) == [(Aspect.STATUS, expected)]
