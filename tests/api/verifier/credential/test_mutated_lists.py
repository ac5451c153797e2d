"""Lists and entries that were changed at random: none is a crash, and none clears what is revoked (L3).

`MATRICULA_MUTATIONS` says how many of each there are.
"""

import gzip
import json
import os
import zlib
from base64 import b64encode
from collections.abc import Callable
from random import Random
from typing import Any

import cbor2
import pytest

from api.base64url import to_text
from api.credentials.document import Document
from api.credentials.excerpt import MAX_DETAIL
from api.credentials.formats.data_integrity import eddsa_rdfc
from api.credentials.secured import StatusEntry
from api.credentials.w3c.status_entries import read_statuses
from api.verifier.verdict import Outcome
from registry.primitives.ed25519 import signing_with
from tests.api.credentials.status.lists import (
    CREATED,
    ISSUER,
    KEY,
    SEED,
    SHORTEST,
    URL,
    bitstring_list,
    cwt,
    cwt_said,
    encoded,
    jwt,
    list_2021,
    proved,
    revocation_list,
    token_said,
)
from tests.api.verifier.credential.published import BITSTRING, IDS, OLD, TOKEN, judged, status_in

COUNT = int(os.environ.get("MATRICULA_MUTATIONS", "150"))


def bytes_changed(data: bytes, random: Random) -> bytes:
    """One to four changes: a byte, a bit, a part left out, twice, cut off or moved."""
    for _ in range(random.randint(1, 4)):
        at, length = random.randrange(len(data) + 1), random.randint(1, 16)
        match random.randrange(6):
            case 0:
                data = data[:at] + random.randbytes(1) + data[at + 1 :]
            case 1 if at < len(data):
                data = data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]
            case 2:
                data = data[:at] + data[at + length :]
            case 3:
                data = data[:at] + data[at : at + length] + data[at:]
            case 4:
                data = data[:at] if random.random() < 0.2 else data
            case _:
                data = data[:at] + random.randbytes(length) + data[at:]
    return data


STRANGE: list[Any] = [
    *(None, True, False, 0, -1, 1.5, 1e300, 2**53 - 1, "", "5", "05", "revocation", "revoked"),
    *([], {}, [[]], [None], {"id": None}, {"type": "x"}, "u", "uAAAA", "uH4sI", ISSUER, "did:web:", "https://"),
]  # fmt: skip


def members_changed(found: Any, random: Random) -> Any:
    """A JSON value with one member somewhere left out, replaced by something strange, or given twice."""
    if isinstance(found, dict) and found:
        name = random.choice(sorted(found, key=str))
        if random.random() < 0.5:
            return {**found, name: members_changed(found[name], random)}
        if random.random() < 0.3:
            return {other: member for other, member in found.items() if other != name}
        return {**found, name: random.choice(STRANGE)}
    if isinstance(found, list) and found:
        at = random.randrange(len(found))
        return [*found[:at], members_changed(found[at], random), *found[at + random.randint(0, 1) :]]
    return random.choice(STRANGE)


ALL = b"\xff" * (SHORTEST // 8)
"""Every entry is set, so that no change of an index clears one."""
GZIP, ZLIB = gzip.compress(ALL, mtime=0), zlib.compress(ALL)
TWO = revocation_list("urn:uuid:4", "urn:uuid:5")


def signed_bitstring(random: Random) -> bytes:
    packed = bytes_changed(GZIP, random) if random.random() < 0.5 else GZIP
    document = bitstring_list(subject={"encodedList": "u" + to_text(packed)})
    return proved(members_changed(document, random) if packed is GZIP else document)


def signed_2021(random: Random) -> bytes:
    packed = bytes_changed(GZIP, random) if random.random() < 0.5 else GZIP
    document = list_2021(subject={"encodedList": b64encode(packed).decode()})
    return proved(members_changed(document, random) if packed is GZIP else document)


def signed_jwt(random: Random) -> bytes:
    packed = bytes_changed(ZLIB, random) if random.random() < 0.5 else ZLIB
    said = token_said(status_list={"lst": to_text(packed)})
    return jwt(members_changed(said, random) if packed is ZLIB else said)


def signed_cwt(random: Random) -> bytes:
    packed = bytes_changed(ZLIB, random) if random.random() < 0.5 else ZLIB
    said = cwt_said(status_list={"lst": packed})
    whole = members_changed(said, random) if packed is ZLIB else said
    return cwt(bytes_changed(cbor2.dumps(whole), random) if random.random() < 0.3 else whole)


def listed_ids(random: Random) -> bytes:
    return json.dumps(members_changed(json.loads(TWO), random)).encode()


Make = Callable[[Random], bytes]
LISTS: dict[str, tuple[StatusEntry, bytes, Make]] = {
    "bitstring": (BITSTRING, proved(bitstring_list(subject={"encodedList": encoded(ALL)})), signed_bitstring),
    "2021": (
        OLD,
        proved(list_2021(subject={"encodedList": b64encode(GZIP).decode()})),
        signed_2021,
    ),
    "jwt": (TOKEN, jwt(token_said(status_list={"lst": to_text(ZLIB)})), signed_jwt),
    "cwt": (TOKEN, cwt(cwt_said(status_list={"lst": ZLIB})), signed_cwt),
    "ids": (IDS, TWO, listed_ids),
}
EACH = pytest.mark.parametrize(("entry", "data", "make"), LISTS.values(), ids=LISTS.keys())


def judge_changed(entry: StatusEntry, data: bytes) -> None:
    """One judgement, which clears nobody. Whoever changes a list of ids, which nobody
    signs, may clear one.
    """
    check = judged(entry, data)
    assert len(check.detail) <= MAX_DETAIL
    assert check.outcome is not Outcome.VALID or entry is IDS


@EACH
def test_changed_bytes_clear_nobody(entry: StatusEntry, data: bytes, make: Make) -> None:
    random = Random(f"bytes of {entry.method}{len(data)}")
    for _ in range(COUNT):
        judge_changed(entry, bytes_changed(data, random))


@EACH
def test_what_an_issuer_signs_wrongly_clears_nobody(entry: StatusEntry, data: bytes, make: Make) -> None:
    """The signature is right, so that what is behind it is read."""
    random = Random(f"members of {entry.method}{len(data)}")
    for _ in range(COUNT):
        judge_changed(entry, make(random))


def signed_by_meaning(document: Document) -> bytes:
    signed = eddsa_rdfc.sign(document, signing_with(SEED), verification_method=KEY, created=CREATED)
    return json.dumps(signed).encode()


@pytest.mark.parametrize("sign", [proved, signed_by_meaning])
def test_members_that_change_after_signing_clear_nobody(sign: Callable[[Document], bytes]) -> None:
    """Also where the signature is over what a document means, which can be written in many ways."""
    random = Random(f"members after {sign.__name__}")
    document = json.loads(sign(bitstring_list(subject={"encodedList": encoded(ALL)})))
    for _ in range(COUNT):
        judge_changed(BITSTRING, json.dumps(members_changed(document, random)).encode())


@pytest.mark.parametrize("kind", ["BitstringStatusListEntry", "StatusList2021Entry", "1EdTechRevocationList"])
def test_changed_entries_clear_nobody(kind: str) -> None:
    """Whatever entry can be read leads to the list in which all are set, or nowhere."""
    random = Random(f"entries of {kind}")
    entry = {**status_in(URL), "type": kind, "id": URL if kind.startswith("1") else f"{URL}#5"}
    name = {"Bit": "bitstring", "Sta": "2021", "1Ed": "ids"}[kind[:3]]
    for _ in range(COUNT):
        named = members_changed([entry], random)
        for read in read_statuses({"id": "urn:uuid:5", "issuer": ISSUER, "credentialStatus": named}):
            if isinstance(read, StatusEntry) and read.list_id is None:
                assert judged(read, LISTS[name][1]).outcome is not Outcome.VALID
