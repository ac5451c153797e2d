"""Bytes that are no answer."""

import json
from collections.abc import Iterator
from typing import Any

from api.answer.encoding import encode_answer
from api.verifier.verdict import AnswerFlaw
from registry.primitives.codec import decode, encode
from tests.answers.accepted import honest
from tests.answers.example import Example, as_json, refused_bytes
from tests.registry.network import UNIVERSITY

HEADER, LOG_SIZE, CERTIFICATE = "header", 8, "certificate"
KIND, CERTIFICATE_VIEW, CANDIDATE, SIGNERS, SIGNATURES = 0, 2, 3, 4, 5
COUNT, FIRST, VERSIONS, PATH, MAP_PATH = 2, 3, 4, 5, 6
"""Places in an encoded record proof, behind its code and its body."""


def examples() -> Iterator[Example]:
    """All of them."""
    yield from _bytes_that_are_no_value()
    yield from _values_of_another_form()
    yield from _texts_that_are_no_json_answer()


def _malformed(name: str, says: str, data: bytes) -> Example:
    return refused_bytes(name, says, data, AnswerFlaw.MALFORMED)


def _bytes_that_are_no_value() -> Iterator[Example]:
    data = encode_answer(honest("did"))
    yield _malformed("empty", "No bytes.", b"")
    yield _malformed("null", "Null.", b"\xf6")
    yield _malformed("text", "Text that is no CBOR map.", b"did:web:university.example")
    yield _malformed("cut-short", "An answer without its last byte.", data[:-1])
    yield _malformed("trailing-byte", "An answer with a byte behind its end.", data + b"\x00")
    yield _malformed("two-answers", "Two answers, one behind the other.", data + data)
    yield _malformed("tagged", "An answer behind a tag.", b"\xd9\xd9\xf7" + data)
    yield _malformed("indefinite-map", "A map of indefinite length.", b"\xbf" + data[1:] + b"\xff")
    yield _malformed("long-head", "A map whose head is longer than needed.", b"\xb8\x05" + data[1:])
    version = b"gversion"
    with_version = data.index(version) + len(version)
    for name, says, written in (
        ("long-integer", "An integer in two bytes where one would do.", b"\x18\x01"),
        ("float", "A float in place of an integer.", b"\xf9\x3c\x00"),
        ("bignum", "A big integer, which is a tag.", b"\xc2\x41\x01"),
        ("undefined", "The simple value `undefined`.", b"\xf7"),
        ("nine-deep", "Arrays nested nine deep.", b"\x81" * 8 + b"\x01"),
        ("integer-2-53", "An integer of 2^53.", b"\x1b\x00\x20\x00\x00\x00\x00\x00\x00"),
        ("invalid-utf-8", "A text that is no UTF-8.", b"\x62\xc3\x28"),
        ("surrogate", "A text with half of a surrogate pair.", b"\x63\xed\xa0\x80"),
    ):
        yield _malformed(name, says, data[:with_version] + written + data[with_version + 1 :])
    proof_first = data.index(b"fheader")
    members = data[1:proof_first], data[proof_first : data.index(version)]
    swapped = data[:1] + members[1] + members[0] + data[data.index(version) :]
    yield _malformed("keys-out-of-order", "Two members in another order.", swapped)
    again = data[data.index(version) : with_version + 1]
    twice = b"\xa6" + data[1 : with_version + 1] + again + data[with_version + 1 :]
    yield _malformed("member-twice", "A member twice.", twice)


def _values_of_another_form() -> Iterator[Example]:
    def changed(change: Any) -> bytes:
        members: Any = decode(encode_answer(honest("did")), limit=1 << 20)
        change(members)
        return encode(members)

    def place(path: tuple[str | int, ...], value: Any) -> Any:
        def change(members: Any) -> None:
            part = members
            for step in path[:-1]:
                part = part[step]
            part[path[-1]] = value

        return change

    def without(members: Any) -> None:
        del members["header"]

    honest_members: Any = decode(encode_answer(honest("did")), limit=1 << 20)
    proof, certificate = honest_members["proof"], honest_members[CERTIFICATE]
    signers, signatures = certificate[SIGNERS], certificate[SIGNATURES]
    candidate = certificate[CANDIDATE]
    version = proof[VERSIONS][0]
    yield _malformed("array", "An array of the five members.", encode(list(honest_members.values())))
    yield _malformed("member-missing", "No header.", changed(without))
    cases: list[tuple[str, str, tuple[str | int, ...], Any]] = [
        ("member-unknown", "A member too many.", ("more",), 1),
        ("version-text", "The version as text.", ("version",), "1"),
        ("version-true", "The version is `true`, which is no integer.", ("version",), True),
        ("question-code-0", "No question has code 0.", ("question", 0), 0),
        ("question-code-7", "No question has code 7.", ("question", 0), 7),
        ("question-root-31", "A root of 31 bytes.", ("question",), [6, UNIVERSITY, bytes(31), None]),
        ("question-root-text", "A root as text.", ("question",), [6, UNIVERSITY, "00" * 32, None]),
        ("question-empty", "A question without a code.", ("question",), []),
        (
            "question-short",
            "A question without K, where it may be null.",
            ("question",),
            honest_members["question"][:3],
        ),
        ("question-kind-long", "A kind of 33 bytes.", ("question", 1), "k" * 33),
        ("question-id-empty", "An empty id.", ("question", 2), ""),
        ("question-id-long", "An id of 321 bytes.", ("question", 2), "did:web:" + "a" * 313),
        ("question-k-negative", "K before 1970.", ("question", 3), -1),
        ("proof-code-7", "No proof has code 7.", ("proof", 0), 7),
        ("proof-of-no-version", "A record proof without a version.", ("proof", VERSIONS), []),
        (
            "proof-of-three-versions",
            "A record proof with three versions.",
            ("proof", VERSIONS),
            [version] * 3,
        ),
        ("proof-count-0", "A log without a version.", ("proof", COUNT), 0),
        ("hash-of-31-bytes", "A hash of 31 bytes.", ("proof", PATH), [bytes(31)]),
        ("hash-of-33-bytes", "A hash of 33 bytes.", ("proof", PATH), [bytes(33)]),
        ("path-of-129", "A path of 129 hashes.", ("proof", PATH), [bytes(32)] * 129),
        ("map-path-long-bitmap", "A bitmap of 33 bytes.", ("proof", MAP_PATH, 0), bytes(32) + b"\x01"),
        ("header-version-256", "A header's version of 256.", (HEADER, 0), 256),
        ("header-proposer-text", "A proposer who is a text.", (HEADER, 13), "0"),
        ("header-height-null", "A header without height.", (HEADER, 4), None),
        (
            "header-short",
            "A header of an earlier form, without the size of the log.",
            (HEADER,),
            honest_members[HEADER][:LOG_SIZE] + honest_members[HEADER][LOG_SIZE + 1 :],
        ),
        ("certificate-kind-3", "A certificate of kind 3.", (CERTIFICATE, KIND), 3),
        ("certificate-view-0", "View 0.", (CERTIFICATE, CERTIFICATE_VIEW), 0),
        (
            "certificate-other-view",
            "A candidate of another view than the certificate's.",
            (CERTIFICATE, CERTIFICATE_VIEW),
            certificate[CERTIFICATE_VIEW] + 1,
        ),
        ("certificate-of-nothing", "A finalization without a candidate.", (CERTIFICATE, CANDIDATE), None),
        ("certificate-nullify", "A nullification with a candidate.", (CERTIFICATE, KIND), 1),
        (
            "candidate-parent-view",
            "A parent's view that is not below the candidate's.",
            (CERTIFICATE, CANDIDATE, 2),
            candidate[1],
        ),
        ("signers-twice", "One signer three times.", (CERTIFICATE, SIGNERS), [0, 0, 0]),
        ("signers-descending", "Signers in falling order.", (CERTIFICATE, SIGNERS), signers[::-1]),
        ("signers-128", "A signer beyond every set.", (CERTIFICATE, SIGNERS), [0, 1, 128]),
        ("signatures-missing", "Fewer signatures than signers.", (CERTIFICATE, SIGNATURES), signatures[:2]),
        (
            "signature-of-63-bytes",
            "A short signature.",
            (CERTIFICATE, SIGNATURES),
            [signatures[0][:63], *signatures[1:]],
        ),
    ]
    for name, says, path, value in cases:
        yield _malformed(name, says, changed(place(path, value)))


def _texts_that_are_no_json_answer() -> Iterator[Example]:
    members = as_json(honest("did"))
    text = json.dumps(members)
    body = members["proof"]["body"]

    def with_member(*path: str) -> Any:
        def to(value: Any) -> str:
            changed = json.loads(text)
            part = changed
            for step in path[:-1]:
                part = part[step]
            part[path[-1]] = value
            return json.dumps(changed)

        return to

    number = f'"number": {members["proof"]["first"]}'
    first = f'"first": {members["proof"]["first"]}'
    texts = [
        ("json-member-twice", "A member twice.", text[:-1] + ', "version": 1}'),
        (
            "json-member-twice-escaped",
            "A member twice, once with an escape.",
            text[:-1] + ', "v\\u0065rsion": 1}',
        ),
        ("json-member-unknown", "A member too many.", with_member("more")(1)),
        (
            "json-type-missing",
            "A question without its type.",
            with_member("question")({**members["question"], "type": None}),
        ),
        (
            "json-type-unknown",
            "A proof of a type that there is not.",
            with_member("proof", "type")("consistency"),
        ),
        (
            "json-padded",
            "Base64url with padding.",
            with_member("proof", "body")(body + "=" * (-len(body) % 4 or 4)),
        ),
        ("json-base64", "Base64 in place of base64url.", with_member("proof", "body")("+/+/")),
        (
            "json-stray-bits",
            "Base64url with bits that stand for nothing.",
            with_member("proof", "body")("AB"),
        ),
        ("json-float", "A number with a fraction.", text.replace(first, first + ".0")),
        ("json-exponent", "A number with an exponent.", text.replace(first, first + "e0")),
        ("json-minus-zero", "A number with a sign.", text.replace(first, '"first": -0')),
        ("json-number-as-text", "A number as text.", with_member("proof", "first")("2")),
        ("json-2-53", "A number of 2^53.", with_member("proof", "count")(2**53)),
        ("json-5000-digits", "A number of 5,000 digits.", text.replace(first, '"first": ' + "9" * 5_000)),
        ("json-deep", "Arrays nested 40 deep.", text.replace(first, '"first": ' + "[" * 40 + "]" * 40)),
        (
            "json-surrogate",
            "Half of a surrogate pair.",
            text.replace("did:web:university.example", "did:web:\\ud800", 1),
        ),
        ("json-comment", "A comment.", "/* an answer */" + text),
        ("json-trailing-comma", "A comma too many.", text[:-1] + ",}"),
        ("json-nothing-more", "Two documents.", text + text),
        ("json-array", "An array.", "[" + text + "]"),
        ("json-certificate-kind", "A certificate's kind as a number.", with_member("certificate", "kind")(2)),
    ]
    assert number not in text
    for name, says, changed in texts:
        assert changed != text, name
        yield _malformed(name, says, changed.encode())
    yield _malformed("json-byte-order-mark", "A byte order mark before it.", b"\xef\xbb\xbf" + text.encode())
    yield _malformed("json-utf-16", "In UTF-16.", text.encode("utf-16"))
    yield _malformed(
        "json-control-character",
        "A line break within a text.",
        text.replace("did:web:", "did:web:\n", 1).encode(),
    )
