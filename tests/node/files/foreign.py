"""Files that are none of ours, as people and machines make them: each with the kind that it is taken for.

All are made here, byte by byte; nothing is copied from anywhere.
"""

import gzip
import io
import json
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any

from node.files.foreign import FileKind as Kind

VC = "https://www.w3.org/ns/credentials/v2"
_TEXT = '{"name": "Universität „Müller“", "index": 4711}\n'
_JOSE = "eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJkaWQ6d2ViOmEuZXhhbXBsZSJ9.c2lnbmF0dXJl"


def _json(document: object) -> bytes:
    return json.dumps(document, indent=1).encode()


def _png(*extra: tuple[bytes, bytes]) -> bytes:
    """One grey pixel, and chunks before it."""
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)), *extra]
    chunks += [(b"IDAT", zlib.compress(b"\x00\x80")), (b"IEND", b"")]
    parts = (struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def _zip(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


def _tar() -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("award.json"), io.BytesIO())
    return made.getvalue()


def _pem(label: str) -> bytes:
    return f"-----BEGIN {label}-----\nMC4CAQAwBQYDK2VwBCIEIAAA\n-----END {label}-----\n".encode()


CREDENTIAL: dict[str, Any] = {
    "@context": [VC],
    "type": ["VerifiableCredential"],
    "issuer": "did:web:a.example",
    "credentialSubject": {"id": "urn:example:learner"},
}
_PROOF = {"proof": {"type": "DataIntegrityProof"}}

CORPUS: Mapping[str, tuple[bytes, Kind]] = {
    "empty": (b"", Kind.EMPTY),
    "spaces": (b" \t\r\n\n", Kind.BLANK),
    "zeros": (bytes(5000), Kind.ZEROS),
    "byte order mark": (b"\xef\xbb\xbf" + _TEXT.encode(), Kind.UTF_8_WITH_MARK),
    "UTF-16 with mark": (_TEXT.encode("utf-16"), Kind.UTF_16),
    "UTF-16 LE": (_TEXT.encode("utf-16-le"), Kind.UTF_16),
    "UTF-16 BE": (_TEXT.encode("utf-16-be"), Kind.UTF_16),
    "UTF-16 BE with mark": (b"\xfe\xff" + _TEXT.encode("utf-16-be"), Kind.UTF_16),
    "UTF-32": (_TEXT.encode("utf-32"), Kind.UTF_32),
    "UTF-32 BE": (_TEXT.encode("utf-32-be"), Kind.UTF_32),
    "Windows-1252": ('{"name": "Müller“"}'.encode("cp1252"), Kind.LEGACY_TEXT),
    "curly quotes": ("{“name”: “A”}".encode(), Kind.JSON_LIKE),
    "single quotes": (b"{'name': 'A'}", Kind.JSON_LIKE),
    "two documents": (b'{"a": 1}{"b": 2}', Kind.JSON_LINES),
    "JSON lines": (b'{"a": 1}\n{"b": 2}\n', Kind.JSON_LINES),
    "trailing comma": (b'{"a": 1,}', Kind.JSON_LIKE),
    "comments": (b'{"a": 1 /* one */}', Kind.JSON_LIKE),
    "NaN": (b'{"a": NaN}', Kind.JSON),
    "a member twice": (b'{"a": 1, "a": 2}', Kind.JSON),
    "a tiny number": (b'{"a": 1e-400}', Kind.JSON),
    "100,000 brackets": (b"[" * 100_000, Kind.DEEP_JSON),
    "1,000 brackets": (b"[" * 1_000, Kind.DEEP_JSON),
    "1,000 objects": (b'{"a":' * 1_000, Kind.DEEP_JSON),
    "a number of 5,000 digits": (b"9" * 5_000, Kind.TEXT),
    "a member of 5,000 digits": (b'{"a": ' + b"9" * 5_000 + b"}", Kind.JSON),
    "a lone surrogate": (b'{"a": "\\ud800"}', Kind.JSON),
    "zero bytes in text": (b'{"a": "\x00\x00"}', Kind.BINARY),
    "cut off": (b'{"a": {"b": "c', Kind.JSON_LIKE),
    "a list": (b'[{"a": 1}]', Kind.JSON_LIST),
    "a text": (b'"award"', Kind.JSON_TEXT),
    "a lone number": (b"4711", Kind.TEXT),
    "null": (b"null", Kind.TEXT),
    "an empty object": (b"{}", Kind.JSON),
    "prose": (b"Dear registrar,\nplease find the awards attached.\n", Kind.TEXT),
    "JWT": (_JOSE.encode(), Kind.JWT),
    "SD-JWT": (f"{_JOSE}~WyJzYWx0IiwibmFtZSJd~\n".encode(), Kind.SD_JWT),
    "PNG": (_png(), Kind.PNG),
    "PNG with a badge": (
        _png((b"iTXt", b"openbadgecredential\x00\x00\x00\x00\x00{}")),
        Kind.BAKED_PNG,
    ),
    "PNG that speaks of badges": (_png((b"tEXt", b"Comment\x00openbadges")), Kind.PNG),
    "SVG": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', Kind.SVG),
    "SVG with a badge": (
        b'<?xml version="1.0"?><svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0">'
        b"<openbadges:credential/></svg>",
        Kind.BAKED_SVG,
    ),
    "JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(200), Kind.JPEG),
    "GIF": (b"GIF89a\x01\x00\x01\x00", Kind.PICTURE),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n", Kind.PDF),
    "ZIP": (_zip("award.json"), Kind.ZIP),
    "DOCX": (_zip("[Content_Types].xml", "_rels/.rels", "word/document.xml"), Kind.WORD),
    "XLSX": (_zip("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"), Kind.EXCEL),
    "old Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504), Kind.OLD_OFFICE),
    "RTF": (b"{\\rtf1\\ansi award}", Kind.RTF),
    "gzip": (gzip.compress(b'{"a": 1}', mtime=0), Kind.GZIP),
    "tar": (_tar(), Kind.TAR),
    "a web page": (b"<!DOCTYPE html>\n<html lang=en><body>Awards</body></html>", Kind.WEB_PAGE),
    "a login page": (
        b'<html><form action="/login"><input name=p type="password"></form></html>',
        Kind.LOGIN_PAGE,
    ),
    "a response with header": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", Kind.HTTP_RESPONSE),
    "an address": (b"https://a.example/award.json\n", Kind.WEB_ADDRESS),
    "XML": (b'<?xml version="1.0"?><award/>', Kind.XML),
    "a mail": (b"From: a@a.example\nSubject: Awards\n\nattached\n", Kind.MAIL),
    "CSV with semicolons": (b"index;name\r\n4711;A\r\n90210;B\r\n", Kind.TABLE),
    "CSV of Excel": (b'sep=;\r\n"4711";"A"\r\n', Kind.TABLE),
    "CSV with commas": (b"4711,A\n90210,B\n", Kind.TABLE),
    "YAML": (b"---\nissuer: did:web:a.example\nlist:\n  - 4711\n", Kind.YAML),
    "TOML": (b'[institution]\nname = "A"\n', Kind.TOML),
    "PEM private key": (_pem("PRIVATE KEY"), Kind.PEM_PRIVATE_KEY),
    "PEM public key": (_pem("PUBLIC KEY"), Kind.PEM_PUBLIC_KEY),
    "PEM certificate": (_pem("CERTIFICATE"), Kind.PEM_CERTIFICATE),
    "SSH private key": (_pem("OPENSSH PRIVATE KEY"), Kind.SSH_PRIVATE_KEY),
    "SSH public key": (b"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 me@a\n", Kind.SSH_PUBLIC_KEY),
    "PGP": (_pem("PGP MESSAGE"), Kind.PGP),
    "DER": (b"\x30\x82\x01\x0a\x30\x82\x00\xf0" + bytes(range(64)), Kind.DER),
    "JWK": (_json({"kty": "OKP", "crv": "Ed25519", "x": "AA"}), Kind.JWK),
    "base64": (b"pWVwcm9vZoIBpWVwcm9vZoIB" * 4 + b"\n", Kind.BASE64),
    "Git LFS": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", Kind.LFS_POINTER),
    "a shortcut": (b"[InternetShortcut]\r\nURL=https://a.example/\r\n", Kind.SHORTCUT),
    "a presentation": (
        _json({"@context": [VC], "type": ["VerifiablePresentation"], "verifiableCredential": [CREDENTIAL]}),
        Kind.PRESENTATION,
    ),
    "Open Badges 2": (
        _json({"@context": "https://w3id.org/openbadges/v2", "type": "Assertion", "badge": "urn:b"}),
        Kind.OPEN_BADGES_2,
    ),
    "a badge class": (
        _json({"@context": "https://w3id.org/openbadges/v2", "type": "BadgeClass", "name": "A"}),
        Kind.OPEN_BADGES_2_PART,
    ),
    "an enveloped credential": (
        _json(
            {
                "@context": VC,
                "type": "EnvelopedVerifiableCredential",
                "id": f"data:application/vc+jwt,{_JOSE}",
            }
        ),
        Kind.ENVELOPED_CREDENTIAL,
    ),
    "a JWS": (_json({"payload": "e30", "signatures": []}), Kind.JWS),
    "a DID document": (
        _json({"id": "did:web:a.example", "verificationMethod": []}),
        Kind.DID_DOCUMENT,
    ),
    "a status list credential": (
        _json({"@context": [VC], "type": ["VerifiableCredential", "BitstringStatusListCredential"]}),
        Kind.STATUS_LIST_CREDENTIAL,
    ),
    "a wrapped credential": (_json({"credential": CREDENTIAL}), Kind.WRAPPED_CREDENTIAL),
    "an unsigned credential": (_json(CREDENTIAL), Kind.UNSIGNED_CREDENTIAL),
    "a signed credential": (_json(CREDENTIAL | _PROOF), Kind.CREDENTIAL),
    "a JSON Schema": (
        _json({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}),
        Kind.SCHEMA,
    ),
    "a context": (_json({"@context": {"name": "https://schema.org/name"}}), Kind.CONTEXT),
    "a problem": (_json({"type": "/problems/x", "title": "X", "status": 404}), Kind.PROBLEM),
    "printed by a command": (_json({"question": {}, "verdict": None, "answer": {}}), Kind.COMMAND_OUTPUT),
    "an anchor proof": (
        _json({"issuer": "did:web:a.example", "root": "00", "salt": "", "index": 0, "size": 1, "path": []}),
        Kind.ANCHOR_PROOF,
    ),
    "a cut answer": (b"\xa5\x65proof\x82\x01", Kind.ANSWER),
    "a cut answer in JSON": (
        _json({"version": 1, "question": {}, "proof": {}, "header": {}, "certificate": None}),
        Kind.ANSWER,
    ),
    "a cut genesis document": (b"\x88\x01\x64Test\x01", Kind.GENESIS),
    "a cut transaction": (b"\xd2\x84\x43\xa1\x01", Kind.TRANSACTION),
    "a changed founding file": (_json({"format": "matricula/founding/1"}), Kind.FOUNDING),
    "a changed key file": (_json({"format": "matricula/key/1", "purpose": "peer"}), Kind.KEY),
    "a later key file": (_json({"format": "matricula/key/9"}), Kind.KEY),
    "CBOR of another form": (b"\xa1\x61a\xfb\x40\x09\x21\xfb\x54\x44\x2d\x18", Kind.BINARY),
    "CBOR that nests": (b"\x81" * 50_000, Kind.BINARY),
    "CBOR of a huge length": (b"\x9b\xff\xff\xff\xff\xff\xff\xff\xff", Kind.BINARY),
    "chance": (random.Random(7).randbytes(3_000), Kind.BINARY),
    "a program": (b"\x7fELF\x02\x01\x01" + bytes(60), Kind.PROGRAM),
    "SQLite": (b"SQLite format 3\x00" + bytes(84), Kind.DATABASE),
}
