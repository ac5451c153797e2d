"""Whether a publication agrees with the ledger: rules P1 to P5, and the attacks that each stops."""

from typing import Any

import pytest

from api.publications.check import LedgerList, PublicationOrder, check_publication, require_after
from api.publications.fault import PublicationError, PublicationFault
from api.publications.form import PublicationForm
from api.publications.forms import read_publication
from registry.kinds.did.record import KeyState, Purpose
from registry.kinds.status_list.record import StatusPurpose
from tests.api.publications.sample import (
    DAY_MS,
    EMPTY,
    ISSUER,
    LEDGER,
    LIST_ID,
    NOW_MS,
    OTHER_SEED,
    REVOKED,
    did,
    key,
    ledger,
    made,
    with_set,
)

MINUTE_MS = 60_000
OTHER = "did:web:other.example"


def fault_of(
    held_ledger: LedgerList | None = LEDGER,
    list_id: str = LIST_ID,
    max_life_ms: int | None = None,
    **made_of: Any,
) -> PublicationFault:
    limits = {} if max_life_ms is None else {"max_life_ms": max_life_ms}
    form = made_of.pop("form", PublicationForm.BITSTRING)
    with pytest.raises(PublicationError) as raised:
        check_publication(read_publication(form, made(form, **made_of)), list_id, held_ledger, **limits)
    return raised.value.fault


def order_of(held_ledger: LedgerList = LEDGER, **made_of: Any) -> PublicationOrder:
    form = made_of.pop("form", PublicationForm.BITSTRING)
    return check_publication(read_publication(form, made(form, **made_of)), LIST_ID, held_ledger)


@pytest.mark.parametrize("form", PublicationForm)
def test_what_agrees_is_taken(form: PublicationForm) -> None:
    assert order_of(form=form) == PublicationOrder(1, NOW_MS)


def test_p1_another_list() -> None:
    elsewhere = f"https://lists.example/status/{ISSUER}/other"
    assert fault_of(url=elsewhere) is PublicationFault.OTHER_URL
    assert fault_of(url="https://lists.example/degrees") is PublicationFault.OTHER_URL
    assert fault_of(list_id=f"{ISSUER}/status-lists/other") is PublicationFault.OTHER_URL


def test_p1_any_host_may_serve_it() -> None:
    assert order_of(url=f"http://127.0.0.1:8080/below/status/{ISSUER}/degrees").version == 1


def test_p1_no_such_list() -> None:
    assert fault_of(None) is PublicationFault.LIST_UNKNOWN


def test_p1_another_issuer() -> None:
    found = fault_of(issuer=OTHER, key=f"{OTHER}#credentials-1")
    assert found is PublicationFault.OTHER_ISSUER


def test_p1_another_purpose() -> None:
    assert fault_of(purpose=StatusPurpose.SUSPENSION) is PublicationFault.OTHER_PURPOSE
    assert (
        fault_of(form=PublicationForm.JWT, purpose=StatusPurpose.SUSPENSION) is PublicationFault.OTHER_PURPOSE
    )


def test_p2_a_key_that_the_ledger_has_not() -> None:
    assert fault_of(key=f"{ISSUER}#other") is PublicationFault.KEY_UNFIT


def test_p2_a_key_for_transactions() -> None:
    record = did(key(purpose=Purpose.CAPABILITY_INVOCATION))
    assert fault_of(ledger((0, REVOKED), record=record)) is PublicationFault.KEY_UNFIT


def test_p2_a_signature_of_somebody_else() -> None:
    assert fault_of(seed=OTHER_SEED) is PublicationFault.SIGNATURE_WRONG


def test_p2_a_retired_key_signs_nothing_later() -> None:
    record = did(key(KeyState.RETIRED, NOW_MS - DAY_MS))
    assert fault_of(ledger((0, REVOKED), record=record)) is PublicationFault.KEY_UNFIT


def test_p2_what_a_retired_key_signed_before_stays_good() -> None:
    record = did(key(KeyState.RETIRED, NOW_MS + 1_000))
    assert order_of(ledger((0, REVOKED), record=record, as_of_ms=NOW_MS + 2_000)).version == 0


def test_p2_a_time_ahead_of_the_ledger_does_not_make_a_key_active() -> None:
    record = did(key(KeyState.RETIRED, NOW_MS - 2_000))
    found = fault_of(ledger((0, REVOKED), record=record), from_ms=NOW_MS + MINUTE_MS)
    assert found is PublicationFault.KEY_UNFIT


@pytest.mark.parametrize("state", [KeyState.COMPROMISED, KeyState.REVOKED])
@pytest.mark.parametrize("since_ms", [0, NOW_MS - 1])
def test_p2_a_lost_key_signs_nothing_not_even_backdated(state: KeyState, since_ms: int) -> None:
    """The stolen key: whoever has it may write any date into what it signs."""
    held_ledger = ledger((0, REVOKED), record=did(key(state, since_ms)))
    backdated = NOW_MS - 20 * DAY_MS
    assert fault_of(held_ledger, from_ms=backdated) is PublicationFault.KEY_LOST


def test_p3_bits_that_the_ledger_never_had() -> None:
    """The stolen key again: it cannot take a revocation back, nor revoke."""
    assert fault_of(bits=with_set(EMPTY, 0)) is PublicationFault.CONTRADICTS_LEDGER
    assert fault_of(bits=with_set(REVOKED, 9)) is PublicationFault.CONTRADICTS_LEDGER
    assert fault_of(bits=EMPTY + EMPTY) is PublicationFault.CONTRADICTS_LEDGER


def test_p3_the_version_before_counts_for_five_minutes() -> None:
    behind = ledger((0, EMPTY), (NOW_MS - 5 * MINUTE_MS, REVOKED))
    assert order_of(behind, bits=EMPTY).version == 0
    later = ledger((0, EMPTY), (NOW_MS - 5 * MINUTE_MS - 1, REVOKED))
    assert fault_of(later, bits=EMPTY) is PublicationFault.SUPERSEDED


def test_p3_of_equal_bits_the_newest_version_is_meant() -> None:
    """A suspension that was taken back: the list is as it was two versions before."""
    there_and_back = ledger((0, EMPTY), (1, REVOKED), (2, EMPTY))
    assert order_of(there_and_back, bits=EMPTY).version == 2


def test_p4_a_list_signed_for_2099() -> None:
    assert fault_of(until_ms=4_102_444_799_000) is PublicationFault.TOO_LONG_LIVED


def test_p4_thirty_days_and_not_a_second_more() -> None:
    assert order_of(until_ms=NOW_MS + 30 * DAY_MS).version == 1
    assert fault_of(until_ms=NOW_MS + 30 * DAY_MS + 1_000) is PublicationFault.TOO_LONG_LIVED
    assert fault_of(until_ms=NOW_MS + DAY_MS + 1_000, max_life_ms=DAY_MS) is PublicationFault.TOO_LONG_LIVED


def test_p4_dated_ahead() -> None:
    assert order_of(from_ms=NOW_MS + 5 * MINUTE_MS).version == 1
    assert fault_of(from_ms=NOW_MS + 5 * MINUTE_MS + 1_000) is PublicationFault.DATED_AHEAD


def test_p4_ended_already_or_before_it_begins() -> None:
    assert fault_of(from_ms=NOW_MS - DAY_MS, until_ms=NOW_MS) is PublicationFault.DATES_WRONG
    assert fault_of(until_ms=NOW_MS - 1_000) is PublicationFault.DATES_WRONG


@pytest.mark.parametrize(
    ("order", "held", "fault"),
    [
        (PublicationOrder(1, NOW_MS), None, None),
        (PublicationOrder(2, NOW_MS), PublicationOrder(1, NOW_MS + DAY_MS), None),
        (PublicationOrder(1, NOW_MS + 10 * MINUTE_MS), PublicationOrder(1, NOW_MS), None),
        (PublicationOrder(1, NOW_MS), PublicationOrder(1, NOW_MS), PublicationFault.OLDER),
        (PublicationOrder(1, NOW_MS + DAY_MS), PublicationOrder(2, NOW_MS), PublicationFault.OLDER),
        (PublicationOrder(1, NOW_MS - 1_000), PublicationOrder(1, NOW_MS), PublicationFault.OLDER),
        (PublicationOrder(1, NOW_MS + MINUTE_MS), PublicationOrder(1, NOW_MS), PublicationFault.TOO_SOON),
    ],
)
def test_p5_what_replaces_what(
    order: PublicationOrder, held: PublicationOrder | None, fault: PublicationFault | None
) -> None:
    if fault is None:
        require_after(order, held)
        return
    with pytest.raises(PublicationError) as raised:
        require_after(order, held)
    assert raised.value.fault is fault


def test_only_what_a_node_may_have_taken_is_no_fault_of_a_peer() -> None:
    assert {fault for fault in PublicationFault if not fault.may_pass} == {
        PublicationFault.MALFORMED,
        PublicationFault.TOO_LARGE,
        PublicationFault.OTHER_URL,
        PublicationFault.OTHER_ISSUER,
        PublicationFault.OTHER_PURPOSE,
        PublicationFault.SIGNATURE_WRONG,
        PublicationFault.TOO_LONG_LIVED,
        PublicationFault.CONTRADICTS_LEDGER,
    }
