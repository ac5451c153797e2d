"""What a file is, told from its bytes: what people save, what programs write, and what is none of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from node.files.foreign import HEAD_BYTES, FileKind, recognise
from node.files.foreign.json_faults import JsonMistake, Misplaced, fault_in
from tests.node.files.foreign import CORPUS


@pytest.mark.parametrize("name", CORPUS)
def test_each_kind_is_recognised(name: str) -> None:
    content, kind = CORPUS[name]
    assert recognise(content) is kind


@pytest.mark.parametrize("kind", FileKind)
def test_each_kind_is_named_with_its_article_and_has_no_second_sentence(kind: FileKind) -> None:
    assert kind.phrase
    assert not kind.phrase.endswith(".")
    assert not kind.advice.endswith(".")


@pytest.mark.parametrize("name", ["PNG", "ZIP", "DOCX", "PDF", "UTF-16 with mark", "100,000 brackets"])
def test_the_beginning_of_a_long_file_is_enough(name: str) -> None:
    content, kind = CORPUS[name]
    long = content if name == "100,000 brackets" else content * (1 + HEAD_BYTES // len(content))
    assert recognise(long[:HEAD_BYTES]) is kind


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_whatever_the_bytes_it_is_some_kind(content: bytes) -> None:
    assert recognise(content) in FileKind


@pytest.mark.parametrize("cut", range(1, 5))
def test_text_that_is_cut_inside_a_character_is_still_text(cut: int) -> None:
    assert recognise("Universität 🎓".encode()[:-cut]) is FileKind.TEXT


F = JsonMistake


@pytest.mark.parametrize(
    ("text", "fault", "line", "column"),
    [
        ('{"a": 1,}', F.TRAILING_COMMA, 1, 9),
        ("[1, ]", F.TRAILING_COMMA, 1, 5),
        ('{"a": 1,\n}', F.TRAILING_COMMA, 2, 1),
        ("[1,,]", F.TRAILING_COMMA, 1, 5),
        ("{,}", F.TRAILING_COMMA, 1, 3),
        ("[,1]", F.OTHER, 1, 2),
        ("{“a”: 1}", F.CURLY_QUOTES, 1, 2),
        ('{"a": “b”}', F.CURLY_QUOTES, 1, 7),
        ('{"a": "b”}\n', F.CURLY_QUOTES, 1, 11),
        ('{"a”: 1}', F.CURLY_QUOTES, 1, 2),
        ("{'a': 1}", F.SINGLE_QUOTES, 1, 2),
        ("{a: 1}", F.UNQUOTED_NAME, 1, 2),
        ('{"a": 1 // one\n}', F.COMMENT, 1, 9),
        ('# one\n{"a": 1}', F.COMMENT, 1, 1),
        ('{"a": 1}\n{"b": 2}', F.SECOND_DOCUMENT, 2, 1),
        ('{"a": 1} end', F.AFTER_THE_END, 1, 10),
        ('{"a": ', F.CUT_SHORT, 1, 7),
        ('{"a": "b', F.CUT_SHORT, 1, 7),
        ('{"a": True}', F.LITERAL, 1, 7),
        ('{"a": "NaN",\n "b": NaN}', F.LITERAL, 2, 7),
        ('{"a": -Infinity}', F.LITERAL, 1, 7),
        ('{"a": 1\n "b": 2}', F.MISSING_COMMA, 2, 2),
        ('{"a": "b" c"}', F.MISSING_COMMA, 1, 11),
        ('{"a": "b\nc"}', F.RAW_CONTROL, 1, 9),
        ('{"a": "C:\\x"}', F.BACKSLASH, 1, 10),
        ('{"a": 01}', F.NUMBER, 1, 8),
        ('{"a": +1}', F.NUMBER, 1, 7),
        ('{"a": 1,5}', F.NUMBER, 1, 9),
        ('{"a" = 1}', F.OTHER, 1, 6),
    ],
)
def test_why_a_text_is_no_json(text: str, fault: JsonMistake, line: int, column: int) -> None:
    assert fault_in(text) == Misplaced(fault, line, column)


def test_json_has_no_fault() -> None:
    assert fault_in('{"a": [1, 2.5e3, "b“c”"], "d": null}') is None
