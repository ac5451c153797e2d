"""The text of a token: what is one, what is a damaged one, and published examples of both algorithms."""

from typing import Any

import pytest

from api.credentials.document import DocumentError, DocumentFault
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.jose.compact import read_compact, token_text
from api.credentials.formats.jose.token_proof import verify_token
from api.credentials.formats.table import UnknownFormatError, read_credential
from api.credentials.public_key import PublicKey
from tests.api.credentials.formats.jose.credentials import of_2_0
from tests.api.credentials.formats.jose.minted import encoded, token, with_header

TEXT = token(of_2_0())
HEADER, PAYLOAD, SIGNATURE = TEXT.split(".")

# RFC 8037, appendix A.4, and RFC 7515, appendix A.3.
EDDSA = (
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6d"
    "WbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
)
EDDSA_JWK: Any = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
ES256 = (
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb2"
    "90Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
)
ES256_JWK: Any = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}


@pytest.mark.parametrize(("text", "jwk"), [(EDDSA, EDDSA_JWK), (ES256, ES256_JWK)])
def test_the_published_examples_verify(text: str, jwk: Any) -> None:
    jws = read_compact(text)
    assert verify_token(jws, PublicKey.from_jwk(jwk).multikey) is None


@pytest.mark.parametrize(
    ("text", "jwk", "reason"),
    [
        (EDDSA, ES256_JWK, CredentialFlaw.ALGORITHM_MISMATCH),
        (ES256, EDDSA_JWK, CredentialFlaw.ALGORITHM_MISMATCH),
        (EDDSA.replace("RXh", "RXg"), EDDSA_JWK, CredentialFlaw.WRONG_SIGNATURE),
        (ES256.replace("eyJp", "eyJq"), ES256_JWK, CredentialFlaw.WRONG_SIGNATURE),
    ],
)
def test_another_key_and_other_bytes_do_not(text: str, jwk: Any, reason: CredentialFlaw) -> None:
    flaw = verify_token(read_compact(text), PublicKey.from_jwk(jwk).multikey)
    assert flaw is not None
    assert flaw.reason is reason


def test_a_key_of_an_unknown_algorithm_verifies_nothing() -> None:
    flaw = verify_token(read_compact(EDDSA), b"\xe7\x01" + bytes(33))
    assert flaw is not None
    assert flaw.reason is CredentialFlaw.KEY_UNREADABLE


NOT_A_TOKEN, NOT_JSON = DocumentFault.NOT_A_TOKEN, DocumentFault.NOT_JSON
DAMAGED = {
    "a line's end within": (f"{HEADER}.{PAYLOAD[:40]}\n{PAYLOAD[40:]}.{SIGNATURE}", NOT_A_TOKEN),
    "a space before a dot": (f"{HEADER}.{PAYLOAD} .{SIGNATURE}", NOT_A_TOKEN),
    "a space within quotes": (f'"{TEXT} "', NOT_A_TOKEN),
    "padding": (f"{HEADER}.{PAYLOAD}.{SIGNATURE}==", NOT_A_TOKEN),
    "the other alphabet": (f"{HEADER}.{PAYLOAD}.{SIGNATURE[:-2]}+/", NOT_A_TOKEN),
    "bits beside the bytes": (f"{HEADER}.{PAYLOAD}.{'A' * 85}B", NOT_A_TOKEN),
    "one character too many": (f"{HEADER}.{PAYLOAD}.{SIGNATURE}AAA", NOT_A_TOKEN),
    "a look-alike": (f"{HEADER}.{PAYLOAD}.{SIGNATURE[:-1]}Ａ", NOT_A_TOKEN),
    "a byte that is no text": (TEXT.encode() + b"\xff", NOT_A_TOKEN),
    "two parts": (f"{HEADER}.{PAYLOAD}", NOT_A_TOKEN),
    "four parts": (f"{TEXT}.", NOT_A_TOKEN),
    "an encrypted one": (f"{HEADER}.{PAYLOAD}.{PAYLOAD}.{PAYLOAD}.{SIGNATURE}", NOT_A_TOKEN),
    "very many parts": (TEXT + "." * 100_000, NOT_A_TOKEN),
    "an empty payload": (f"{HEADER}..{SIGNATURE}", NOT_JSON),
    "a header that ends too early": (with_header(b'{"alg":"EdDSA"', of_2_0()), NOT_JSON),
    "a header that is no JSON": (with_header(b'{"alg":EdDSA}', of_2_0()), NOT_JSON),
    "a header twice": (with_header(b'{"alg":"EdDSA"}{}', of_2_0()), NOT_JSON),
    "alg twice": (with_header(b'{"alg":"EdDSA","alg":"none"}', of_2_0()), DocumentFault.DUPLICATE_NAME),
    "a byte-order mark in the payload": (token(b"\xef\xbb\xbf{}"), NOT_JSON),
    "UTF-16": (token('{"a":1}'.encode("utf-16")), DocumentFault.NOT_UTF8),
    "a payload that is a list": (token([]), DocumentFault.NOT_AN_OBJECT),
    "a payload that is a text": (token("a"), DocumentFault.NOT_AN_OBJECT),
    "two vc": (token(b'{"vc":{},"vc":{}}'), DocumentFault.DUPLICATE_NAME),
    "a date of 1e400": (token(b'{"exp":1e400}'), DocumentFault.INEXACT_NUMBER),
    "NaN": (token(b'{"exp":NaN}'), NOT_JSON),
    "2^53 + 1": (token(b'{"exp":9007199254740993}'), DocumentFault.INEXACT_NUMBER),
    "a lone surrogate": (token(b'{"iss":"\\ud800"}'), DocumentFault.LONE_SURROGATE),
    "too deep": (token(b'{"a":' + b"[" * 100_000), DocumentFault.TOO_DEEP),
    "a long header": (with_header(b'{"a":"' + b"a" * 17_000 + b'"}', {}), DocumentFault.TOO_LARGE),
    "a long signature": (f"{HEADER}.{PAYLOAD}.{'A' * 2_000}", DocumentFault.TOO_LARGE),
    "all too long": (f"{HEADER}.{'A' * (1 << 20)}.{SIGNATURE}", DocumentFault.TOO_LARGE),
}


@pytest.mark.parametrize(("data", "fault"), DAMAGED.values(), ids=DAMAGED.keys())
def test_a_damaged_token_is_called_damaged(data: str | bytes, fault: DocumentFault) -> None:
    """J1, J2, J4."""
    with pytest.raises(DocumentError) as caught:
        read_credential(data if isinstance(data, bytes) else data.encode())
    assert caught.value.fault is fault


@pytest.mark.parametrize(
    "data",
    ["eyes. Hello", "ey", "e.", "eyJ9", f"x{TEXT}", f"{TEXT[2:]}", "a.b.c", '"eyes"', '"', "ewe. a. b"],
)
def test_other_texts_are_none(data: str) -> None:
    assert token_text(data.encode()) is None
    with pytest.raises(UnknownFormatError):
        read_credential(data.encode())


def test_a_header_may_begin_with_white_space() -> None:
    header = b'{\r\n "alg": "EdDSA", "typ": "vc+jwt"}'
    assert read_credential(with_header(header, of_2_0()).encode()).proofs[0].flaw is None
    assert encoded(header).startswith("ew0")
