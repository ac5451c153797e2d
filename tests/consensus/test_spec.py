"""SPEC.md keeps its word: every rule names tests, and every test it names exists."""

import re
from pathlib import Path

import pytest

SPEC = Path(__file__).parents[2] / "consensus" / "SPEC.md"
TESTS = Path(__file__).parent
RULES = re.findall(r"(?m)^\*\*(R\d+) .*(?:\n.+)*", SPEC.read_text())
NAMED = sorted(set(re.findall(r"`(test_\w+)(?:::(\w+))?`", SPEC.read_text())))


def rule_text(rule: str) -> str:
    """The paragraph of a rule, its line breaks as spaces."""
    (paragraph,) = (part for part in SPEC.read_text().split("\n\n") if part.startswith(f"**{rule} "))
    return " ".join(paragraph.split())


def test_all_nineteen_rules_are_there() -> None:
    assert [f"R{number}" for number in range(1, 20)] == RULES


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_names_its_tests(rule: str) -> None:
    assert re.search(r"— .*`test_", rule_text(rule))


@pytest.mark.parametrize(("file", "part"), NAMED)
def test_every_test_named_exists(file: str, part: str) -> None:
    source = (TESTS / f"{file}.py").read_text()
    names = re.findall(r"def (test_\w+)", source)
    assert any(part in name for name in names)
