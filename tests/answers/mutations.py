"""Answers that somebody changed: each number gives one, always the same.

A change is one of these: bytes flipped, inserted, removed or doubled · parts of the decoded answer replaced
by neighbouring, extreme or foreign values · a part taken from another honest answer · another K, page or
chunk · the header changed and signed anew by the true validators, so that what lies behind the signatures is
reached · the same in the JSON form. The reader has another clock or question as well.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any, Final

from api.answer.encoding import Answer, answer_to_json, decode_answer, encode_answer
from api.answer.question import Question
from consensus.light_client import MAX_AGE_MS
from registry.primitives.codec import MAX_INTEGER, Malformed, decode, encode

LIMIT: Final = 4 * 1024 * 1024

Sign = Callable[[Answer], Answer]
"""Gives an answer the finalization that the true validators would give its header."""


@dataclass(frozen=True)
class Judged:
    """What a verifier is given: the bytes, the question (None for a file), the clock, the greatest age."""

    answer: bytes
    question: Question | None
    now_ms: int
    max_age_ms: int


@dataclass(frozen=True)
class Honest:
    """Honest answers of one network with the same header or different ones, and how its validators sign."""

    answers: tuple[Answer, ...]
    sign: Sign

    @cached_property
    def _encodings(self) -> dict[int, bytes]:
        return {id(answer): encode_answer(answer) for answer in self.answers}

    @cached_property
    def _texts(self) -> dict[int, tuple[str, str]]:
        members = [(id(answer), answer_to_json(answer)) for answer in self.answers]
        return {one: (json.dumps(each, ensure_ascii=False), json.dumps(each)) for one, each in members}

    def encoded(self, answer: Answer) -> bytes:
        """The encoding of one of the answers, made once."""
        return self._encodings[id(answer)]

    def tree(self, answer: Answer) -> Any:
        """The decoded form of one of the answers, to be changed."""
        return decode(self.encoded(answer), limit=LIMIT)

    def text(self, answer: Answer, *, ensure_ascii: bool) -> str:
        """One of the answers as JSON, made once."""
        return self._texts[id(answer)][ensure_ascii]

    def mutated(self, number: int) -> Judged:
        """The changed answer of this number."""
        random = Random(number)
        answer = random.choice(self.answers)
        other = random.choice(self.answers).question
        question = random.choice((None, None, None, None, None, answer.question, answer.question, other))
        data = _CHANGES[number % len(_CHANGES)](self, answer, random)
        time_ms = answer.header.time_ms
        now_ms = time_ms + random.choice((0, 1_000, 1_000, 1_000, -500, -501, MAX_AGE_MS, MAX_AGE_MS + 1))
        max_age_ms = random.choice((MAX_AGE_MS, MAX_AGE_MS, MAX_AGE_MS, 0, 2**53 - 1))
        return Judged(data, question, now_ms, max_age_ms)


def _bytes(honest: Honest, answer: Answer, random: Random) -> bytes:
    data = bytearray(honest.encoded(answer))
    for _ in range(random.choice((1, 1, 1, 2, 5))):
        at = random.randrange(len(data))
        match random.randrange(6):
            case 0:
                data[at] ^= 1 << random.randrange(8)
            case 1:
                data[at] = random.randrange(256)
            case 2:
                data.insert(at, random.randrange(256))
            case 3:
                del data[at]
            case 4:
                del data[at:]
            case _:
                data[at:at] = data[at : at + random.randrange(1, 64)]
        if not data:
            break
    return bytes(data)


def _parts(honest: Honest, answer: Answer, random: Random) -> bytes:
    return _encoded(_changed(honest.tree(answer), honest, random), honest.encoded(answer))


def _parts_signed(honest: Honest, answer: Answer, random: Random) -> bytes:
    """Parts changed, then signed anew where it is still an answer."""
    data = _encoded(_changed(honest.tree(answer), honest, random), honest.encoded(answer))
    try:
        return encode_answer(honest.sign(decode_answer(data)))
    except (ValueError, Malformed):
        return data


def _spliced(honest: Honest, answer: Answer, random: Random) -> bytes:
    """Members of two honest answers."""
    other = random.choice(honest.answers)
    member = random.choice(("question", "proof", "header", "certificate"))
    return encode_answer(replace(answer, **{member: getattr(other, member)}))


def _asked_otherwise(honest: Honest, answer: Answer, random: Random) -> bytes:
    """The honest proof for another K, page, chunk or id."""
    question: Any = answer.question
    changes: dict[str, Any] = {}
    times = [each.header.time_ms for each in honest.answers]
    if hasattr(question, "known_at_ms"):
        near = random.choice(times) + random.choice((-1, 0, 1))
        changes["known_at_ms"] = random.choice((None, near, answer.header.time_ms, 0, near - 1_000))
    if hasattr(question, "first") and random.random() < 0.5:
        changes["first"] = random.randrange(8)
    if hasattr(question, "number") and random.random() < 0.5:
        changes["number"] = random.choice((0, 1, 5, 127, 128, 4_095, 4_096))
    if isinstance(getattr(question, "id", None), str) and random.random() < 0.3:
        changes["id"] = _text(question.id, random) or "0"
    return encode_answer(replace(answer, question=replace(question, **changes)))


def _json_text(honest: Honest, answer: Answer, random: Random) -> bytes:
    text = bytearray(honest.text(answer, ensure_ascii=random.random() < 0.5).encode())
    for _ in range(random.choice((1, 1, 2))):
        at = random.randrange(1, len(text))
        match random.randrange(5):
            case 0:
                text[at] ^= 1 << random.randrange(7)
            case 1:
                text[at:at] = random.choice(
                    (b" ", b"0", b"-", b".0", b"e1", b",", b'"', b"\\u0041", b"null", b"=", b"\xc3")
                )
            case 2:
                del text[at]
            case 3:
                text[at:at] = text[at : at + random.randrange(1, 200)]
            case _:
                text[at] = random.choice(b'{}[]":,0123456789abcAZ-_\\')
    return bytes(text)


def _json_parts(honest: Honest, answer: Answer, random: Random) -> bytes:
    members: Any = json.loads(honest.text(answer, ensure_ascii=False))
    for _ in range(random.choice((1, 1, 2))):
        _change_json(members, honest, random)
    whole = {"answer": members, "readable": {}} if random.random() < 0.2 else members
    return json.dumps(whole, separators=(",", ":")).encode()


_CHANGES: Final[Sequence[Callable[[Honest, Answer, Random], bytes]]] = (
    _bytes,
    _parts,
    _parts_signed,
    _spliced,
    _asked_otherwise,
    _parts_signed,
    _json_text,
    _json_parts,
)


def _encoded(tree: Any, unchanged: bytes) -> bytes:
    """The tree's encoding, or the unchanged one where the change left none."""
    try:
        return encode(tree)
    except Malformed:
        return unchanged


def _places(tree: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a tree of arrays and maps."""
    places: list[tuple[Any, Any]] = []
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        keys = list(part) if isinstance(part, dict) else range(len(part)) if isinstance(part, list) else ()
        for key in keys:
            places.append((part, key))
            if isinstance(part[key], dict | list):
                waiting.append(part[key])
    return places


def _changed(tree: Any, honest: Honest, random: Random) -> Any:
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        places = _places(tree)
        if not places:
            break
        container, key = random.choice(places)
        container[key] = _other_value(container[key], honest, random)
    return tree


def _other_value(value: Any, honest: Honest, random: Random) -> Any:
    if random.random() < 0.1:
        return random.choice((None, 0, 1, b"", bytes(32), "", [], {}, True, -1, value, [value]))
    if random.random() < 0.1:
        other = honest.tree(random.choice(honest.answers))
        alike = [part[key] for part, key in _places(other) if type(part[key]) is type(value)]
        return random.choice(alike) if alike else value
    match value:
        case bool() | None:
            return random.choice((0, 1, False, b"", [bytes(32), bytes(32)]))
        case int():
            return _integer(value, random)
        case bytes():
            return _blob(value, random)
        case str():
            return _text(value, random)
        case list():
            return _array(value, random)
        case _:
            return {**value, random.choice(("more", "version", "proof")): 1}


def _integer(value: int, random: Random) -> int:
    near = (value - 1, value + 1, value * 2, value // 2, 0, 1, 2, 3)
    return random.choice((*near, *near, MAX_INTEGER, -1, 2**32, 2**31, 127, 128, value + 2**32))


def _blob(value: bytes, random: Random) -> bytes:
    if not value:
        return random.choice((b"\x00", b"\x80", bytes(32)))
    at = random.randrange(len(value))
    flipped = bytearray(value)
    flipped[at] ^= 1 << random.randrange(8)
    return random.choice(
        (bytes(flipped), bytes(flipped), value[:-1], value + b"\x00", bytes(len(value)), value[::-1])
    )


def _text(value: str, random: Random) -> str:
    at = random.randrange(len(value) + 1)
    inserted = random.choice(
        (" ", "\u200b", "\n", "%", ":", "/", ".", "-", "a", "A", "\u0430", "#", "%3A1", "0")
    )
    changes = (
        value + " ",
        " " + value,
        value[:at] + inserted + value[at:],
        value[:at] + inserted + value[at + 1 :],
        value.upper(),
        value[:-1],
        value[:at],
        value.replace("a", "\u0430", 1),
        value + "/" + value,
    )
    return random.choice(changes)


def _array(value: list[Any], random: Random) -> list[Any]:
    if not value:
        return random.choice(([bytes(32)], [0], [[]]))
    at = random.randrange(len(value))
    changes: tuple[list[Any], ...] = (
        value[:at] + value[at + 1 :],
        [*value[: at + 1], *value[at:]],
        value[::-1],
        [*value, value[0]],
        value[: at + 1],
        [],
        [*value[at:], *value[:at]],
    )
    return random.choice(changes)


def _change_json(members: Any, honest: Honest, random: Random) -> None:
    container, key = random.choice(_places(members))
    value = container[key]
    match value:
        case str() if random.random() < 0.7:
            container[key] = _text(value, random)
        case bool() | None:
            container[key] = random.choice((0, "", [], {}, "AA"))
        case int():
            container[key] = random.choice((_integer(value, random), str(value), float(value), -1, 2**53))
        case list():
            container[key] = _array(value, random) if value else random.choice((["AA"], [0], [[]]))
        case dict() if random.random() < 0.5 and value:
            value.pop(random.choice(list(value)))
        case _:
            other = json.loads(honest.text(random.choice(honest.answers), ensure_ascii=False))
            alike = [part[at] for part, at in _places(other) if type(part[at]) is type(value)]
            container[key] = random.choice(alike) if alike else None
