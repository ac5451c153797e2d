"""`matricula credential template`: signed and verified as it stands, whatever the issuer's DID."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from api.client.paths import schema_url
from api.credentials.schema import micro_credential as micro_credential_schema
from api.credentials.schema import micro_credential_document
from registry.kinds.status_list.record import MIN_SIZE
from tests.node.cli.conftest import Registrar
from tests.registry.network import UNIVERSITY

OWN_DID = "did:matricula:…"
"""Stands for the one that is made of the keys."""
DIDS = (
    OWN_DID,
    "did:web:registrar.example",
    "did:web:localhost%3A8443",
    "did:web:localhost%3A8443:b.c:D-e_f",
)


async def department(
    registrar: Registrar, did: str, folder: str = "department"
) -> tuple[str, tuple[str, ...]]:
    """A registered DID with a status list and a schema, and the options that sign as it."""
    named = () if did == OWN_DID else ("--did", did)
    registered = await registrar.json(
        "did", "register", registrar.folder / folder, *named, *registrar.signing
    )
    did = registered["did"]
    options = (*registrar.asking, *registrar.key(folder, did))
    await registrar.json("status", "create", "degrees", *options)
    await registrar.json("schema", "publish", "micro-credential", "1.0.0", "--micro-credential", *options)
    return did, options


@pytest.mark.parametrize("did", DIDS)
async def test_the_template_is_signed_and_verified_as_it_is(did: str, registrar: Registrar) -> None:
    did, options = await department(registrar, did)
    printed = await registrar.run(
        "credential", "template", did, "--name", "Norte", "--index", "17", "--url", f"{registrar.url}/"
    )
    file = registrar.folder / "one.json"
    file.write_text(printed.out)
    document: Any = json.loads(printed.out)
    assert micro_credential_schema().violations(document) == ()
    assert (document["issuer"]["id"], document["issuer"]["name"]) == (did, "Norte")
    (entry,), (schema,) = document["credentialStatus"], document["credentialSchema"]
    escaped = did.replace("%", "%25")
    list_url = f"{registrar.url}/status/{escaped}/degrees"
    assert (entry["statusListCredential"], entry["statusListIndex"]) == (list_url, "17")
    assert schema["id"] == f"{registrar.url}/schemas/{escaped}/micro-credential/1.0.0"
    served = await registrar.served.get(urlsplit(schema["id"]).path)
    assert served.body == micro_credential_document()

    await registrar.json("status", "publish", "degrees", "--url", registrar.url, *options)
    published = await registrar.served.get(urlsplit(list_url).path)
    assert (published.status, published.json["id"]) == (200, list_url)

    await registrar.json("credential", "sign", file, "--micro-credential", *options)
    verify = ("credential", "verify", registrar.folder / "one.signed.json", *registrar.asking)
    report = (await registrar.run(*verify, "--json")).json
    checks = {check["aspect"]: check["outcome"] for check in report["checks"]}
    # Of a name of the web that nobody has attested its own server is asked, and here there is none.
    outcome = "valid" if did.startswith("did:matricula:") else "indeterminate"
    assert (report["outcome"], checks["schema"], checks["status"]) == (outcome, "valid", "valid")
    await registrar.json("status", "set", "degrees", "17", "--yes", *options)
    assert (await registrar.run(*verify, "--json")).json["outcome"] == "invalid"


async def test_a_did_of_a_path_says_nothing_about_one_of_a_port(registrar: Registrar) -> None:
    port, options = await department(registrar, "did:web:localhost%3A8443")
    _, others = await department(registrar, "did:web:localhost:8443", "other")
    await registrar.json("status", "set", "degrees", "17", "--yes", *others)
    printed = await registrar.run("credential", "template", port, "--index", "17")
    (registrar.folder / "one.json").write_text(printed.out)
    await registrar.json("credential", "sign", registrar.folder / "one.json", *options)
    verify = ("credential", "verify", registrar.folder / "one.signed.json", *registrar.asking)
    report = (await registrar.run(*verify, "--json")).json
    assert [check["outcome"] for check in report["checks"] if check["aspect"] == "status"] == ["valid"]


async def test_templates_are_drawn_apart_and_refused_for_what_is_no_did(registrar: Registrar) -> None:
    drawn = [await registrar.json("credential", "template", UNIVERSITY) for _ in range(2)]
    entries = {each["credentialStatus"][0]["statusListIndex"] for each in drawn}
    assert len({each["id"] for each in drawn}) == 2
    assert all(0 <= int(entry) < MIN_SIZE for entry in entries)
    wrong = await registrar.run("credential", "template", "university.example")
    assert (wrong.code, wrong.error[0]) == (
        2,
        "'university.example' is no DID: it does not begin with did:web: or did:matricula:",
    )


PORT = "did:web:localhost%3A8443"
WRONG = {
    ("did:web:LOCALHOST",): "'did:web:LOCALHOST' is no DID: a host is in lower case",
    (PORT, "--status-list", "My Degrees"): "'My Degrees' is no name of a status list",
    (PORT, "--country", "Portugal"): "'PORTUGAL' is no code of a country",
    (PORT, "--country", "PÇ"): "'PÇ' is no code of a country",
    (PORT, "--url", "node.example.edu"): "'node.example.edu' is no web address",
    (PORT, "--url", "urn:example:node"): "'urn:example:node' is no web address",
    (PORT, "--url", "https://"): "'https://' is no web address",
    (PORT, "--url", "https://node.example?x=1"): "'https://node.example?x=1' is no web address",
    (PORT, "--url", "https://node example"): "'https://node example' is no web address",
}


@pytest.mark.parametrize("options", WRONG, ids=lambda options: options[-1])
async def test_no_template_is_made_that_could_not_be_signed(
    options: tuple[str, ...], registrar: Registrar
) -> None:
    ran = await registrar.run("credential", "template", *options)
    assert (ran.code, ran.out, ran.error[0]) == (2, "", WRONG[options])


def test_schema_urls() -> None:
    address = schema_url("https://node.example/", "did:web:localhost%3A8443", "s", "1.0.0")
    assert address == "https://node.example/schemas/did:web:localhost%253A8443/s/1.0.0"
