"""What is changed is not taken for good, and ends in nothing but a verdict or a typed error."""

import pytest

from tests.api.credentials.formats.mutated import ORIGINALS, is_rightly_good, mutations, outcome_of


@pytest.mark.parametrize("seed", range(10, 14))
def test_nothing_that_is_changed_is_good(seed: int) -> None:
    for text in mutations(seed, 250):
        assert outcome_of(text) != "valid" or is_rightly_good(text), text


def test_what_is_not_changed_is_good() -> None:
    for text in ORIGINALS:
        assert outcome_of(text) == "valid"
        assert is_rightly_good(text)
