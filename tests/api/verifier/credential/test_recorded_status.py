"""K4: which lists the ledger decides, whatever is published of them."""

from dataclasses import replace

import pytest

from api.credentials.document import Document
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity.reading import secured_document
from api.credentials.period import ValidityPeriod
from api.credentials.secured import StatusEntry, StatusMethod
from api.credentials.status.token_claims import StatusTokenClaims
from api.credentials.token_status import status_of_token
from api.verifier.credential import Aspect, judge, judge_draft, needs_of
from api.verifier.credential.check import Check
from registry.kinds.status_list.record import StatusPurpose as Purpose
from tests.api.credentials.status.lists import (
    CREATED,
    ISSUER,
    bitstring_list,
    proved,
)
from tests.api.verifier.credential.awarded import LIST, NOW_MS
from tests.api.verifier.credential.awarded import URL as ANSWERS_URL
from tests.api.verifier.credential.awarded import bits as recorded
from tests.api.verifier.credential.published import (
    FACTS,
    OTHER_SEED,
    fetched,
    status_in,
)

RECORDED_URL = f"https://node.example/status/{ISSUER}/degrees"
"""Where the registry's list is published (`api.credentials.list_url`)."""


@pytest.mark.parametrize("url", [RECORDED_URL, ANSWERS_URL])
@pytest.mark.parametrize("purpose", [Purpose.REVOCATION, Purpose.SUSPENSION])
def test_the_ledger_decides_of_its_own_list_whatever_is_served(url: str, purpose: Purpose) -> None:
    """K4: also where the issuer's signed list has lapsed, or says otherwise."""
    document: Document = {"issuer": ISSUER, "credentialStatus": status_in(url, purpose=purpose.name.lower())}
    credential = secured_document(document)
    assert needs_of(credential).list_urls == ()
    assert needs_of(credential).registry_lists == (LIST,)
    lapsed = proved(bitstring_list(id=url, validUntil=CREATED))
    reasons = {Purpose.REVOCATION: CredentialFlaw.REVOKED, Purpose.SUSPENSION: CredentialFlaw.SUSPENDED}
    for held, reason in ((recorded(purpose=purpose), None), (recorded(5, purpose=purpose), reasons[purpose])):
        facts = replace(FACTS, lists={LIST: held}, published={url: fetched(lapsed)})
        checks = judge(credential, facts, now_ms=NOW_MS)
        assert [check.reason for check in checks if check.aspect is Aspect.STATUS] == [reason]


@pytest.mark.parametrize("purpose", [Purpose.REVOCATION, Purpose.SUSPENSION])
def test_the_ledger_decides_of_a_tokens_list_as_well(purpose: Purpose) -> None:
    """A token names no purpose: that of the list counts."""
    token: Document = {"status": {"status_list": {"uri": RECORDED_URL, "idx": 5}}}
    (entry,) = status_of_token(token, ISSUER)
    assert entry == StatusEntry(
        StatusMethod.TOKEN, RECORDED_URL, 5, "status", list_id=LIST, place="/status/status_list"
    )
    claims = StatusTokenClaims("urn:uuid:5", ISSUER, ValidityPeriod((), (), ()), (entry,))
    reasons = {Purpose.REVOCATION: CredentialFlaw.REVOKED, Purpose.SUSPENSION: CredentialFlaw.SUSPENDED}
    told = f"entry 5 of {LIST}"
    for held, reason in ((recorded(purpose=purpose), None), (recorded(5, purpose=purpose), reasons[purpose])):
        checks = judge_draft(claims, replace(FACTS, lists={LIST: held}), now_ms=NOW_MS)
        found = [check for check in checks if check.aspect is Aspect.STATUS]
        assert found == [Check(Aspect.STATUS, reason, told)]


def test_a_list_of_another_registry_is_judged_as_it_is_published() -> None:
    """This registry proves that it has no such list; its URL has the form of one all the same."""
    document: Document = {"issuer": ISSUER, "credentialStatus": status_in(RECORDED_URL)}
    for data, reason in (
        (proved(bitstring_list(id=RECORDED_URL)), None),
        (proved(bitstring_list(5, id=RECORDED_URL)), CredentialFlaw.REVOKED),
        (proved(bitstring_list(), OTHER_SEED), CredentialFlaw.LIST_OF_OTHER),
    ):
        facts = replace(FACTS, lists={LIST: None}, published={RECORDED_URL: fetched(data)})
        checks = judge(secured_document(document), facts, now_ms=NOW_MS)
        assert [check.reason for check in checks if check.aspect is Aspect.STATUS] == [reason]
