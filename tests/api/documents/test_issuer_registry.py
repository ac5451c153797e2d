"""The registry of issuers for clients of the Digital Credentials Consortium."""

import json
from dataclasses import replace
from typing import Any

from api.documents.issuer_registry import ListedIssuer, issuer_registry, may_issue, official_name
from registry.kinds.member.record import Identifier, Member, MemberState, Name
from registry.roles import Role
from tests.api.documents.bodies import BASE32, WEB, body
from tests.registry.network import START_MS

MEMBER = Member(
    names=(Name("pt", "Universidade"), Name("en-GB", "University")),
    country="PT",
    region="Norte",
    identifiers=(Identifier("x", "no address"), Identifier("ror", "https://ror.org/05a28rw58")),
    roles=(Role.ISSUER,),
    recovery_key=None,
    states=((MemberState.ACTIVE, START_MS),),
)
CLOSED = replace(MEMBER, states=(*MEMBER.states, (MemberState.CLOSED, START_MS + 1)))


def listed(*issuers: ListedIssuer) -> Any:
    return json.loads(issuer_registry(issuers, is_complete=True))["registry"]


def test_the_whole_document() -> None:
    made = issuer_registry([ListedIssuer(WEB, body(), WEB, MEMBER)], is_complete=False)
    assert json.loads(made) == {
        "registry": {
            WEB: {"name": "University", "url": "https://university.example", "location": "Norte, PT"}
        },
        "meta": {"complete": False},
    }


def test_a_name_that_a_member_sponsors_has_the_members_name() -> None:
    entry = listed(ListedIssuer(BASE32, body(sponsor=WEB), WEB, MEMBER))[BASE32]
    assert entry == {"name": "University", "url": "https://university.example", "location": "Norte, PT"}


def test_who_may_not_be_relied_on_is_left_out() -> None:
    assert not listed(
        ListedIssuer(WEB, body(ended=True), WEB, MEMBER),
        ListedIssuer("did:web:not-attested.example", body(sponsor=WEB), WEB, MEMBER),
        ListedIssuer(WEB, body(), WEB, CLOSED),
        ListedIssuer(WEB, body(), WEB, replace(MEMBER, roles=(Role.AUDITOR,))),
    )
    assert not may_issue(CLOSED)


def test_a_member_that_is_no_did_web_has_the_address_of_an_identifier() -> None:
    entry = listed(ListedIssuer(BASE32, body(sponsor=BASE32), BASE32, MEMBER))[BASE32]
    assert entry["url"] == "https://ror.org/05a28rw58"
    without = replace(MEMBER, identifiers=(), region="")
    entry = listed(ListedIssuer(BASE32, body(sponsor=BASE32), BASE32, without))[BASE32]
    assert (entry["url"], entry["location"]) == ("", "PT")


def test_the_english_name_else_the_first() -> None:
    assert official_name(MEMBER) == "University"
    assert official_name(replace(MEMBER, names=MEMBER.names[:1])) == "Universidade"
