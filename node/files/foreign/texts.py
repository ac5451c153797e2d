"""Encodings of text, and which kind of text it is that is no JSON object."""

import re

from node.files.foreign.kinds import FileKind

BYTE_ORDER_MARK = "\ufeff"
_MARKS: tuple[tuple[bytes, FileKind], ...] = (
    (b"\xff\xfe\x00\x00", FileKind.UTF_32),
    (b"\x00\x00\xfe\xff", FileKind.UTF_32),
    (b"\xff\xfe", FileKind.UTF_16),
    (b"\xfe\xff", FileKind.UTF_16),
)
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\f\r\x1b")
_ENDS_INSIDE_A_CHARACTER = 4
_SAMPLE = 2048

_HTML = re.compile(r"<(!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_LOGIN = re.compile(r"""type\s*=\s*["']?password""", re.IGNORECASE)
_PEM: tuple[tuple[str, FileKind], ...] = (
    ("OPENSSH PRIVATE KEY", FileKind.SSH_PRIVATE_KEY),
    ("PRIVATE KEY", FileKind.PEM_PRIVATE_KEY),
    ("PUBLIC KEY", FileKind.PEM_PUBLIC_KEY),
    ("CERTIFICATE", FileKind.PEM_CERTIFICATE),
)
_BEGINNINGS: tuple[tuple[str, FileKind], ...] = (
    ("{\\rtf", FileKind.RTF),
    ("[InternetShortcut]", FileKind.SHORTCUT),
    ("version https://git-lfs", FileKind.LFS_POINTER),
    ("-----BEGIN PGP", FileKind.PGP),
)
_PATTERNS: tuple[tuple[re.Pattern[str], FileKind], ...] = (
    (re.compile(r"\s*eyJ[\w-]*\.[\w-]*\.[\w-]*~[\w.~-]*\s*"), FileKind.SD_JWT),
    (re.compile(r"\s*eyJ[\w-]*\.[\w-]*(\.[\w-]*){1,3}\s*"), FileKind.JWT),
    (re.compile(r"(ssh-(ed25519|rsa|dss)|ecdsa-sha2-\S+|sk-\S+) AAAA.*", re.DOTALL), FileKind.SSH_PUBLIC_KEY),
    (re.compile(r"\s*https?://\S+\s*"), FileKind.WEB_ADDRESS),
    (re.compile(r"HTTP/[0-9.]+ [0-9]{3}.*", re.DOTALL), FileKind.HTTP_RESPONSE),
    (
        re.compile(r"(Received|Return-Path|Delivered-To|MIME-Version|From|Subject|Date): .*", re.DOTALL),
        FileKind.MAIL,
    ),
    (re.compile(r"(?=[\s0-9]*[a-fA-F])\s*([0-9a-fA-F]{2}\s*){32,}"), FileKind.HEXADECIMAL),
    (re.compile(r"(?=[\s0-9]*[A-Za-z+/_-])\s*[A-Za-z0-9+/_-]{60,}[A-Za-z0-9+/_=\s-]*"), FileKind.BASE64),
)
_TOML_LINE = re.compile(r"""\s*(\[+[\w."'-]+\]+|[\w."-]+\s*=\s*\S.*)\s*(#.*)?""")
_YAML_LINE = re.compile(r"""\s*(-\s+\S.*|["']?[\w@$. -]+["']?:(\s.*)?|---|\.\.\.|%YAML.*)""")
_SEPARATORS = (";", "\t", ",")


def encoding_of(content: bytes) -> FileKind | None:
    """The encoding where it is not UTF-8 without a mark; None where it is, or where it is no text."""
    for mark, kind in _MARKS:
        if content.startswith(mark):
            return kind
    unmarked = _wide(content[:_SAMPLE])
    if unmarked is not None:
        return unmarked
    if _decoded(content) is None:
        return FileKind.LEGACY_TEXT if _is_of_letters(content) else None
    return None


def text_of(content: bytes) -> str | None:
    """The text of UTF-8 bytes, which may be cut in a character, without a byte order mark; None if it is
    none.
    """
    text = _decoded(content)
    if text is None or _CONTROLS.intersection(content):
        return None
    return text.removeprefix(BYTE_ORDER_MARK)


def of_beginning(text: str) -> FileKind | None:
    """The kind of a text whose first words tell it; None of any other."""
    return next((kind for beginning, kind in _BEGINNINGS if text.startswith(beginning)), None)


def of_text(text: str) -> FileKind:
    """The kind of a text that is no JSON."""
    begin = text.lstrip()
    if not begin:
        return FileKind.BLANK
    if begin.startswith("<"):
        return _markup(begin)
    if begin.startswith("-----BEGIN "):
        label = begin[:64]
        return next((kind for name, kind in _PEM if name in label), FileKind.PEM)
    for pattern, kind in _PATTERNS:
        if pattern.fullmatch(text):
            return kind
    return _lined([line for line in text[:_SAMPLE].splitlines() if line.strip()])


def _markup(begin: str) -> FileKind:
    if "<svg" in begin[:_SAMPLE].lower():
        return FileKind.BAKED_SVG if "openbadges:" in begin else FileKind.SVG
    if _HTML.search(begin[:_SAMPLE]):
        return FileKind.LOGIN_PAGE if _LOGIN.search(begin) else FileKind.WEB_PAGE
    return FileKind.XML


def _lined(lines: list[str]) -> FileKind:
    """A table, settings, or just text: told by the form that all lines share."""
    if lines[0].lower().startswith("sep="):
        return FileKind.TABLE
    content_lines = [line for line in lines if not line.lstrip().startswith("#")]
    if content_lines and all(map(_TOML_LINE.fullmatch, content_lines)):
        return FileKind.TOML
    if len(content_lines) > 1 and all(map(_YAML_LINE.fullmatch, content_lines)):
        return FileKind.YAML
    complete_lines = lines[:-1] if len(lines) > 2 else lines  # the last one may be cut
    for separator in _SEPARATORS:
        if len({line.count(separator) for line in complete_lines}) == 1 and separator in complete_lines[0]:
            return FileKind.TABLE
    return FileKind.TEXT


def _decoded(content: bytes) -> str | None:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(content) - error.start < _ENDS_INSIDE_A_CHARACTER:
            return content[: error.start].decode("utf-8")
        return None


def _is_of_letters(content: bytes) -> bool:
    """Whether bytes that are no UTF-8 may be text all the same: every script has spaces and line ends."""
    plain = sum(byte < 0x80 for byte in content[:_SAMPLE])
    return not _CONTROLS.intersection(content) and plain >= min(len(content), _SAMPLE) / 10


def _wide(sample: bytes) -> FileKind | None:
    """UTF-16 or UTF-32 without a mark: every other byte, or three of four, is zero in Western text."""
    size = len(sample) - len(sample) % 4
    if size < 4:
        return None
    zeros = [sample[offset:size:4].count(0) / (size / 4) for offset in range(4)]
    low, high = 0.3, 0.7
    if min(zeros[1:]) > high > low > zeros[0] or min(zeros[:3]) > high > low > zeros[3]:
        return FileKind.UTF_32
    for full, empty in ((zeros[0::2], zeros[1::2]), (zeros[1::2], zeros[0::2])):
        if max(full) < low and min(empty) > high:
            return FileKind.UTF_16
    return None
