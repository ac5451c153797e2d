"""Pictures and documents with a credential in them, made by other libraries where there are any."""

import io
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import png
from pypdf import PdfWriter

from api.credentials.wrappers.png import SIGNATURE, chunk_bytes

CREDENTIAL = json.dumps(
    {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "credentialSubject": {"name": "Žofie ]]> & <"},
    },
    ensure_ascii=False,
).encode()
TOKEN = b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJkaWQ6d2ViOmEuZXhhbXBsZSJ9.c2lnbmF0dXJlc2ln"
NAMESPACE = 'xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0"'


def picture() -> bytes:
    """A PNG picture, made by pypng."""
    buffer = io.BytesIO()
    png.Writer(8, 8, greyscale=True).write(buffer, [[16 * row] * 8 for row in range(8)])
    return buffer.getvalue()


def international_text(
    text: bytes, keyword: bytes = b"openbadgecredential", compressed: bool = False
) -> bytes:
    """The content of an iTXt chunk."""
    packed = zlib.compress(text) if compressed else text
    return keyword + b"\x00" + bytes((compressed, 0)) + b"en\x00translated\x00" + packed


def with_chunks(*chunks: tuple[bytes, bytes], at_end: bool = False) -> bytes:
    """The picture with chunks behind its header, or before its end."""
    whole = picture()
    position = len(whole) - 12 if at_end else len(SIGNATURE) + 25
    added = b"".join(chunk_bytes(kind, content) for kind, content in chunks)
    return whole[:position] + added + whole[position:]


def svg(inner: str, declared: str = NAMESPACE, before: str = '<?xml version="1.0"?>') -> bytes:
    """An SVG picture."""
    return f'{before}<svg xmlns="http://www.w3.org/2000/svg" {declared}>{inner}<g/></svg>'.encode()


def pdf(attachments: Sequence[tuple[str, bytes]], password: str = "") -> bytes:
    """A PDF document, made by pypdf."""
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    for name, content in attachments:
        writer.add_attachment(name, content)
    if password:
        writer.encrypt(password, algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def pdf_by_hand(objects: Mapping[int, tuple[str, bytes | None]]) -> bytes:
    """A PDF document of objects with their streams, and without a table of contents."""
    parts = [b"%PDF-1.7\n"]
    for number, (written, stream) in objects.items():
        body = written.encode()
        if stream is not None:
            body += b"\nstream\n" + stream + b"\nendstream"
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    return b"".join(parts) + b"trailer << /Root 1 0 R >>\n%%EOF\n"


def embedding(*numbers: int) -> dict[int, tuple[str, Any]]:
    """File specifications for the streams of these numbers."""
    return {
        100 + number: (f"<< /Type /Filespec /F (file{number}.json) /EF << /F {number} 0 R >> >>", None)
        for number in numbers
    }


def overlapping(count: int) -> tuple[str, bytes]:
    """A stream of so many objects, of which every other one is nearly the whole of it."""
    places = b"".join(b"%d %d " % (number, number % 2 * 700_000) for number in range(count))
    packed = zlib.compress(places + b" " * 700_000)
    header = f"<< /Type /ObjStm /N {count} /First {len(places)} /Filter /FlateDecode"
    return f"{header} /Length {len(packed)} >>", packed


def in_object_stream(inner: Mapping[int, str]) -> tuple[str, bytes]:
    """Objects in a stream, deflated."""
    places, bodies = "", ""
    for number, written in inner.items():
        places += f"{number} {len(bodies)} "
        bodies += written + " "
    packed = zlib.compress((places + bodies).encode())
    header = f"<< /Type /ObjStm /N {len(inner)} /First {len(places)} /Filter /FlateDecode"
    return f"{header} /Length {len(packed)} >>", packed
