"""Every reason to refuse is provoked, alone, and leaves no trace."""

import pytest

from registry.execution import ExecutionResult, Rejected
from registry.rejection import Refused, RejectionReason, TransactionReason
from registry.ruleset import CURRENT
from tests.registry.kinds import module_of
from tests.registry.network import UNIVERSITY, owned
from tests.registry.rejections import CASES, Case, Scene, admission, envelope

MODULES = (
    envelope,
    admission,
    *(module_of(kind, "rejections", "examples") for kind in CURRENT.kinds if kind.reasons is not None),
)


@pytest.mark.parametrize(("reason", "case"), CASES, ids=[case.__name__ for _, case in CASES])
def test_a_transaction_is_refused_for_its_reason(reason: RejectionReason, case: Case) -> None:
    outcome = case(Scene())
    assert isinstance(outcome, Rejected)
    assert outcome.reason is reason, outcome


def test_every_reason_is_provoked() -> None:
    assert {reason for reason, _ in CASES} == set(CURRENT.reasons)


def test_every_case_is_listed() -> None:
    named = [case.__name__ for _, case in CASES]
    assert len(set(named)) == len(named)
    assert {case.__module__ for _, case in CASES} == {module.__name__ for module in MODULES}


def test_a_refusal_is_told_by_its_sentence() -> None:
    assert str(Refused(TransactionReason.REPLAYED)) == TransactionReason.REPLAYED.sentence
    with_detail = Refused(TransactionReason.KEY_PURPOSE, "key-2")
    assert str(with_detail) == f"{TransactionReason.KEY_PURPOSE.sentence} (key-2)"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_refused_transactions_leave_no_trace(place: int) -> None:
    """A block built around refused transactions equals the block without them, byte for byte."""
    scene = Scene()
    good = []
    for number in range(2):
        signed = scene.signed_by(UNIVERSITY)
        signed.build.register_did(UNIVERSITY, [owned(f"good {number}")])
        good.append(signed.bytes())
    halfway = scene.by_issuer()
    halfway.build.anchor(scene.issuer, bytes(32), 1)
    halfway.build.retire_key(scene.issuer, "no-such-key")
    bad = [halfway.bytes(), b"", halfway.bytes(valid_for_ms=0)]
    expected = scene.attempt(*good)
    assert isinstance(expected, ExecutionResult)
    execution = scene.execution()
    for number, transaction in enumerate(good):
        if number == place:
            assert all(isinstance(execution.add(data), Rejected) for data in bad)
        execution.add(transaction)
    if place == len(good):
        assert all(isinstance(execution.add(data), Rejected) for data in bad)
    finished = execution.finish()
    assert (finished.roots, finished.receipts, finished.writes) == (
        expected.roots,
        expected.receipts,
        expected.writes,
    )
