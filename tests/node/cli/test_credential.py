"""`matricula credential sign`: signed with a key that the ledger knows, or not at all."""

import json
from pathlib import Path
from typing import Any

from api.credentials import eddsa_jcs
from api.credentials.document import load
from api.credentials.open_badges import open_badge
from api.credentials.schema import micro_credential as micro_credential_schema
from registry.names import status_list_id
from registry.primitives import ed25519
from registry.records.kind import Kind
from registry.records.status_list import MIN_SIZE
from tests.api.credentials.samples import AWARD, BODY, MICRO_CREDENTIAL
from tests.node.cli.conftest import Registrar
from tests.node.cli.test_did import register
from tests.registry.network import UNIVERSITY

CREATED = "2027-01-15T08:00:02Z"


def badge(issuer: str) -> Any:
    """An unsigned micro-credential of that issuer."""
    document = open_badge(BODY, MICRO_CREDENTIAL, AWARD)
    assert isinstance(document["issuer"], dict)
    document["issuer"]["id"] = issuer
    return document


async def signing(registrar: Registrar) -> tuple[str, tuple[str, ...]]:
    """A department, and the options that sign credentials as it."""
    did, _ = await register(registrar)
    return did, (*registrar.asking, *registrar.key("department/credentials-1.key", f"{did}#credentials-1"))


def written(path: Path, document: Any) -> Path:
    """A file with that document."""
    path.write_text(json.dumps(document))
    return path


async def test_a_credential_is_signed_by_a_key_that_the_ledger_knows(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    file = written(registrar.folder / "award.json", badge(did))
    done = await registrar.json("credential", "sign", file, "--micro-credential", *options)
    out = registrar.folder / "award.signed.json"
    assert done == {
        "signed": [str(out)],
        "leftOut": [],
        "key": f"{did}#credentials-1",
        "created": CREATED,
    }
    credential = load(out.read_bytes())
    (document,) = eddsa_jcs.proofs(credential)
    proof = eddsa_jcs.read_proof(document)
    assert (proof.verification_method, document["created"]) == (f"{did}#credentials-1", CREATED)
    key = registrar.body(Kind.DID, did).key("credentials-1")
    eddsa_jcs.verify(credential, proof, ed25519.from_multikey(key.multikey))
    again = await registrar.run("credential", "sign", file, *options)
    assert again.error == (
        "the file is there already",
        str(out),
        "it is signed already; move the file away to sign anew",
    )
    signed = await registrar.run("credential", "sign", out, *options)
    assert signed.error[0] == "it is signed already"


async def test_nothing_is_signed_where_one_is_not_right(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    good = written(registrar.folder / "good.json", badge(did))
    bad = registrar.folder / "bad.json"
    sign = ("credential", "sign", good, bad, "--micro-credential", *options)
    written(bad, {**badge(did), "credentialSubject": {}})
    schema = await registrar.run(*sign)
    assert schema.error[0].startswith("it does not conform to the schema: ")
    assert schema.error[1] == f"{bad} at /credentialSubject"
    written(bad, badge("did:web:other.example"))
    assert (await registrar.run(*sign)).error[0] == (
        f"its issuer is 'did:web:other.example', the key is of {did}"
    )
    bad.write_text("[]")
    assert (await registrar.run(*sign)).error[0] == "this is a list in JSON, not a credential"
    own = ("credential", "sign", good, "--schema", bad, *options)
    assert (await registrar.run(*own)).error[0] == "this is a list in JSON, not a JSON Schema"
    assert sorted(path.name for path in registrar.folder.glob("*.signed.json")) == []


async def test_keys_that_may_not_sign_credentials(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    file = written(registrar.folder / "award.json", badge(did))
    sign = ("credential", "sign", file, *registrar.asking)
    transactions = registrar.key("department/transactions-1.key", f"{did}#transactions-1")
    assert (await registrar.run(*sign, *transactions)).error[0] == "the key was made for another purpose"
    other = registrar.key("department/credentials-1.key", f"{did}#transactions-1")
    assert (await registrar.run(*sign, *other)).error[0] == "the ledger has another key under this name"
    unknown = registrar.key("department/credentials-1.key", f"{did}#none")
    assert (await registrar.run(*sign, *unknown)).error[0] == f"the ledger has no key {did}#none"
    await registrar.json("did", "retire", "#credentials-1", *registrar.asking, *transactions)
    assert (await registrar.run("credential", "sign", file, *options)).error[:2] == (
        "the key is retired",
        f"{did}#credentials-1",
    )
    assert list(registrar.folder.glob("*.signed.json")) == []


async def test_a_credential_from_signing_to_revocation(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    transactions = (
        *registrar.asking,
        *registrar.key("department/transactions-1.key", f"{did}#transactions-1"),
    )
    await registrar.json("status", "create", "degrees", *transactions)
    document = badge(did)
    (entry,) = document["credentialStatus"]
    entry["statusListCredential"] = f"{registrar.url}/v1/status-lists/{did}/status-lists/degrees"
    file = written(registrar.folder / "award.json", document)
    await registrar.json("credential", "sign", file, *options)
    signed = registrar.folder / "award.signed.json"
    verify = ("credential", "verify", signed, *registrar.asking)
    good = await registrar.json(*verify)
    assert (good["outcome"], good["anchoredMs"]) == ("valid", None)
    assert all(line == line.rstrip() for line in (await registrar.run(*verify)).out.splitlines())
    aspects = ["form", "issuer", "signature", "key", "dates", "status"]
    assert [check["aspect"] for check in good["checks"]] == aspects

    anchored = await registrar.json("anchor", signed, *transactions)
    await registrar.json("did", "retire", "#credentials-1", *transactions)
    retired = await registrar.json(*verify)
    assert (retired["outcome"], retired["anchoredMs"]) == ("valid", anchored["timeMs"])
    proof = signed.with_name(f"{signed.name}.anchor.json")
    kept = proof.read_bytes()
    proof.unlink()
    alone = await registrar.run(*verify, "--json")
    assert (alone.code, alone.json["outcome"]) == (1, "indeterminate")

    revoke = ("status", "set", "degrees", entry["statusListIndex"], "--yes", *transactions)
    await registrar.json(*revoke)
    elsewhere = registrar.folder / "kept"
    elsewhere.write_bytes(kept)
    revoked = await registrar.run(*verify, "--anchor", elsewhere)
    assert revoked.code == 1
    assert "invalid       status    It is revoked: revocation, entry 1023 of" in revoked.out
    elsewhere.write_text("{}")
    no_proof = await registrar.run(*verify, "--anchor", elsewhere)
    assert no_proof.error[0] == "this is JSON of another form, not an anchor proof"


async def test_the_template_is_signed_and_verified_as_it_is(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    keys = registrar.key("department/transactions-1.key", f"{did}#transactions-1")
    await registrar.json("status", "create", "degrees", *registrar.asking, *keys)
    printed = await registrar.run("credential", "template", did, "--name", "Norte", "--index", "17")
    file = registrar.folder / "one.json"
    file.write_text(printed.out)
    document = json.loads(printed.out)
    assert micro_credential_schema().violations(document) == ()
    assert (document["issuer"]["id"], document["issuer"]["name"]) == (did, "Norte")
    (entry,) = document["credentialStatus"]
    list_url = f"https://node.example.edu/v1/status-lists/{status_list_id(did, 'degrees')}"
    assert (entry["statusListCredential"], entry["statusListIndex"]) == (list_url, "17")
    await registrar.json("credential", "sign", file, "--micro-credential", *options)
    verify = ("credential", "verify", registrar.folder / "one.signed.json", *registrar.asking)
    assert (await registrar.json(*verify))["outcome"] == "valid"
    await registrar.json("status", "set", "degrees", "17", "--yes", *registrar.asking, *keys)
    assert (await registrar.run(*verify, "--json")).json["outcome"] == "invalid"


async def test_templates_are_drawn_apart_and_refused_for_what_is_no_did(registrar: Registrar) -> None:
    drawn = [await registrar.json("credential", "template", UNIVERSITY) for _ in range(2)]
    entries = {each["credentialStatus"][0]["statusListIndex"] for each in drawn}
    assert len({each["id"] for each in drawn}) == 2
    assert all(0 <= int(entry) < MIN_SIZE for entry in entries)
    wrong = await registrar.run("credential", "template", "university.example")
    assert wrong.error[0] == "'university.example' is no DID"


async def test_the_same_pattern_signs_what_was_added(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    folder = registrar.folder
    sign = ("credential", "sign")
    one = written(folder / "one.json", badge(did))
    await registrar.json(*sign, one, *options)
    (folder / "one.signed.json.anchor.json").write_text("{}")
    two = written(folder / "two.json", badge(did))
    done = await registrar.json(*sign, *sorted(folder.glob("*.json")), *options)
    assert (done["signed"], done["leftOut"]) == ([str(folder / "two.signed.json")], [str(one)])
    nothing = await registrar.run(*sign, one, two, *options)
    assert nothing.error[:2] == ("the file is there already", str(folder / "one.signed.json"))
