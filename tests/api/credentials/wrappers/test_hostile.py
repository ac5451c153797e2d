"""Wrapped credentials that were cut off or changed by chance: each gives one of our errors, or the bytes of a
credential that is judged later.

How long each takes `scripts/mutate-credentials` prints. MATRICULA_MUTATIONS sets how many changes are tried.
"""

import os
import random
import zlib
from collections.abc import Iterator

import pytest

from api.credentials.wrappers.fault import WrapperError
from api.credentials.wrappers.png import chunk_bytes
from api.credentials.wrappers.table import bake, unwrap
from tests.api.credentials.changing import changed
from tests.api.credentials.wrappers.wrapped import (
    CREDENTIAL,
    TOKEN,
    embedding,
    in_object_stream,
    international_text,
    overlapping,
    pdf,
    pdf_by_hand,
    picture,
    svg,
    with_chunks,
)

MUTATIONS = int(os.environ.get("MATRICULA_MUTATIONS", "2000"))
"""Changes of each sample."""
PACKED = zlib.compress(CREDENTIAL)
SAMPLES = {
    "png": with_chunks((b"iTXt", international_text(CREDENTIAL)), (b"tEXt", b"Title\x00A"), at_end=True),
    "compressed png": with_chunks((b"iTXt", international_text(CREDENTIAL, compressed=True))),
    "svg": bake(svg("<path/>"), CREDENTIAL),
    "svg of a token": bake(svg("<path/>"), TOKEN),
    "pdf": pdf([("a.txt", b"hello"), ("award.json", CREDENTIAL)]),
    "pdf with object streams": pdf_by_hand(
        {
            5: ("<< /Filter [/Fl] >>", PACKED),
            6: in_object_stream({7: "<</EF<</F 5 0 R>>/F(a)>>"}),
            **embedding(5),
        }
    ),
    "text in UTF-16": CREDENTIAL.decode().encode("utf-16"),
}
WORDS = (
    *(b"obj", b"endobj", b"stream", b"endstream", b"<<", b">>", b"/EF", b"/ObjStm", b"(", b"\\", b"[", b"R"),
    *(b"<svg", b"<!DOCTYPE", b"<![CDATA[", b"]]>", b"&", b"<openbadges:credential", b"verify=", b"xmlns"),
    *(b"iTXt", b"IDAT", b"IEND", b"openbadges", b"\x00", b"\xff\xff\xff\xff", b"%PDF-", b"99999999"),
)


def handle(data: bytes) -> None:
    """Unwraps it: one of our errors, nothing, or bytes."""
    try:
        found = unwrap(data)
    except WrapperError as error:
        assert len(error.detail) <= 300
    else:
        assert found is None or isinstance(found.content, bytes)


def with_right_sums(data: bytes) -> bytes:
    """The picture with the CRC of each chunk corrected, so that what is in it is looked at."""
    position, parts = 8, [data[:8]]
    while position + 12 <= len(data):
        size = int.from_bytes(data[position : position + 4])
        kind, content = data[position + 4 : position + 8], data[position + 8 : position + 8 + size]
        parts.append(chunk_bytes(kind, content) if len(content) == size else data[position:])
        position += 12 + size
    return b"".join(parts)


def mutations(name: str) -> Iterator[bytes]:
    chance = random.Random(f"matricula {name}")
    for number in range(MUTATIONS):
        data = changed(SAMPLES[name], chance, WORDS)
        yield with_right_sums(data) if "png" in name and number % 2 else data


@pytest.mark.parametrize("name", SAMPLES)
def test_changed_by_chance(name: str) -> None:
    for data in mutations(name):
        handle(data)


@pytest.mark.parametrize("name", SAMPLES)
def test_cut_off_anywhere(name: str) -> None:
    """What is cut off gives no credential; a PDF may, whose attachment stands before the cut."""
    sample = SAMPLES[name]
    for length in range(len(sample)):
        handle(sample[:length])
    if "png" in name or "svg" in name:
        assert [length for length in range(len(sample)) if gives(sample[:length])] == []


def gives(data: bytes) -> bool:
    """Whether a credential comes out."""
    try:
        return unwrap(data) is not None
    except WrapperError:
        return False


LARGE = (1 << 23) - 100
BOMB = zlib.compress(bytes(1 << 26), 9)
SPACE = "https://purl.imsglobal.org/ob/v3p0"
WORST = {
    "png: empty chunks": picture()[:33] + chunk_bytes(b"tEXt", b"") * (LARGE // 12),
    "png: one large chunk": with_chunks((b"IDAT", bytes(LARGE - 1000))),
    "png: a bomb": with_chunks((b"iTXt", b"openbadgecredential\x00\x01\x00\x00\x00" + BOMB)),
    "pdf: objects": b"%PDF-" + b"1 0 obj endobj " * (LARGE // 15),
    "pdf: streams": b"%PDF-" + b"1 0 obj stream\n" * (LARGE // 15),
    "pdf: streams without end": b"%PDF-"
    + b"".join(b"%d 0 obj<</Length 9 0 R>>stream\n" % number for number in range(200_000))[:LARGE],
    "pdf: the letter o": b"%PDF-" + b"o" * LARGE,
    "pdf: digits": b"%PDF-" + b"1" * LARGE,
    "pdf: mentions of encryption": b"%PDF-" + b"/Encrypt 1 1 " * (LARGE // 13),
    "pdf: texts without end": b"%PDF-"
    + b"".join(b"%d 0 obj<</EF((((a endobj " % number for number in range(9_000))
    + b"(" * (LARGE // 2),
    "pdf: texts of backslashes": b"%PDF-1 0 obj /EF (" + b"\\" * 1_000_000 + b" endobj",
    "pdf: comments": b"%PDF-1 0 obj /EF " + b"%\n" * 500_000 + b" endobj",
    "pdf: names": b"%PDF-1 0 obj /EF <<" + b"/a " * 340_000 + b" endobj",
    "pdf: hexadecimal": b"%PDF-1 0 obj /EF <" + b"a " * 500_000 + b" endobj",
    "pdf: bombs": b"%PDF-"
    + b"".join(
        b"%d 0 obj<</EF<</F %d 0 R>>/Filter/Fl/Length %d>>stream\n%b\nendstream endobj "
        % (number, number, len(BOMB), BOMB)
        for number in range(1, 60)
    ),
    "pdf: an attachment that is almost a token": pdf(
        [("a.jwt", b"eyJ" + b"a" * 8 + b".." + b"a" * 900_000 + b"!")]
    ),
    "pdf: objects that are each nearly a whole stream": pdf_by_hand({6: overlapping(9_000)}),
    "pdf: object streams": pdf_by_hand(
        {n: in_object_stream(dict.fromkeys(range(9_000), "<</EF 1>>")) for n in range(1, 9)}
    ),
    "svg: elements": svg("<a/>" * 1_000_000),
    "svg: levels": svg("<a>" * 1_000_000),
    "svg: attributes": svg("<a " + " ".join(f'a{n}=""' for n in range(19_900)) + "/>"),
    "svg: namespaces": svg("<a " + " ".join(f'xmlns:a{n}="b{n}"' for n in range(19_900)) + "/>"),
    "svg: lines": svg("\n" * 4_000_000),
    "svg: references": svg("&#65;" * 800_000),
    "svg: a text of lines": svg(f'<o:credential xmlns:o="{SPACE}">' + "\n" * 1_000_000 + "</o:credential>"),
    "svg: a text of references": svg(f'<o:credential xmlns:o="{SPACE}">' + "&#10;" * 800_000),
    "svg: comments": svg("<!---->" * 500_000),
    "svg: credentials": svg(f'<g xmlns:o="{SPACE}">' + "<o:credential/>" * 19_000 + "</g>"),
    "curly quotes": b"{" + b" " * 1_000_000 + b"\x93",
    "texts without end": b'{"' + b'\\"' * 500_000,
    "many places for a curly quote": b"[" * 1_000_000,
    "spaces before no curly quote": b"[ " * 500_000,
}


@pytest.mark.parametrize("data", WORST.values(), ids=WORST.keys())
def test_the_worst_end_in_our_errors(data: bytes) -> None:
    handle(data)
