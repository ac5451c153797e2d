"""Semantic versions: the specification's own examples, and spellings it forbids."""

from itertools import pairwise

import pytest

from registry.semantic_version import SemanticVersion, is_version

# Section 11.4 of the specification gives this order.
ASCENDING = [
    "1.0.0-alpha",
    "1.0.0-alpha.1",
    "1.0.0-alpha.beta",
    "1.0.0-beta",
    "1.0.0-beta.2",
    "1.0.0-beta.11",
    "1.0.0-rc.1",
    "1.0.0",
    "1.0.1",
    "1.2.0",
    "1.10.0",
    "2.0.0-0",
    "2.0.0",
    "999999.0.0",
]


def test_versions_are_ordered_by_precedence() -> None:
    versions = [SemanticVersion.parse(text) for text in ASCENDING]
    assert sorted(versions, key=str) != versions
    assert sorted(sorted(versions, key=str)) == versions
    assert all(earlier < later for earlier, later in pairwise(versions))
    assert [str(version) for version in versions] == ASCENDING


def test_parts_are_told_apart() -> None:
    assert SemanticVersion.parse("1.22.333-a-b.4.c5") == SemanticVersion(1, 22, 333, ("a-b", 4, "c5"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "1",
        "1.0",
        "1.0.0.0",
        "v1.0.0",
        "01.0.0",
        "1.00.0",
        "1.0.0-01",
        "1.0.0-",
        "1.0.0-a..b",
        "1.0.0-é",
        "1.0.0+build",
        "1.0.-1",
        "1.0.0 ",
        "1.0.١",
        "1000000.0.0",
        "1.0.0-" + "a" * 43,
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    assert not is_version(text)
