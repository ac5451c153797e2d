"""The three forms: their exact bytes, what independent software makes of them, and bytes of another form."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld

from api.publications import bitstring, cwt, jwt
from api.publications.bits import gzip_packed, zlib_packed
from api.publications.fault import PublicationError, PublicationFault
from api.publications.form import MAX_PUBLICATION_BYTES, PublicationForm
from api.publications.forms import forms_for, publish, read_publication
from api.publications.statement import StatusStatement
from registry.kinds.status_list.record import StatusPurpose
from registry.primitives import ed25519
from tests.api.publications.sample import (
    DAY_MS,
    EMPTY,
    ISSUER,
    KEY,
    NOW_MS,
    REVOKED,
    SEED,
    STATEMENT,
    URL,
    made,
    with_set,
)
from tests.frozen import Freeze

PACKED = bytes(range(64))
"""Stands for packed bits where the bytes must not depend on a compressor."""
CODECS: dict[PublicationForm, Any] = {
    PublicationForm.BITSTRING: bitstring,
    PublicationForm.JWT: jwt,
    PublicationForm.CWT: cwt,
}


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _encoded(members: dict[str, Any]) -> str:
    encoded = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
    return base64.urlsafe_b64encode(encoded).decode().rstrip("=")


@pytest.fixture
def quads(vectors: Path) -> Callable[[dict[str, Any]], str]:
    """RDFC-1.0 by a JSON-LD processor that knows the public contexts and fetches nothing."""

    def load(url: str, _: object) -> dict[str, Any]:
        file = vectors / "contexts" / f"{quote(url, safe='')}.json"
        return {"contextUrl": None, "documentUrl": url, "document": json.loads(file.read_text())}

    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
    return lambda document: str(jsonld.normalize(document, options))


@pytest.mark.parametrize("form", PublicationForm)
def test_the_bytes_are_frozen(form: PublicationForm, frozen: Freeze) -> None:
    codec = CODECS[form]
    signature = ed25519.sign(SEED, codec.message(STATEMENT, PACKED))
    frozen(f"api/publication/{form.name.lower()}", codec.encode(STATEMENT, PACKED, signature))


@pytest.mark.parametrize("form", PublicationForm)
def test_the_same_statement_makes_the_same_bytes(form: PublicationForm) -> None:
    assert made(form) == made(form)
    publication = read_publication(form, made(form))
    assert publication.statement == STATEMENT
    assert publication.unpacked() == REVOKED
    assert ed25519.verify(ed25519.public_key(SEED), publication.message, publication.signature)


@pytest.mark.parametrize("purpose", StatusPurpose)
@pytest.mark.parametrize(
    ("url", "issuer", "fragment"),
    [
        (URL, ISSUER, "credentials-1"),
        ("http://localhost:8080/status/did:web:localhost%253A8443/a", "did:web:localhost%3A8443", "k"),
        (
            "https://xn--e1afmkfd.example/a/./b/../status/x;y=1,2/!$&'()*+~/a",
            f"did:matricula:{'a' * 52}",
            "_-.",
        ),
        ("HTTPS://LISTS.EXAMPLE:443//status//", "did:web:a.example:b:C", "0"),
    ],
)
def test_the_template_is_what_a_json_ld_processor_makes(
    purpose: StatusPurpose, url: str, issuer: str, fragment: str, quads: Callable[[dict[str, Any]], str]
) -> None:
    statement = StatusStatement(url, issuer, f"{issuer}#{fragment}", purpose, NOW_MS, NOW_MS + DAY_MS)
    statement.require_form()
    document = json.loads(bitstring.encode(statement, PACKED, bytes(64)))
    proof = document.pop("proof")
    del proof["proofValue"]
    assert quads(document) == bitstring.credential_quads(statement, PACKED)
    assert quads(proof | {"@context": document["@context"]}) == bitstring.proof_quads(statement)


def test_the_credential_has_the_members_that_the_specification_names() -> None:
    document = json.loads(made())
    assert document["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert document["credentialSubject"] == {
        "id": f"{URL}#list",
        "type": "BitstringStatusList",
        "statusPurpose": "revocation",
        "ttl": 300_000,
        "encodedList": "u" + base64.urlsafe_b64encode(gzip_packed(REVOKED)).decode().rstrip("="),
    }


def test_the_jwt_has_the_claims_that_the_specification_names() -> None:
    header, payload, _ = made(PublicationForm.JWT).decode().split(".")
    assert json.loads(_decoded(header)) == {"alg": "EdDSA", "kid": KEY, "typ": "statuslist+jwt"}
    claims = json.loads(_decoded(payload))
    turned = bytes(int(f"{byte:08b}"[::-1], 2) for byte in REVOKED)
    assert _decoded(claims.pop("status_list").pop("lst")) == zlib_packed(turned)
    seconds = NOW_MS // 1_000
    assert claims == {"exp": seconds + 86_400, "iat": seconds, "iss": ISSUER, "sub": URL, "ttl": 300}


def test_the_cwt_is_a_tagged_sign1_of_deterministic_cbor() -> None:
    data = made(PublicationForm.CWT)
    tagged = cbor2.loads(data)
    assert tagged.tag == 18
    protected, unprotected, payload, _ = tagged.value
    assert cbor2.loads(protected) == {1: -8, 4: KEY.encode(), 16: "application/statuslist+cwt"}
    assert unprotected == {}
    claims = cbor2.loads(payload)
    assert set(claims) == {1, 2, 4, 6, 65533, 65534}
    assert (claims[1], claims[2], claims[65534], claims[65533]["bits"]) == (ISSUER, URL, 300, 1)
    assert cbor2.dumps(tagged, canonical=True) == data
    assert cbor2.dumps(claims, canonical=True) == payload


def test_a_suspended_entry_is_suspended_and_not_invalid() -> None:
    data = made(PublicationForm.JWT, with_set(EMPTY, 5), purpose=StatusPurpose.SUSPENSION)
    claims = json.loads(_decoded(data.decode().split(".")[1]))
    assert claims["status_list"]["bits"] == 2
    assert read_publication(PublicationForm.JWT, data).unpacked() == with_set(EMPTY, 5)


def test_a_refresh_list_has_no_token() -> None:
    assert forms_for(StatusPurpose.REFRESH) == (PublicationForm.BITSTRING,)
    assert forms_for(StatusPurpose.SUSPENSION) == tuple(PublicationForm)


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "https://a.example/status/ü/x"},
        {"url": f"{URL}#list"},
        {"url": "lists"},
        {"url": f"https://a.example/{'a' * 512}"},
        {"issuer": "did:web:é.example"},
        {"key": "did:web:other.example#credentials-1"},
        {"key": f"{ISSUER}#a> <b"},
        {"from_ms": NOW_MS + 1},
        {"until_ms": 253_402_300_800_000},
        {"from_ms": -1_000},
    ],
)
def test_what_has_no_exact_form_is_not_signed(changed: dict[str, Any]) -> None:
    with pytest.raises(PublicationError):
        made(**changed)


@pytest.mark.parametrize("form", PublicationForm)
def test_a_byte_more_or_less_or_another_is_refused(form: PublicationForm) -> None:
    """Or the signature is wrong: what is read differs from what was signed then."""
    data = made(form)
    signed = read_publication(form, data)
    for place in range(0, len(data), 7):
        for changed in (
            data[:place] + data[place + 1 :],
            data[:place] + b" " + data[place:],
            data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :],
        ):
            try:
                found = read_publication(form, changed)
            except PublicationError:
                continue
            assert (found.message, found.signature) != (signed.message, signed.signature)
            assert not ed25519.verify(ed25519.public_key(SEED), found.message, found.signature)


@pytest.mark.parametrize("form", PublicationForm)
@settings(max_examples=300)
@given(noise=st.binary(max_size=200), place=st.integers(0, 400))
def test_noise_is_refused_and_nothing_else(form: PublicationForm, noise: bytes, place: int) -> None:
    data = made(form)
    changed = data[:place] + noise + data[place + len(noise) :]
    for hostile in (noise, changed):
        if hostile == data:
            continue
        try:
            found = read_publication(form, hostile)
        except PublicationError:
            continue
        assert not ed25519.verify(ed25519.public_key(SEED), found.message, found.signature)


def _json(data: bytes, change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(data)
    change(document)
    return json.dumps(document, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    "hostile",
    [
        _json(made(), lambda document: document.update(name="something more")),
        _json(made(), lambda document: document["credentialSubject"].update(ttl=1)),
        _json(made(), lambda document: document["credentialSubject"].update(statusPurpose="message")),
        _json(made(), lambda document: document["credentialSubject"].update(statusPurpose=["revocation"])),
        _json(made(), lambda document: document["credentialSubject"].update(id=URL)),
        _json(made(), lambda document: document["@context"].append("https://other.example/v1")),
        _json(made(), lambda document: document.update(proof=[document["proof"]])),
        _json(made(), lambda document: document["proof"].update(proofPurpose="authentication")),
        _json(made(), lambda document: document["proof"].update(created="2020-01-01T00:00:00Z")),
        _json(made(), lambda document: document["proof"].update(proofValue="z1")),
        _json(made(), lambda document: document.update(validFrom="2026-01-01T00:00:00+00:00")),
        _json(made(), lambda document: document.pop("validUntil")),
        _json(made(), lambda document: document["credentialSubject"].update(encodedList="H4sI")),
        b"\xef\xbb\xbf" + made(),
        made() + b"\n",
        made().replace(b'"id":', b'"id":"x","id":', 1),
        b"[" * 100_000,
        b"{}",
    ],
)
def test_a_credential_of_another_form(hostile: bytes) -> None:
    with pytest.raises(PublicationError) as raised:
        read_publication(PublicationForm.BITSTRING, hostile)
    assert raised.value.fault is PublicationFault.MALFORMED


def _token(header: dict[str, Any], **claims: Any) -> bytes:
    old_header, old_payload, signature = made(PublicationForm.JWT).decode().split(".")
    parts = json.loads(_decoded(old_header)) | header, json.loads(_decoded(old_payload)) | claims
    return ".".join((*map(_encoded, parts), signature)).encode()


@pytest.mark.parametrize(
    "hostile",
    [
        _token({"alg": "none"}),
        _token({"alg": "HS256"}),
        _token({"jwk": {"kty": "OKP"}}),
        _token({"typ": "JWT"}),
        _token({"kid": 1}),
        _token({}, ttl=300_000),
        _token({}, exp=True),
        _token({}, exp=1e10),
        _token({}, status_list={"bits": 8, "lst": ""}),
        _token({}, status_list={"bits": 1, "lst": "e+=="}),
        _token({}, aud="somebody"),
        made(PublicationForm.JWT) + b".x",
        made(PublicationForm.JWT).replace(b".", b"..", 1),
        b"a.b",
    ],
)
def test_a_jwt_of_another_form(hostile: bytes) -> None:
    with pytest.raises(PublicationError) as raised:
        read_publication(PublicationForm.JWT, hostile)
    assert raised.value.fault is PublicationFault.MALFORMED


@pytest.mark.parametrize(
    "hostile",
    [
        made(PublicationForm.CWT)[1:],
        b"\xd8\x3d" + made(PublicationForm.CWT),
        b"\xd8\x12" + made(PublicationForm.CWT)[1:],
        made(PublicationForm.CWT) + b"\x00",
        made(PublicationForm.CWT).replace(b"\x27", b"\x26", 1),
        b"\xd2\x9f",
        b"\xd2\x84\x5b" + b"\xff" * 8,
        b"\xd2\x84\x40\xa0\x40\x40",
    ],
)
def test_a_cwt_of_another_form(hostile: bytes) -> None:
    with pytest.raises(PublicationError) as raised:
        read_publication(PublicationForm.CWT, hostile)
    assert raised.value.fault is PublicationFault.MALFORMED


@pytest.mark.parametrize("form", PublicationForm)
def test_what_is_longer_than_any_list_is_not_read(form: PublicationForm) -> None:
    with pytest.raises(PublicationError) as raised:
        read_publication(form, bytes(MAX_PUBLICATION_BYTES + 1))
    assert raised.value.fault is PublicationFault.TOO_LARGE


def test_the_longest_list_of_random_bits_fits() -> None:
    """The worst for a compressor: half a mebibyte that cannot be made shorter."""
    noise = b"".join(ed25519.sign(SEED, number.to_bytes(4, "big")) for number in range(8_192))
    for form in PublicationForm:
        for purpose in (StatusPurpose.REVOCATION, StatusPurpose.SUSPENSION):
            data = made(form, noise, purpose=purpose)
            assert len(data) <= MAX_PUBLICATION_BYTES
            assert read_publication(form, data).unpacked() == noise


def test_what_signing_raises_comes_through() -> None:
    def broken(_: bytes) -> bytes:
        raise OSError("the device is gone")

    with pytest.raises(OSError, match="gone"):
        publish(PublicationForm.JWT, STATEMENT, EMPTY, broken)
