"""The reasons for problems."""

from api.problems import REASONS, RequestFault
from registry.ruleset import CURRENT


def test_registry_and_request_reasons_are_all_there_and_apart() -> None:
    assert set(REASONS) == {reason.value for reason in RequestFault} | {
        reason.value for reason in CURRENT.reasons
    }
    assert len(REASONS) == len(RequestFault) + len(CURRENT.reasons)
