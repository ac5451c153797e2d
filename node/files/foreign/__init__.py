"""What a file is that a command cannot use, so that the error can say it: “this is a PNG picture”.

`recognise` looks at bytes only and never fails: it reads no disk, starts nothing, and unpacks nothing. It is
for the text of an error; nothing that is believed or signed depends on it.
"""

from node.files.foreign.documents import of_document
from node.files.foreign.json_texts import of_json
from node.files.foreign.kinds import ENCODINGS, TEXT_WITHOUT_FORM, FileKind
from node.files.foreign.signatures import by_signature
from node.files.foreign.texts import BYTE_ORDER_MARK, encoding_of, of_beginning, of_text, text_of

__all__ = [
    "ENCODINGS",
    "HEAD_BYTES",
    "TEXT_WITHOUT_FORM",
    "FileKind",
    "of_document",
    "recognise",
    "recognise_text",
]

HEAD_BYTES = 64 * 1024
"""How much of a file is looked at where the whole of it is too long."""
_MARKUP = frozenset({FileKind.WEB_PAGE, FileKind.LOGIN_PAGE, FileKind.XML, FileKind.SVG, FileKind.BAKED_SVG})
_MARK = BYTE_ORDER_MARK.encode()


def recognise(content: bytes) -> FileKind:
    """What a file with this content, or with this beginning, is."""
    if not content:
        return FileKind.EMPTY
    if not content.strip(b"\x00"):
        return FileKind.ZEROS
    binary_kind = by_signature(content) or encoding_of(content)
    if binary_kind is not None:
        return binary_kind
    text = text_of(content)
    if text is None:
        return FileKind.BINARY
    kind = recognise_text(text)
    # Of another thing altogether the mark is the least.
    return FileKind.UTF_8_WITH_MARK if content.startswith(_MARK) and kind not in _MARKUP else kind


def recognise_text(text: str) -> FileKind:
    """What a text is that was decoded already."""
    return of_beginning(text) or of_json(text) or of_text(text)
