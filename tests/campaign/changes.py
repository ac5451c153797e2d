"""The inputs of a campaign: number n of a kind is the same for one seed, whatever was made before it."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any, Final

from api.credentials.document import DocumentError, load
from api.credentials.formats.data_integrity import proving
from api.credentials.formats.data_integrity.fault import ProofError
from api.credentials.formats.data_integrity.suites import SUITES
from api.credentials.linked_data.refusal import LinkedDataError
from api.credentials.multikey import key_text
from api.credentials.public_key import KeyAlgorithm
from api.credentials.wrappers.fault import WrapperError
from api.credentials.wrappers.png import SIGNATURE
from api.credentials.wrappers.table import bake, unwrap
from registry.primitives.ed25519 import public_key, signing_with
from tests.api.credentials.changing import changed
from tests.api.credentials.formats.jose.minted import ED25519_KEY
from tests.api.credentials.samples import CREATED
from tests.api.credentials.test_changed_presentations import WORDS as JSON_WORDS
from tests.api.credentials.wrappers.test_hostile import WORDS as WRAPPER_WORDS
from tests.api.credentials.wrappers.test_hostile import with_right_sums
from tests.api.credentials.wrappers.wrapped import pdf, picture, svg
from tests.api.verifier.credential.awarded import ISSUER
from tests.campaign.json_changes import changed_json
from tests.campaign.originals import KINDS, Sample, presentation_of, samples
from tests.campaign.token_changes import changed_text

ENCODINGS: Final = ("utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1", "utf-7", "cp1252")
OTHERS_SEED: Final = bytes([8]) * 32
OTHERS_TEXT: Final = key_text(public_key(OTHERS_SEED))
_MANY: Final = 80_000


def _with_member(data: bytes, member: bytes) -> bytes:
    """One more at the beginning, where it is an object."""
    return data.replace(b"{", b"{" + member + b",", 1)


HUGE: Final[tuple[Callable[[bytes], bytes], ...]] = (
    lambda data: data * (1_000_000 // len(data) + 1),
    lambda data: b" " * 900_000 + data,
    lambda data: data + b"A" * 900_000,
    lambda data: _with_member(data, b'"x":"' + b"A" * 900_000 + b'"'),
    lambda data: _with_member(data, b'"evidence":[' + b",".join([b"{}"] * _MANY) + b"]"),
    lambda data: _with_member(
        data, b",".join(b'"x%d":%d' % (number, number) for number in range(_MANY // 2))
    ),
    lambda data: _with_member(
        data, b'"name":[' + b",".join(b'"%d"' % number for number in range(_MANY)) + b"]"
    ),
    lambda data: data.replace(b"~", b"~" + b"~".join([b"WyJzIiwgIm4iLCAxXQ"] * 20_000) + b"~", 1),
    lambda data: data.replace(b'["VerifiableCredential"', b'["VerifiableCredential"' + b',"X"' * _MANY, 1),
)
"""Lengths near and above what is read, and very many of something."""


def input_of(kind: str, number: int, seed: int) -> Sample:
    """The changed sample of a kind."""
    rng = Random(f"{seed} {kind} {number}")
    sample = rng.choice(samples(kind))
    if not sample.changes_list:
        return replace(sample, data=changed_bytes(rng, sample.data))
    return replace(sample, lists={url: changed_bytes(rng, data) for url, data in sample.lists.items()})


def changed_bytes(rng: Random, data: bytes) -> bytes:
    """Bytes of whatever kind, changed; cut, where they are too deep for the library that changes them."""
    try:
        return _changed_by_kind(rng, data)
    except RecursionError:
        return _cut(rng, data)


def _changed_by_kind(rng: Random, data: bytes) -> bytes:
    """By what is known of that kind in most cases, else blindly."""
    if rng.random() < 0.003:
        return rng.choice(HUGE)(data)
    if rng.random() < 0.25:
        return rng.choice((_blindly, _blindly, _cut, _spliced, _in_other_encoding, _in_presentation))(
            rng, data
        )
    if data.startswith((SIGNATURE, b"%PDF", b"<")):
        return _wrapped(rng, data)
    if data.lstrip()[:1] in (b"{", b"["):
        return _json(rng, data)
    if data.isascii():
        return changed_text(rng, data.decode()).encode("utf-8", "surrogatepass")
    return _blindly(rng, data)


def _blindly(rng: Random, data: bytes) -> bytes:
    """Bits and bytes, and words of some format."""
    fresh = changed(data or b"x", rng, JSON_WORDS + WRAPPER_WORDS)
    return with_right_sums(fresh) if data.startswith(SIGNATURE) and rng.random() < 0.5 else fresh


def _cut(rng: Random, data: bytes) -> bytes:
    begin, end = sorted((rng.randrange(len(data) + 1), rng.randrange(len(data) + 1)))
    return rng.choice((data[:end], data[begin:], data[:begin] + data[end:]))


def _spliced(rng: Random, data: bytes) -> bytes:
    """The beginning of one and the end of another."""
    other = other_data(rng)
    return data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]


def _in_other_encoding(rng: Random, data: bytes) -> bytes:
    """Text in another encoding, with a byte-order mark or without."""
    return data.decode("utf-8", "replace").encode(rng.choice(ENCODINGS), "replace")


def _in_presentation(rng: Random, data: bytes) -> bytes:
    """Beside a changed one."""
    return presentation_of([_entry(rng, data), _entry(rng, changed_bytes(rng, other_data(rng)))])


def _entry(rng: Random, data: bytes) -> Any:
    """What stands in a presentation for some bytes."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return data.decode("latin-1")


@cache
def _all_data() -> tuple[bytes, ...]:
    every = [sample for kind in KINDS for sample in samples(kind)]
    return tuple(sample.data for sample in every) + tuple(
        data for each in every for data in each.lists.values()
    )


def other_data(rng: Random) -> bytes:
    """The bytes of any sample or list."""
    return rng.choice(_all_data())


def _json(rng: Random, data: bytes) -> bytes:
    """A token inside is changed as a token. Now and then somebody else signs what was changed."""
    whole, other = json.loads(data), _entry(rng, other_data(rng))
    tokens = [text for text in _texts(whole) if text.count(".") >= 2 and len(text) > 200]
    if tokens and rng.random() < 0.5:
        text = rng.choice(tokens)
        return data.replace(text.encode(), json.dumps(changed_text(rng, text))[1:-1].encode())
    fresh = changed_json(whole, other, rng).encode("utf-8", "surrogatepass")
    return _signed_by_another(rng, fresh) if rng.random() < 0.1 else fresh


def _signed_by_another(rng: Random, data: bytes) -> bytes:
    """With a right signature by a key that is nobody's here, in the name of the issuer or its own."""
    key = rng.choice((ED25519_KEY, f"did:key:{OTHERS_TEXT}#{OTHERS_TEXT}", f"{ISSUER}#credentials-1"))
    suite = rng.choice([suite for suite in SUITES if suite.algorithm is KeyAlgorithm.ED25519])
    try:
        document = load(data)
        document.pop("proof", None)
        sign = signing_with(OTHERS_SEED)
        signed = proving.sign(document, sign, suite=suite, verification_method=key, created=CREATED)
    except (DocumentError, LinkedDataError, ProofError):
        return data
    return json.dumps(signed).encode()


def _texts(found: Any) -> list[str]:
    if isinstance(found, str):
        return [found]
    members = found.values() if isinstance(found, dict) else found if isinstance(found, list) else ()
    return [text for member in members for text in _texts(member)]


def _wrapped(rng: Random, data: bytes) -> bytes:
    """What is in it is changed and wrapped again, as a whole that looks right."""
    if rng.random() < 0.4:
        return _blindly(rng, data)
    found = unwrap(data)
    inner = changed_bytes(rng, b"" if found is None else found.content)
    if data.startswith(b"%PDF"):
        return pdf([("award.json", inner)])
    try:
        return bake(picture() if data.startswith(SIGNATURE) else svg("<path/>"), inner)
    except WrapperError:
        return inner
