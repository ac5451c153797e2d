"""A ledger that is dated ahead of this machine's clock: writes go on, and readers are told the truth."""

import pytest

from node.process import clock
from registry.kinds.status_list.record import STATUS_LIST_RECORD
from tests.node.cli.conftest import Registrar

AHEAD_MS = 1_800_000


@pytest.fixture
def behind(registrar: Registrar, monkeypatch: pytest.MonkeyPatch) -> Registrar:
    """The registrar, whose clock is right while the ledger's was dated by clocks half an hour ahead."""
    ledger = registrar.ledger
    monkeypatch.setattr(clock, "now_ms", lambda: ledger.now_ms - AHEAD_MS)
    return registrar


async def test_a_transaction_that_has_expired_by_the_ledger_is_signed_again_by_its_proved_time(
    behind: Registrar,
) -> None:
    ran = await behind.run("status", "create", "degrees", *behind.signing)
    assert ran.code == 0, ran
    assert (
        "The ledger is dated 30 minutes ahead of this machine's clock, so this was signed again with the "
        "ledger's time."
    ) in (ran.out + ran.err)
    assert behind.body(STATUS_LIST_RECORD, "did:web:university.example/status-lists/degrees") is not None
    ran = await behind.run("status", "set", "degrees", "7", "--yes", *behind.signing)
    assert ran.code == 0, ran


async def test_an_expired_transaction_is_not_signed_again_where_the_clock_is_ahead(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then it is no matter of the ledger's date: nothing is signed for a time that nobody has proved."""
    ledger = registrar.ledger
    monkeypatch.setattr(clock, "now_ms", lambda: ledger.now_ms + 2 * AHEAD_MS)
    ran = await registrar.run("status", "create", "degrees", *registrar.signing)
    assert ran.code == 1
    assert registrar.body(STATUS_LIST_RECORD, "did:web:university.example/status-lists/degrees") is None


async def test_a_reader_is_told_what_to_compare(behind: Registrar) -> None:
    ran = await behind.run("did", "show", "did:web:university.example", *behind.asking)
    told = " ".join(ran.out.split())
    assert ran.code == 1
    assert "INDETERMINATE: the answer's block is dated ahead of this machine's clock" in told
    assert "is 30 minutes ahead of this machine's clock" in told
    assert "outside source" in told
