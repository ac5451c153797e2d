"""Where in a settings file a value stands, whatever its lines hold."""

import pytest

from node.setup.settings_places import line_of


def test_lines_are_counted_as_editors_do() -> None:
    text = "# a\u2028b\u2028c\x85\x0b\n[network]\nlisten = 3\n"
    assert line_of(text, ("network", "listen")) == 3


@pytest.mark.parametrize("part", ["a", "a ", "a.", "[", '"', "'", '"a"', "a=", "[a", " "])
def test_a_long_line_takes_no_longer_than_reading_it(part: str) -> None:
    """Patterns that try each way to split a line do not end within a lifetime."""
    text = f'a = """\n{part * 200_000}\n"""\n[network]\nlisten = 3\n'
    assert line_of(text, ("network", "listen")) == 5
