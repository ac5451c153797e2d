"""Policies: those that are shipped, and that each mistake in one is told with its line, key and what is
permitted.
"""

import pytest

from api.verifier.credential.check import Aspect
from api.verifier.credential.policy import (
    MAX_POLICY_BYTES,
    SHIPPED,
    Policy,
    PolicyError,
    PolicyFault,
    read_policy,
    shipped_policy,
    shipped_text,
)

GOOD = 'name = "own"\nmust_be_valid = ["issuer", "names"]\nproofs = 2\nmax_age_days = 30\n'


def test_a_policy() -> None:
    assert read_policy(GOOD) == Policy("own", frozenset({Aspect.ISSUER, Aspect.NAMES}), 2, 30)
    assert read_policy(GOOD.replace("max_age_days = 30\n", "")).max_age_days is None


def test_those_that_are_shipped() -> None:
    assert [shipped_policy(name) for name in SHIPPED] == [
        Policy("employer", frozenset({Aspect.ISSUER})),
        Policy("admissions", frozenset({Aspect.ISSUER, Aspect.SCHEMA, Aspect.ANCHOR})),
        Policy("professional-development", frozenset(), 1, 1096),
    ]
    assert shipped_policy() == shipped_policy("employer")
    with pytest.raises(ValueError, match="no policy of this name is shipped: own"):
        shipped_text("own")


LISTED = "must be a list of any of issuer, schema, anchor, holder, names."
WRONG: dict[str, tuple[str, PolicyFault, str, int | None, str]] = {
    "a key that is misspelt": (
        GOOD.replace("must_be_valid", "must_be_vaild"),
        PolicyFault.UNKNOWN_KEY,
        "must_be_vaild",
        2,
        "'must_be_vaild' is none of name, must_be_valid, proofs, max_age_days.",
    ),
    "a table": (
        f"{GOOD}[checks]\nissuer = true\n",
        PolicyFault.UNKNOWN_KEY,
        "checks",
        5,
        "'checks' is none of name, must_be_valid, proofs, max_age_days.",
    ),
    "no name": (GOOD[13:], PolicyFault.MISSING_KEY, "name", None, "It is name."),
    "no proofs": (GOOD.replace("proofs = 2\n", ""), PolicyFault.MISSING_KEY, "proofs", None, "It is proofs."),
    "an empty name": (
        GOOD.replace('"own"', '" "'),
        PolicyFault.WRONG_VALUE,
        "name",
        1,
        "name is ' ', and must be a text of 1 to 64 characters.",
    ),
    "a check that always counts": (
        GOOD.replace('"names"', '"status"'),
        PolicyFault.WRONG_VALUE,
        "must_be_valid",
        2,
        f"must_be_valid is 'status', and {LISTED}",
    ),
    "a text for a list": (
        GOOD.replace('["issuer", "names"]', '"issuer"'),
        PolicyFault.WRONG_VALUE,
        "must_be_valid",
        2,
        f"must_be_valid is 'issuer', and {LISTED}",
    ),
    "a number in a list": (
        GOOD.replace('"names"', "7"),
        PolicyFault.WRONG_VALUE,
        "must_be_valid",
        2,
        f"must_be_valid is 7, and {LISTED}",
    ),
    "no proof": (
        GOOD.replace("= 2", "= 0"),
        PolicyFault.WRONG_VALUE,
        "proofs",
        3,
        "proofs is 0, and must be a whole number from 1 to 8.",
    ),
    "true for a number": (
        GOOD.replace("= 2", "= true"),
        PolicyFault.WRONG_VALUE,
        "proofs",
        3,
        "proofs is true, and must be a whole number from 1 to 8.",
    ),
    "a fraction": (
        GOOD.replace("= 30", "= 30.0"),
        PolicyFault.WRONG_VALUE,
        "max_age_days",
        4,
        "max_age_days is 30.0, and must be a whole number from 1 to 36525.",
    ),
    "a date": (
        GOOD.replace("= 30", "= 2026-01-01"),
        PolicyFault.WRONG_VALUE,
        "max_age_days",
        4,
        "max_age_days is a date or a time, and must be a whole number from 1 to 36525.",
    ),
    "a key twice": (
        f"{GOOD}proofs = 1\n",
        PolicyFault.NOT_TOML,
        "",
        None,
        "Cannot overwrite a value (at line 5, column 11).",
    ),
    "no TOML": ("{", PolicyFault.NOT_TOML, "", None, "Invalid statement (at line 1, column 1)."),
    "too long": ("#" * (MAX_POLICY_BYTES + 1), PolicyFault.TOO_LONG, "", None, ""),
}


@pytest.mark.parametrize(("text", "fault", "key", "line", "detail"), WRONG.values(), ids=WRONG.keys())
def test_each_mistake_is_told_by_name(
    text: str, fault: PolicyFault, key: str, line: int | None, detail: str
) -> None:
    with pytest.raises(PolicyError) as refused:
        read_policy(text)
    error = refused.value
    assert (error.fault, error.key, error.line, error.detail) == (fault, key, line, detail)


@pytest.mark.parametrize(
    "text", ["a = " + "[" * 20_000, "a = " + "9" * 5_000, "a = 1e400", "\ud800", "a=\x00"]
)
def test_hostile_texts_are_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        read_policy(text)
