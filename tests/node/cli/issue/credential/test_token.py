"""Credentials that are signed tokens, through the command."""

import json

import pytest

from tests.api.credentials.formats.jose.credentials import of_2_0
from tests.api.credentials.formats.jose.minted import ED25519_DID, token
from tests.api.credentials.formats.sd_jwt.minted import presented
from tests.node.cli.conftest import Registrar

ENVELOPED = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": "EnvelopedVerifiableCredential",
    "id": f"data:application/vc+jwt,{token(of_2_0())}",
}


@pytest.mark.parametrize(
    "content",
    [token(of_2_0()) + "\n", f'"{token(of_2_0())}"', presented(), json.dumps(ENVELOPED)],
    ids=["a token", "a JSON text", "an SD-JWT", "an envelope"],
)
async def test_a_token_of_an_issuer_that_nobody_registered(registrar: Registrar, content: str) -> None:
    file = registrar.folder / "award.jwt"
    file.write_text(content)
    ran = await registrar.run("credential", "verify", str(file), *registrar.asking, "--json")
    assert (ran.code, ran.json["outcome"]) == (1, "indeterminate")
    reasons = {check.get("reason") for check in ran.json["checks"]}
    assert "unregistered" in reasons
    assert not reasons & {"wrong-signature", "proof-malformed", "key-unreadable"}
    assert ED25519_DID in ran.out


async def test_a_damaged_token_is_told_with_what_to_do(registrar: Registrar) -> None:
    file = registrar.folder / "award.jwt"
    text = token(of_2_0())
    file.write_text(f"{text[:300]}\n{text[300:]}")
    ran = await registrar.run("credential", "verify", str(file), *registrar.asking)
    assert ran.code != 0
    assert "Its payload is not base64url" in ran.err
    assert "copy the whole text" in ran.err.lower()
