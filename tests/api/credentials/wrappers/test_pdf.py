"""A1 to A6, F1, F2: credentials attached to PDF documents."""

import zlib

import pytest

from api.credentials.document import MAX_BYTES
from api.credentials.wrappers.fault import WrapperError, WrapperFault
from api.credentials.wrappers.pdf import unwrap_pdf
from api.credentials.wrappers.table import unwrap
from tests.api.credentials.wrappers.wrapped import (
    CREDENTIAL,
    TOKEN,
    embedding,
    in_object_stream,
    overlapping,
    pdf,
    pdf_by_hand,
)

PACKED = zlib.compress(CREDENTIAL)
FLATE = f"<< /Type /EmbeddedFile /Filter /FlateDecode /Length {len(PACKED)} >>"
PLAIN = "<< /Type /EmbeddedFile >>"


def fault_of(data: bytes) -> tuple[WrapperFault, str]:
    with pytest.raises(WrapperError) as refused:
        unwrap(data)
    return refused.value.fault, refused.value.detail


GOOD = {
    "by another library": (pdf([("award.json", CREDENTIAL)]), CREDENTIAL, "'award.json'"),
    "among others": (
        pdf([("a.txt", b"hello"), ("award.json", CREDENTIAL), ("b.json", b'{"a": 1}')]),
        CREDENTIAL,
        "'award.json'",
    ),
    "a token": (pdf([("award.jwt", TOKEN + b"\n")]), TOKEN + b"\n", "'award.jwt'"),
    "deflated": (pdf_by_hand({5: (FLATE, PACKED), **embedding(5)}), CREDENTIAL, "'file5.json'"),
    "in hexadecimal": (
        pdf_by_hand(
            {5: ("<< /Filter [/ASCIIHexDecode] >>", CREDENTIAL.hex().encode() + b">"), **embedding(5)}
        ),
        CREDENTIAL,
        "'file5.json'",
    ),
    "both, one after the other": (
        pdf_by_hand({5: ("<< /Filter [/AHx /Fl] >>", PACKED.hex().encode() + b">"), **embedding(5)}),
        CREDENTIAL,
        "'file5.json'",
    ),
    "with a length elsewhere": (
        pdf_by_hand({5: ("<< /Length 9 0 R >>", CREDENTIAL), 9: ("87", None), **embedding(5)}),
        CREDENTIAL,
        "'file5.json'",
    ),
    "specified in an object stream": (
        pdf_by_hand(
            {
                5: (FLATE, PACKED),
                6: in_object_stream({7: "<< /A 1 >>", 8: "<</EF<</UF 5 0 R/F 5 0 R>>/UF<FEFF0061>>>"}),
            }
        ),
        CREDENTIAL,
        "'a'",
    ),
    "changed and saved": (
        pdf_by_hand({5: (PLAIN, b"{}"), **embedding(5)}) + pdf_by_hand({5: (FLATE, PACKED)}),
        CREDENTIAL,
        "'file5.json'",
    ),
    "beside another document, attached as it is": (
        pdf([("inner.pdf", pdf_by_hand({5: (PLAIN, b"nothing"), **embedding(5)})), ("a.json", CREDENTIAL)]),
        CREDENTIAL,
        "'a.json'",
    ),
}


@pytest.mark.parametrize(("data", "content", "name"), GOOD.values(), ids=GOOD.keys())
def test_a_credential_is_taken_out(data: bytes, content: bytes, name: str) -> None:
    found = unwrap(data)
    assert found is not None
    assert (found.content, found.wrapper, found.place) == (content, "PDF document", f"attachment {name}")


def many(count: int, written: str, stream: bytes | None = None) -> bytes:
    """A document of many objects."""
    return pdf_by_hand(dict.fromkeys(range(1, count + 1), (written, stream)))


REFUSED = {
    "nothing attached": (pdf([]), WrapperFault.NO_CREDENTIAL, "nothing is attached to it"),
    "something else attached": (
        pdf([("a.txt", b"hello")]),
        WrapperFault.NO_CREDENTIAL,
        "attached is 'a.txt'",
    ),
    "two credentials": (
        pdf([("a.json", CREDENTIAL), ("b.jwt", TOKEN)]),
        WrapperFault.SEVERAL,
        "'a.json', 'b.jwt'",
    ),
    "encrypted": (pdf([("a.json", CREDENTIAL)], "secret"), WrapperFault.ENCRYPTED, ""),
    "a bomb": (
        pdf_by_hand({5: ("<< /Filter /FlateDecode >>", zlib.compress(bytes(1 << 24))), **embedding(5)}),
        WrapperFault.UNPACKS_TOO_FAR,
        "a part of the document",
    ),
    "larger than a credential": (
        pdf_by_hand({5: (PLAIN, bytes(MAX_BYTES + 1)), **embedding(5)}),
        WrapperFault.UNPACKS_TOO_FAR,
        "a part of the document",
    ),
    "packed otherwise": (
        pdf_by_hand({5: ("<< /Filter /LZWDecode >>", b"x"), **embedding(5)}),
        WrapperFault.UNSUPPORTED,
        "a part of the document is packed by 'LZWDecode'",
    ),
    "packed with parameters": (
        pdf_by_hand({5: ("<< /Filter /Fl /DecodeParms << /Predictor 12 >> >>", PACKED), **embedding(5)}),
        WrapperFault.UNSUPPORTED,
        "a part of the document has parameters of unpacking",
    ),
    "packed again and again": (
        pdf_by_hand({5: (f"<< /Filter [{'/Fl ' * 5}] >>", PACKED), **embedding(5)}),
        WrapperFault.TOO_MUCH_WORK,
        "a part of the document is packed more than 4 times",
    ),
    "cut off while packed": (
        pdf_by_hand({5: ("<< /Filter /Fl >>", PACKED[:-9]), **embedding(5)}),
        WrapperFault.DAMAGED,
        "a part of the document is cut off",
    ),
    "a specification of itself": (
        pdf_by_hand(embedding(101)),
        WrapperFault.NO_CREDENTIAL,
        "nothing is attached to it",
    ),
    "too many objects": (
        many(10_001, "<< >>"),
        WrapperFault.TOO_MUCH_WORK,
        "more than 10000 objects",
    ),
    "too many tokens": (
        many(600, f"<< /EF [{'/a ' * 100}] >>"),
        WrapperFault.TOO_MUCH_WORK,
        "more than 50000 tokens",
    ),
    "too much to read": (
        many(2, f"<< /EF ({'a' * 600_000}) >>"),
        WrapperFault.TOO_MUCH_WORK,
        "more than 1048576 bytes of values",
    ),
    "too many levels": (
        many(1, "<< /EF " + "[" * 30),
        WrapperFault.TOO_MUCH_WORK,
        "more than 24 levels of values",
    ),
    "objects in a stream that lie in each other": (
        pdf_by_hand({6: overlapping(10)}),
        WrapperFault.DAMAGED,
        "the objects in a stream do not follow each other",
    ),
    "object streams that are bombs": (
        pdf_by_hand({n: in_object_stream({1: " " * (MAX_BYTES + 9)}) for n in range(1, 30)}),
        WrapperFault.UNPACKS_TOO_FAR,
        "a part of the document",
    ),
}


@pytest.mark.parametrize(("data", "fault", "detail"), REFUSED.values(), ids=REFUSED.keys())
def test_what_gives_no_credential(data: bytes, fault: WrapperFault, detail: str) -> None:
    assert fault_of(data) == (fault, detail)


def test_no_more_attachments_are_looked_at_than_thirty_two() -> None:
    """A3: the thirty-third is not seen."""
    others = dict.fromkeys(range(1, 33), (PLAIN, b"hello"))
    document = pdf_by_hand({**others, **embedding(*others), 50: (PLAIN, CREDENTIAL), **embedding(50)})
    assert fault_of(document)[0] is WrapperFault.NO_CREDENTIAL


@pytest.mark.parametrize("data", [b"", b" %PDF-1.7", b"%PD", b"{}"])
def test_what_is_no_document(data: bytes) -> None:
    assert unwrap_pdf(data) is None


def test_objects_of_a_stream_that_lie_over_one_another() -> None:
    """Each would be copied: a file of a few kilobytes would take gigabytes."""
    places = b" ".join(b"%d %d" % (number, 0 if number % 2 else 9_000) for number in range(1, 200))
    content = places + bytes(10_000)
    header = f"<< /Type /ObjStm /N 199 /First {len(places)} /Filter /FlateDecode >>"
    told = "the objects in a stream do not follow each other"
    assert fault_of(pdf_by_hand({5: (header, zlib.compress(content))})) == (WrapperFault.DAMAGED, told)
