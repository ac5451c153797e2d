"""What the doctor says of the daily comparison of did:web documents."""

import pytest

from node.cli.operate.checks import Severity
from node.cli.operate.checks.documents import check_documents


@pytest.mark.parametrize(
    ("metrics", "expected"),
    [
        (b"", []),
        (b"matricula_did_mismatches 0.0\nmatricula_dids_not_compared 0.0\n", []),
        (
            b"matricula_did_mismatches 1.0\nmatricula_dids_not_compared 2.0\n",
            [(Severity.PROBLEM, "1 DID"), (Severity.WARNING, "2 DIDs")],
        ),
    ],
)
def test_only_what_was_found_is_told(metrics: bytes, expected: list[tuple[Severity, str]]) -> None:
    found = list(check_documents(metrics))
    assert [finding.level for finding in found] == [level for level, _ in expected]
    assert all(words in finding.what for finding, (_, words) in zip(found, expected, strict=True))
    assert all("matricula did compare" in finding.do for finding in found)
