"""The rule in docs/records.md, "Ed25519", is the one that `verify` follows.

Its parts come from elsewhere: the equation from OpenSSL, the encodings of small order from the document.
"""

import json
import re
from collections.abc import Iterator
from hashlib import sha512
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_scalar_add,
    crypto_core_ed25519_scalar_mul,
    crypto_core_ed25519_scalar_reduce,
)

from registry.primitives.ed25519 import is_public_key, public_key, verify

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
SEED = bytes(range(32))
DOCUMENT = (Path(__file__).parents[3] / "docs" / "records.md").read_text()
LISTED = [bytes.fromhex(text) for text in re.findall(r"^([0-9a-f]{64})    ", DOCUMENT, re.MULTILINE)]


def with_sign(encoding: bytes) -> bytes:
    return encoding[:31] + bytes([encoding[31] | 0x80])


SMALL = frozenset(LISTED) | frozenset(map(with_sign, LISTED))


def is_good(key: bytes, message: bytes, signature: bytes) -> bool:
    """The rule as it is written."""
    r, s = signature[:32], signature[32:]
    y = int.from_bytes(key, "little") & (2**255 - 1)
    if int.from_bytes(s, "little") >= L or y >= P or {key, r} & SMALL:
        return False
    return equation_holds(key, message, signature)


def equation_holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """OpenSSL's verdict: rules 1 and 4, over whatever it can read as a point."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except InvalidSignature:
        return False
    return True


ORDER_8 = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
IDENTITY = (1).to_bytes(32, "little")


def multiples(point: bytes) -> list[bytes]:
    """0 to 7 times a point."""
    found = [IDENTITY]
    while len(found) < 8:
        found.append(crypto_core_ed25519_add(found[-1], point))
    return found


TORSION = multiples(ORDER_8)


def test_the_document_lists_every_encoding_of_small_order() -> None:
    assert len(SMALL) == 14
    assert len(set(TORSION)) == 8
    others = {(y | sign << 255).to_bytes(32, "little") for y in (P, P + 1) for sign in (0, 1)}
    impossible = {with_sign(IDENTITY), with_sign((P - 1).to_bytes(32, "little"))}
    assert frozenset(TORSION) | others | impossible == SMALL


def scalar(seed: bytes) -> bytes:
    """The secret scalar of a seed (RFC 8032, 5.1.5), reduced."""
    digest = bytearray(sha512(seed).digest()[:32])
    digest[0] &= 248
    digest[31] = digest[31] & 127 | 64
    return crypto_core_ed25519_scalar_reduce(bytes(digest) + bytes(32))


def made(key: bytes, r: bytes, nonce: bytes, message: bytes) -> bytes:
    """R and S = nonce + k · secret, where R need not be the point of that nonce."""
    k = crypto_core_ed25519_scalar_reduce(sha512(r + key + message).digest())
    product = crypto_core_ed25519_scalar_mul(k, scalar(SEED))
    return r + crypto_core_ed25519_scalar_add(nonce, product)


def signatures() -> Iterator[tuple[bytes, bytes, bytes]]:
    """Signatures by a key plus each point of small order, whose R has a part of small order or no other."""
    zero, nonce_seed = bytes(32), bytes(32)
    for part in TORSION:
        key = crypto_core_ed25519_add(public_key(SEED), part)
        for other in TORSION:
            mixed = crypto_core_ed25519_add(public_key(nonce_seed), other)
            for number in range(16):
                message = b"message %d" % number
                signature = made(key, mixed, scalar(nonce_seed), message)
                yield key, message, signature
                too_great = int.from_bytes(signature[32:], "little") + L
                yield key, message, mixed + too_great.to_bytes(32, "little")
                yield key, message, made(key, other, zero, message)
    for small in sorted(SMALL):
        for number in range(16):
            yield small, b"message %d" % number, public_key(nonce_seed) + scalar(nonce_seed)
            yield small, b"message %d" % number, small + zero


def test_made_edge_cases_get_the_verdict_of_the_rule() -> None:
    cases = list(signatures())
    verdicts = [verify(*case) for case in cases]
    assert verdicts == [is_good(*case) for case in cases]
    by_equation = [equation_holds(*case) for case in cases]
    assert sum(verdicts) < sum(by_equation)
    assert any(verdict for verdict, case in zip(verdicts, cases, strict=True) if not is_public_key(case[0]))


def test_a_small_r_is_refused_though_the_equation_holds() -> None:
    small = [case for case in signatures() if case[2][:32] in SMALL and case[0] not in SMALL]
    held = [case for case in small if equation_holds(*case)]
    assert held
    assert not any(verify(*case) for case in held)


def test_published_edge_cases_get_the_verdict_of_the_rule(vectors: Path) -> None:
    first = json.loads((vectors / "ed25519/cctv.json").read_text())
    second = json.loads((vectors / "ed25519/speccheck.json").read_text())
    cases = [(case["key"], case["msg"].encode().hex(), case["sig"]) for case in first]
    cases += [(case["pub_key"], case["message"], case["signature"]) for case in second]
    assert len(cases) == 914 + 12
    for case in cases:
        key, message, signature = map(bytes.fromhex, case)
        assert verify(key, message, signature) is is_good(key, message, signature)


def test_keys_of_seeds_are_public_keys() -> None:
    assert all(is_public_key(public_key(bytes([number]) * 32)) for number in range(64))


NO_KEYS = {
    "too short": public_key(SEED)[:31],
    "too long": public_key(SEED) + b"\0",
    "empty": b"",
    "no point": (2).to_bytes(32, "little"),
    **{f"small {encoding.hex()}": encoding for encoding in sorted(SMALL)},
    **{
        f"mixed {number}": crypto_core_ed25519_add(public_key(SEED), part)
        for number, part in enumerate(TORSION[1:], 1)
    },
    **{
        f"not canonical {y - P} {sign}": (y | sign << 255).to_bytes(32, "little")
        for y in range(P, 2**255)
        for sign in (0, 1)
    },
}


@pytest.mark.parametrize("key", NO_KEYS.values(), ids=NO_KEYS)
def test_what_no_private_key_has_is_no_public_key(key: bytes) -> None:
    assert is_public_key(key) is False
