"""Evidence bundles that somebody else made (rules B1 and B2)."""

import hashlib
import io
import json
import random
import warnings
import zipfile
from typing import Any

import pytest

from api.lookup.bundle import Bundle, BundleError, BundleFault, decode_bundle, encode_bundle
from api.lookup.evidence import EvidenceKind, Exhibit
from api.lookup.fault import FetchFault

DATA = b'{"list": 1}'
NAME = f"objects/{hashlib.sha256(DATA).hexdigest()}"
BUNDLE = Bundle(
    (DATA,),
    (
        Exhibit(EvidenceKind.WEB, "status-list", "https://a.example/", "https://b.example/", 5, DATA, "a/b"),
        Exhibit(EvidenceKind.WEB, "schema", "https://c.example/", "", 6, None, fault=FetchFault.TLS),
        Exhibit(EvidenceKind.ANSWER, "did-record", "did:web:a.example", "", 7, b"answer", height=3),
    ),
    1_000,
)
ENTRY = {
    "kind": "web",
    "what": "status-list",
    "name": "https://a.example/",
    "source": "",
    "atMs": 5,
    "mediaType": "",
    "height": None,
    "sha256": NAME.removeprefix("objects/"),
    "bytes": len(DATA),
    "fault": None,
    "detail": "",
}
INDEX: dict[str, Any] = {"version": 1, "judgedMs": 1, "credentials": [], "evidence": [ENTRY]}

LISTED = json.dumps(INDEX).encode()


def archive(*files: tuple[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", compression) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # two of one name
        for name, data in files:
            made.writestr(zipfile.ZipInfo(name), data, compression)
    return written.getvalue()


def with_index(**changed: Any) -> bytes:
    return archive(("evidence.json", json.dumps({**INDEX, **changed}).encode()), (NAME, DATA))


def test_b1_what_was_written_is_read() -> None:
    written = encode_bundle(BUNDLE)
    assert decode_bundle(written) == BUNDLE
    assert encode_bundle(decode_bundle(written)) == written
    assert len(decode_bundle(with_index()).evidence) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        archive(),
        archive((NAME, DATA)),
        archive(("evidence.json", b"{")),
        archive(("evidence.json", b"[" * 100_000)),
        archive(("evidence.json", b" " * (1 << 20) + b"{}")),
        archive(("evidence.json", LISTED)),
        archive(("evidence.json", LISTED), (NAME, DATA), compression=zipfile.ZIP_DEFLATED),
        archive(("evidence.json", LISTED), (NAME, DATA), (NAME, DATA)),
        archive(("evidence.json", LISTED), (NAME, b"other")),
        archive(("evidence.json", LISTED), (NAME, DATA), ("../../etc/passwd", b"")),
        archive(*((f"objects/{number}", b"") for number in range(600))),
        with_index(version=2),
        with_index(more=1),
        with_index(credentials=["0" * 64]),
        with_index(evidence=[{**ENTRY, "bytes": 1}]),
        with_index(evidence=[{**ENTRY, "fault": "tls"}]),
        with_index(evidence=[{**ENTRY, "sha256": None, "bytes": None}]),
        with_index(evidence=[{**ENTRY, "kind": "hearsay"}]),
    ],
)
def test_b2_what_is_no_bundle_is_refused(data: bytes) -> None:
    with pytest.raises(BundleError) as raised:
        decode_bundle(data)
    assert raised.value.fault is BundleFault.MALFORMED


def test_b2_a_damaged_bundle_is_refused_or_is_another_one() -> None:
    chance, written = random.Random(29), encode_bundle(BUNDLE)
    for _ in range(2_000):
        damaged = bytearray(written)
        for _ in range(chance.randrange(1, 4)):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            read = decode_bundle(bytes(damaged))
        except BundleError:
            continue
        held = {each.sha256 for each in read.evidence if each.data is not None}
        assert held <= {each.sha256 for each in BUNDLE.evidence}
