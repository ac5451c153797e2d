"""Texts that act on whoever prints them as they are, and what may never reach a screen.

What is forbidden is written out here by itself, so that a gap in `api.inert` is not repeated.
"""

import re

import pytest

from api.client import Settings
from node.cli.terminal.console import program

FORGED = "valid         forged"
"""What a forger wants somebody to read at the left edge."""

PAYLOADS = {
    "clears the screen": f"\x1b[2J\x1b[H{FORGED}\n\nvalid, as of 2026-11-27T12:00:00Z; anchored: no\x1b[8m",
    "adds lines": f"x\n{FORGED}\r\n{FORGED}\x0b{FORGED}\x0c{FORGED}\x85{FORGED}\u2028{FORGED}\u2029{FORGED}",
    "links": "\x1b]8;;https://evil.example\x1b\\registry\x1b]8;;\x1b\\",
    "writes the clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "C1 controls": "\u009b2J\u009d52;c;eA==\u009c\u0090q\u009c",
    "reorders": "\u202egro.live\u202c \u2066x\u2069 \u200f\u200e\u061c",
    "hides": "did\u200b:\u2060web\ufeff:\u00adx\u180e\U000e0076\U000e0061\ufe0f\u034f\u3164\ufff9",
    "markup": ":school: did:key:z :x: [bold]x[/bold] [/] [link=https://evil.example]y[/link] &lt;b&gt;<b>",
    "blanks": "x" + " " * 10_000 + FORGED,
    "other blanks": "x" + "\u00a0" * 300 + "\u3000" * 300 + "\u2003" * 300 + "\u2800" * 300 + FORGED,
    "a pile of marks": "Z" + "\u0335\u0489\u0301" * 500 + "\u20dd",
    "overwrites": f"invalid\r{FORGED}\t\t" + "\x08" * 20 + f"{FORGED}\x7f\x7f",
    "lone surrogates": "a\udcffb\udc9bc\udc80",
}

FORBIDDEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\xa0\xad\u034f\u061c\u115f\u1160\u180b-\u180f\u1680\u2000-\u200f\u2028-\u202f"
    "\u205f-\u206f\u2800\u3000\u3164\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    "\ufffe\uffff\U000e0000-\U0010ffff]"
)
PILE = re.compile("[\u0300-\u036f\u0483-\u0489\u20d0-\u20f0]{5}")
LONG_BLANK = re.compile(" {82}")
"""Longer than a line of a table is wide."""
COLOURS = re.compile("\x1b\\[[0-9;]*m|\x1b\\[\\?25[lh]|\x1b\\[1?[AK]|\x1b\\[2K|\r")
"""What the library of our spinners and colours writes to a terminal."""


def make_impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands that send a transaction try each node once: a hostile one is no better a second later."""
    monkeypatch.setattr("node.cli.asking.connection.SETTINGS", Settings(rounds=1))


def assert_inert(shown: str) -> None:
    """Nothing in a text that was printed acts, piles up or pushes away."""
    for form in (FORBIDDEN, PILE, LONG_BLANK):
        found = form.search(shown)
        assert found is None, (form.pattern[:20], found[0], shown[max(0, found.start() - 80) : found.end()])
    for line in shown.split("\n"):
        assert not line.startswith(FORGED), shown


def assert_error_of_few_lines(err: str) -> None:
    """An error is what, where, to do and a command to copy, and nothing else, whatever they quote."""
    lines = err.removesuffix("\n").split("\n")
    place = next(number for number, line in enumerate(lines) if line.startswith("Error: "))
    heads = [line[:9] for line in lines[place + 1 :]]
    if heads[-1:] == ["    " + program()[:5]]:
        heads.pop()
    assert heads in ([], ["  where: "], ["  to do: "], ["  where: ", "  to do: "]), err
