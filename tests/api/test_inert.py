"""What is shown in place of characters that act, rule by rule."""

import json
import unicodedata

import pytest

from api.inert import MAX_BLANKS, MAX_MARKS, escape_json, escape_json_bytes, inert, inert_html, inert_json

ACTING = [
    *range(0x20),
    *range(0x7F, 0xA0),
    0xAD,
    0x61C,
    0x180E,
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0x3164,
    *range(0xFE00, 0xFE10),
    0xFEFF,
    0xFDD0,
    0xFFF9,
    0xFFFF,
    0xD800,
    0xDFFF,
    0xE000,
    *range(0xE0000, 0xE0080),
    0xE0100,
    0x10FFFF,
]


@pytest.mark.parametrize("point", ACTING, ids=hex)
def test_a_character_that_acts_is_shown_by_its_number(point: int) -> None:
    text = f"a{chr(point)}b"
    assert inert(text) == f"a\\u{{{point:X}}}b"
    written = inert_json({text: text})
    assert chr(point) not in written
    assert json.loads(written) == {text: text}


@pytest.mark.parametrize(
    "name",
    [
        "Universität Zürich",
        "Πανεπιστήμιο Αθηνών",
        "Московский университет",
        "東京大学",
        "جامعة القاهرة",
        "האוניברסיטה העברית",
        "चौधरी चरण सिंह विश्वविद्यालय",
        "Trường Đại học Bách khoa",
        unicodedata.normalize("NFD", "Trường Đại học Bách khoa"),
        "did:web:example.edu:school:key:badges",
        "C:\\users\\award.json",
        "[bold]red[/bold]",
        "“Évora” — 100 % · €",
    ],
)
def test_names_of_every_script_stand_as_they_are(name: str) -> None:
    assert inert(name) == name
    assert inert_json(name) == json.dumps(name, ensure_ascii=False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("می\u200dخواهم", "می\\u{200D}خواهم"),
        ("a\u200cb", "a\\u{200C}b"),
        ("क\u094d\u200d", "क\u094d\\u{200D}"),
        ("می\u200c\u200cخو", "می\\u{200C*2}خو"),
    ],
)
def test_joiners_stand_where_spelling_needs_them(text: str, shown: str) -> None:
    assert inert(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a" + " " * MAX_BLANKS + "b", "a" + " " * MAX_BLANKS + "b"),
        ("a" + " " * (MAX_BLANKS + 1) + "b", f"a\\u{{20*{MAX_BLANKS + 1}}}b"),
        (" " * 10_000, "\\u{20*10000}"),
        ("did:web:a.example ", "did:web:a.example\\u{20}"),
        ("a\u00a0b\u3000c\u2003d", "a\\u{A0}b\\u{3000}c\\u{2003}d"),
        ("", ""),
    ],
)
def test_blanks_push_nothing_out_of_sight(text: str, shown: str) -> None:
    assert inert(text) == shown
    assert json.loads(inert_json(text)) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("e" + "\u0301" * MAX_MARKS, "e" + "\u0301" * MAX_MARKS),
        ("e" + "\u0301" * (MAX_MARKS + 3), "e" + "\u0301" * MAX_MARKS + "\\u{301*3}"),
        (": \u0338x", ": \\u{338}x"),
        ("\u0336", "\\u{336}"),
        ("!\u20dd", "!\\u{20DD}"),
    ],
)
def test_marks_stand_on_letters_and_in_no_pile(text: str, shown: str) -> None:
    assert inert(text) == shown


def test_what_is_shown_is_unambiguous() -> None:
    assert inert("\x1b") == "\\u{1B}"
    assert inert("\\u{1B}") == "\\u{5C}u{1B}"
    assert inert("\\\x1b \\u1B") == "\\\\u{1B} \\u1B"


def test_a_limit_bounds_what_is_shown() -> None:
    assert inert("x" * 100, 100) == "x" * 100
    assert inert("x" * 101, 100) == "x" * 100 + "…"
    assert inert("\x1b\n" * 10_000, 9) == "\\u{1B}\\u{…"


def test_json_keeps_its_form() -> None:
    document = {"a": ["\u202e", 1, None, True, -1.5], "\x9b": {}}
    assert inert_json(document) == '{"a":["\\u202e",1,null,true,-1.5],"\\u009b":{}}'
    assert inert_json({"a": ["\x7f"]}, indent=2) == '{\n  "a": [\n    "\\u007f"\n  ]\n}'
    assert inert_json(["é\U000e0041"]) == '["é\\udb40\\udc41"]'
    assert inert_json(["é"], ascii_only=True) == '["\\u00e9"]'
    assert inert_json([b"x"], default=repr) == "[\"b'x'\"]"
    assert escape_json('["\\"\u202e\\\\"]') == '["\\"\\u202e\\\\"]'
    assert escape_json_bytes('["\u202eé"]'.encode()) == '["\\u202eé"]'.encode()
    assert escape_json_bytes(b'["\x7f"]') == b'["\\u007f"]'
    assert escape_json_bytes(b'["plain"]') == b'["plain"]'


def test_html_is_neither_markup_nor_acting() -> None:
    assert inert_html("<b title='x'>\u202e&") == "&lt;b title=&#x27;x&#x27;&gt;\\u{202E}&amp;"
