"""Answers in a text of JSON: read as strictly as CBOR; whatever the bytes, only `Malformed` is raised."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.answer.encoding import (
    MAX_JSON_BYTES,
    UnsupportedVersion,
    answer_from_json_text,
    answer_to_json,
    encode_answer,
    read_answer,
)
from api.verifier.answer import verify_encoded
from api.verifier.verdict import AnswerFlaw, Outcome
from registry.primitives.codec import Malformed
from tests.api.answer.test_encoding import ANSWERS
from tests.api.verifier.renditions import json_text
from tests.api.verifier.test_answer import GOOD, NOW, TRUST

RECORD = GOOD["record"][0]
TEXT = json_text(RECORD)
WHOLE = b'{"answer": ' + TEXT + b', "readable": {"found": true, "half": 0.5}}'


@pytest.mark.parametrize("name", ANSWERS)
def test_each_answer_is_read_from_both_renditions(name: str) -> None:
    answer = ANSWERS[name]
    assert read_answer(json_text(answer)) == read_answer(encode_answer(answer)) == answer
    indented = json.dumps(answer_to_json(answer), indent=2, sort_keys=True).encode()
    assert read_answer(b"\n\t " + indented + b"\r\n") == answer


def test_what_the_api_puts_around_an_answer_is_taken_off() -> None:
    assert read_answer(WHOLE) == RECORD
    assert read_answer(b'{"answer":' + TEXT + b"}") == RECORD


def changed(old: str, new: str) -> bytes:
    text = TEXT.decode()
    assert text.count(old) >= 1
    return text.replace(old, new, 1).encode("utf-8", "surrogatepass")


HEIGHT = f'"height": {RECORD.header.height}'
NOT_READ: dict[str, bytes] = {
    "nothing": b"",
    "a member twice": changed('{"version": 1', '{"version": 1, "version": 1'),
    "a member twice, once escaped": changed('{"version": 1', '{"version": 1, "v\\u0065rsion": 1'),
    "a member twice around the answer": b'{"answer": {}, "answer": ' + TEXT + b"}",
    "a member twice deep inside": changed(HEIGHT, f"{HEIGHT}, {HEIGHT}"),
    "a byte order mark": b"\xef\xbb\xbf" + TEXT,
    "UTF-16": TEXT.decode().encode("utf-16"),
    "UTF-16, little endian": TEXT.decode().encode("utf-16-le"),
    "UTF-16, big endian": TEXT.decode().encode("utf-16-be"),
    "UTF-32": TEXT.decode().encode("utf-32"),
    "Latin-1": changed("did:web:a", "did:web:\u00e9").decode().encode("latin-1"),
    "a raw surrogate": changed("did:web:a", "did:web:\ud800"),
    "an escaped surrogate": changed("did:web:a", "did:web:\\ud800"),
    "surrogates in the wrong order": changed("did:web:a", "did:web:\\udc00\\ud800"),
    "an escaped surrogate as a name": changed('"version"', '"\\ud800"'),
    "a sign": changed(HEIGHT, HEIGHT.replace(": ", ": -")),
    "minus zero": changed('"first": 2', '"first": -0'),
    "a plus": changed(HEIGHT, HEIGHT.replace(": ", ": +")),
    "a fraction": changed(HEIGHT, f"{HEIGHT}.0"),
    "an exponent": changed(HEIGHT, f"{HEIGHT}e0"),
    "a capital exponent": changed(HEIGHT, f"{HEIGHT}E+0"),
    "a leading zero": changed(HEIGHT, HEIGHT.replace(": ", ": 0")),
    "2^53": changed(HEIGHT, f'"height": {2**53}'),
    "2^64": changed(HEIGHT, f'"height": {2**64}'),
    "5,000 digits": changed(HEIGHT, f'"height": {"9" * 5_000}'),
    "Arabic digits": changed(HEIGHT, '"height": \u0663'),
    "NaN": changed(HEIGHT, '"height": NaN'),
    "infinity": changed(HEIGHT, '"height": Infinity'),
    "true for a number": changed(HEIGHT, '"height": true'),
    "version 1.0": changed('"version": 1', '"version": 1.0'),
    "version -1": changed('"version": 1', '"version": -1'),
    "version 2^53": changed('"version": 1', f'"version": {2**53}'),
    "version of 5,000 digits": changed('"version": 1', f'"version": {"2" * 5_000}'),
    "version true": changed('"version": 1', '"version": true'),
    "a comment": changed("{", "{/* */"),
    "a comma at the end": TEXT[:-1] + b",}",
    "a second value": TEXT + b"{}",
    "a null byte at the end": TEXT + b"\0",
    "cut off": TEXT[:-1],
    "a control character": changed("did:web:a", "did:web:\x01"),
    "arrays 100,000 deep": b"[" * 100_000,
    "objects 100,000 deep": b'{"answer":' * 100_000,
    "33 deep beside the answer": b'{"answer":' + TEXT + b',"readable":' + b"[" * 32 + b"]" * 32 + b"}",
    "an array": b"[" + TEXT + b"]",
    "a text": b'"answer"',
    "null in place of the answer": b'{"answer":null}',
    "the answer of an answer": b'{"answer":' + WHOLE + b"}",
    "a third member": b'{"answer":' + TEXT + b',"note":1}',
    "longer than the limit": TEXT + b" " * MAX_JSON_BYTES,
}


@pytest.mark.parametrize("text", NOT_READ.values(), ids=NOT_READ)
def test_other_texts_are_malformed(text: bytes) -> None:
    with pytest.raises(Malformed):
        read_answer(text)
    with pytest.raises(Malformed):
        answer_from_json_text(text)
    verdict = verify_encoded(text, TRUST, question=None, now_ms=NOW)
    assert (verdict.outcome, verdict.reason) == (Outcome.INVALID, AnswerFlaw.MALFORMED)


@pytest.mark.parametrize("version", ["0", "2", str(2**53 - 1)])
def test_another_version_is_told_whatever_else_there_is(version: str) -> None:
    for text in (f'{{"version": {version}}}', f'{{"answer": {{"version": {version}, "proof": []}}}}'):
        with pytest.raises(UnsupportedVersion):
            read_answer(text.encode())


@given(st.data())
@settings(derandomize=True, max_examples=1_500, deadline=None)
def test_no_damage_raises_anything_else_or_makes_another_answer(data: st.DataObject) -> None:
    damaged = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        damaged[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=3))
    try:
        read = read_answer(bytes(damaged))
    except (Malformed, UnsupportedVersion):
        return
    verdict = verify_encoded(bytes(damaged), TRUST, question=RECORD.question, now_ms=NOW)
    assert verdict.outcome is not Outcome.VALID or verdict.finding == GOOD["record"][1]
    assert read_answer(encode_answer(read)) == read
