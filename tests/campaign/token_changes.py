"""Changes of tokens: their headers, how they are written in base64url, and everything that
`tests.api.credentials.formats.mutated` does to a text.
"""

import json
import string
from collections.abc import Callable
from random import Random
from typing import Any, Final

from api.base64url import from_text, to_text
from registry.primitives.codec import Malformed
from tests.api.credentials.did_methods.keys import ED25519_JWK, P256_JWK
from tests.api.credentials.formats.jose.minted import P256_KEY, signature
from tests.api.credentials.formats.mutated import changed_token
from tests.campaign.json_changes import changed_json

ALPHABET: Final = string.ascii_uppercase + string.ascii_lowercase + string.digits + "-_"
"""Of base64url."""
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve P-256 (FIPS 186-5): with r and s, r and ORDER - s is a signature as well."""
OTHERS_JWK: Final = {"kty": "OKP", "crv": "Ed25519", "x": to_text(bytes(31) + b"\x01")}
_NAMES: Final = ("none", "None", "nOnE", "HS256", "ES256", "EdDSA", "RS256", "ES384", "", "Ed25519")
_KEYS: Final = ("https://a.example/key", "file:///etc/passwd", "#0", "", "did:web:a.example#1", P256_KEY)
_TYPES: Final = ["at+jwt", "vp+jwt", "VC+JWT", "application/vc+jwt", "dc+sd-jwt", "statuslist+jwt"]
HEADERS: Final[tuple[dict[str, Any], ...]] = (
    *({"alg": name} for name in (*_NAMES, ["EdDSA"])),
    *({"kid": key} for key in (*_KEYS, None)),
    *({"typ": kind} for kind in (*_TYPES, None)),
    *({"jwk": jwk} for jwk in (ED25519_JWK, P256_JWK, OTHERS_JWK)),
    *({"crit": crit} for crit in (["b64"], [], ["exp"], "b64", ["http://a.example/x"])),
    *({"b64": False}, {"b64": False, "crit": ["b64"]}, {"zip": "DEF"}, {"x5c": ["MIIB"]}, {"cty": "vc"}),
    *({"x5u": "https://a.example/"}, {"jku": "https://a.example/jwks"}),
)
"""Members that stand in the place of a header's own; None leaves one out."""


def _other_header(rng: Random, text: str) -> str:
    """The header changed, and the signature left, taken away, or made again as the header says by a key that
    is not the issuer's: for HS256 that is the public key.
    """
    issued, tilde, rest = text.partition("~")
    header, _, others = issued.partition(".")
    payload, _, old = others.partition(".")
    whole = {**_object(header), **rng.choice(HEADERS)}
    kept = {name: member for name, member in whole.items() if member is not None}
    signing_input = f"{to_text(json.dumps(kept).encode())}.{payload}"
    if kept.get("alg") in ("HS256", "none"):
        fresh = to_text(signature(kept["alg"], signing_input.encode("utf-8", "replace")))
    else:
        fresh = rng.choice((old, ""))
    return f"{signing_input}.{fresh}{tilde}{rest}"


def _object(part: str) -> dict[str, Any]:
    try:
        found = json.loads(from_text(part))
    except (Malformed, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _written_otherwise(rng: Random, text: str) -> str:
    """The same bytes in another base64: padded, in the other alphabet, broken in lines, with bits at the end
    that count for nothing.
    """
    separator = rng.choice(".~")
    parts = text.split(separator)
    place = rng.randrange(len(parts))
    part = parts[place] or "A"
    last = ALPHABET.find(part[-1])
    variants = (
        part + "=" * (-len(part) % 4 or rng.randrange(3)),
        part.replace("-", "+").replace("_", "/"),
        "\n".join(part[begin : begin + 64] for begin in range(0, len(part), 64)),
        part[:-1] + ALPHABET[last ^ rng.randrange(1, 4)],
        part + " ",
        part + "A",
        part.swapcase(),
    )
    parts[place] = rng.choice(variants)
    return separator.join(parts)


def _other_signature(rng: Random, text: str) -> str:
    """The second signature that each of ECDSA has; zeros; none; too long."""
    issued, tilde, rest = text.partition("~")
    signing_input, _, old = issued.rpartition(".")
    try:
        raw = from_text(old)
    except (Malformed, ValueError):
        raw = b""
    r, s = raw[:32], raw[32:64]
    negated = (-int.from_bytes(s) % ORDER).to_bytes(32)
    fresh = rng.choice(
        (r + negated, bytes(64), b"", raw + b"\x00", s + r, r + bytes(32), bytes(31) + b"\x01" + s)
    )
    return f"{signing_input}.{to_text(fresh)}{tilde}{rest}"


def _other_json(rng: Random, text: str) -> str:
    """One of the parts changed as JSON, the signature as it is."""
    pieces = text.replace("~", ".").split(".")
    whole = [_object(piece) for piece in pieces]
    chosen = rng.choice([place for place, found in enumerate(whole) if found] or [0])
    fresh = changed_json(whole[chosen] or {"a": 1}, rng.choice(whole), rng)
    return text.replace(pieces[chosen], to_text(fresh.encode("utf-8", "replace")), 1)


WAYS: Final[tuple[Callable[[Random, str], str], ...]] = (
    *(changed_token, changed_token, changed_token, _other_header, _other_header, _written_otherwise),
    *(_other_signature, _other_json, _other_json),
)


def changed_text(rng: Random, text: str) -> str:
    """A token, changed once in most cases."""
    for _ in range(rng.choice((1, 1, 1, 2))):
        text = rng.choice(WAYS)(rng, text or "x")
    return text
