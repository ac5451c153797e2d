"""The credentials that are changed: one sample or more of each format, status list and wrapper, all valid as
they are with what `Sample.lists` serves. All are signed by two keys, one of Ed25519 and one of P-256, so that
a part of one sample fits into another as well as it can.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Final

from api.credentials.wrappers.table import bake
from tests.api.credentials.formats.jose.credentials import of_1_1, of_2_0
from tests.api.credentials.formats.jose.minted import ED25519_DID, ED25519_KEY, P256_DID, P256_KEY, token
from tests.api.credentials.formats.sd_jwt.minted import payload, presented, sd_jwt
from tests.api.credentials.status.lists import (
    bitstring_list,
    cwt,
    cwt_said,
    jwt,
    list_2021,
    proved,
    token_said,
)
from tests.api.credentials.w3c.test_open_badges_form import badge, record
from tests.api.credentials.wrappers.wrapped import pdf, picture, svg
from tests.api.verifier.credential.awarded import signed
from tests.api.verifier.credential.test_every_format import FORMATS, credential, entry, old

LIST_URL: Final = "https://a.example/lists/1"
RECORD_CONTEXT: Final = "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json"
NAMED: Final[dict[str, Any]] = {"id": LIST_URL, "issuer": ED25519_DID}
PROVED: Final[dict[str, Any]] = {"verificationMethod": ED25519_KEY}
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sample:
    """What is changed: a credential (`data`) with the bytes at the address of each list that it names; where
    `changes_list` is set, the list instead.
    """

    data: bytes
    lists: dict[str, bytes] = field(default_factory=dict)
    changes_list: bool = False


def _documents() -> tuple[Document, ...]:
    """What is said in every format that holds a document: one small, one old, and a badge."""
    return credential(validUntil="2030-12-31T24:00:00Z"), old(), _badge()


def _badge() -> Document:
    return {
        **badge(result=[{"type": ["Result"], "value": "A"}, {"type": ["Result"], "value": "B"}]),
        "name": "Rope work",
    }


def _with_issuer(document: Document, did: str) -> Document:
    issuer = document.get("issuer")
    return {**document, "issuer": {**issuer, "id": did} if isinstance(issuer, dict) else did}


def _of_format(name: str) -> tuple[Sample, ...]:
    return tuple(Sample(FORMATS[name](document)) for document in _documents())


def _tokens(algorithm: str) -> tuple[Sample, ...]:
    did, key = (P256_DID, P256_KEY) if algorithm == "ES256" else (ED25519_DID, ED25519_KEY)
    texts = (
        token(of_2_0(issuer=did), alg=algorithm, kid=key),
        token(of_1_1(iss=did), alg=algorithm, kid=key, typ="JWT"),
        token(_with_issuer(_badge(), did), alg=algorithm, kid=key),
    )
    return tuple(Sample(text.encode()) for text in texts)


def _envelopes() -> tuple[Sample, ...]:
    """A token in a JSON object."""
    document = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "id": f"data:application/vc+jwt,{token(of_2_0())}",
        "type": "EnvelopedVerifiableCredential",
    }
    return (Sample(json.dumps(document).encode()),)


def _sd_jwts() -> tuple[Sample, ...]:
    return Sample(sd_jwt().encode()), Sample(presented().encode()), *_of_format("SD-JWT")


def _registered() -> tuple[Sample, ...]:
    """One whose issuer, status list and schema the registry holds."""
    return (Sample(json.dumps(signed()).encode()),)


def _with_list(document: Document, list_data: bytes, suite: str = "eddsa-jcs-2022") -> tuple[Sample, ...]:
    sample = Sample(FORMATS[suite](document), {LIST_URL: list_data})
    return sample, replace(sample, changes_list=True)


def _entry(kind: str) -> Document:
    return entry(type=kind)


def _bitstring() -> tuple[Sample, ...]:
    data = proved(bitstring_list(**NAMED), **PROVED)
    return _with_list(_entry("BitstringStatusListEntry"), data)


def _bitstring_by_meaning() -> tuple[Sample, ...]:
    data = FORMATS["eddsa-rdfc-2022"](bitstring_list(**NAMED))
    return _with_list(_entry("BitstringStatusListEntry"), data)


def _list_2021() -> tuple[Sample, ...]:
    data = proved(list_2021(**NAMED), **PROVED)
    return _with_list(_entry("StatusList2021Entry"), data)


def _token_list(data: bytes) -> tuple[Sample, ...]:
    status = {"status_list": {"idx": 5, "uri": LIST_URL}}
    sample = Sample(sd_jwt(payload(status=status)).encode(), {LIST_URL: data})
    return sample, replace(sample, changes_list=True)


def _jwt_list() -> tuple[Sample, ...]:
    return _token_list(jwt(token_said(iss=ED25519_DID, sub=LIST_URL), kid=ED25519_KEY))


def _cwt_list() -> tuple[Sample, ...]:
    return _token_list(cwt(cwt_said(iss=ED25519_DID, sub=LIST_URL), protected={4: ED25519_KEY.encode()}))


def _inner() -> tuple[bytes, bytes]:
    """What is wrapped: a document and a token."""
    return FORMATS["eddsa-jcs-2022"](_badge()), token(of_2_0()).encode()


def _pngs() -> tuple[Sample, ...]:
    return tuple(Sample(bake(picture(), inner)) for inner in _inner())


def _svgs() -> tuple[Sample, ...]:
    return tuple(Sample(bake(svg("<path/>"), inner)) for inner in _inner())


def _pdfs() -> tuple[Sample, ...]:
    return tuple(Sample(pdf([("a.txt", b"hello"), ("award.json", inner)])) for inner in _inner())


def presentation_of(entries: list[Any]) -> bytes:
    """A presentation of entries, which are documents or tokens."""
    document = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": "did:web:a.example",
        "verifiableCredential": entries,
    }
    return json.dumps(document).encode()


def _presentations() -> tuple[Sample, ...]:
    entries = [json.loads(FORMATS["eddsa-jcs-2022"](credential())), token(of_2_0()), sd_jwt()]
    as_token = token({"iss": ED25519_DID, "vp": json.loads(presentation_of(entries))})
    return (
        Sample(presentation_of(entries)),
        Sample(json.dumps(entries).encode()),
        Sample(as_token.encode()),
    )


def _learner_records() -> tuple[Sample, ...]:
    inner = json.loads(FORMATS["eddsa-jcs-2022"](_badge()))
    whole = record(verifiableCredential=[inner])
    document = {**whole, "@context": [*whole["@context"], RECORD_CONTEXT]}
    return (Sample(FORMATS["eddsa-jcs-2022"](document)),)


KINDS: Final[dict[str, Callable[[], tuple[Sample, ...]]]] = {
    "eddsa-jcs-2022": lambda: _of_format("eddsa-jcs-2022"),
    "eddsa-rdfc-2022": lambda: _of_format("eddsa-rdfc-2022"),
    "ecdsa-rdfc-2019": lambda: _of_format("ecdsa-rdfc-2019"),
    "ecdsa-jcs-2019": lambda: _of_format("ecdsa-jcs-2019"),
    "Ed25519Signature2020": lambda: _of_format("Ed25519Signature2020"),
    "registered": _registered,
    "VC-JWT EdDSA": lambda: _tokens("EdDSA"),
    "VC-JWT ES256": lambda: _tokens("ES256"),
    "VC-JWT enveloped": _envelopes,
    "SD-JWT": _sd_jwts,
    "PNG": _pngs,
    "SVG": _svgs,
    "PDF": _pdfs,
    "presentation": _presentations,
    "learner record": _learner_records,
    "bitstring list": _bitstring,
    "bitstring list, rdfc": _bitstring_by_meaning,
    "list of 2021": _list_2021,
    "token list, JWT": _jwt_list,
    "token list, CWT": _cwt_list,
}
"""Each kind by its name, as the campaign's table shows it."""


@cache
def samples(kind: str) -> tuple[Sample, ...]:
    """The samples of a kind, made once."""
    return KINDS[kind]()
