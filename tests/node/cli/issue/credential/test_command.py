"""`matricula credential sign`: signed with a key that the ledger knows, or not at all."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from api.credentials.document import load
from api.credentials.formats.data_integrity.proof import proofs, read_proof
from api.credentials.formats.data_integrity.proving import verify
from api.credentials.formats.data_integrity.signed_bytes import SignedBytes
from api.credentials.open_badges import open_badge
from api.credentials.public_key import PublicKey
from registry.kinds.did.record import DID_RECORD
from registry.kinds.status_list.record import status_list_id
from tests.api.credentials.samples import AWARD, BODY, MICRO_CREDENTIAL
from tests.node.cli.conftest import Registrar
from tests.node.cli.issue.test_did import register

CREATED = "2027-01-15T08:00:03Z"


def badge(issuer: str, number: int = 1) -> Any:
    """An unsigned micro-credential of that issuer, with an id and a status entry of its own."""
    document = open_badge(BODY, MICRO_CREDENTIAL, replace(AWARD, id=f"urn:example:award:{number}"))
    assert isinstance(document["issuer"], dict)
    document["issuer"]["id"] = issuer
    url = f"https://node.example/v1/status-lists/{status_list_id(issuer, 'degrees')}"
    status = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
    entry = {"statusListIndex": str(number), "statusListCredential": url}
    return {**document, "credentialStatus": [status | entry]}


async def signing(registrar: Registrar) -> tuple[str, tuple[str, ...]]:
    """A department with a list of revocations, and the options that sign credentials as it."""
    did, transactions = await register(registrar)
    await registrar.json("status", "create", "degrees", *transactions)
    return did, (*registrar.asking, *registrar.key("department/credentials-1.key", f"{did}#credentials-1"))


def written(path: Path, document: Any) -> Path:
    """A file with that document."""
    path.parent.mkdir(exist_ok=True)
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
        "asOfMs": registrar.ledger.view().header.time_ms,
        "remarks": [],
    }
    credential = load(out.read_bytes())
    (document,) = proofs(credential)
    proof = read_proof(document)
    assert (proof.verification_method, document["created"]) == (f"{did}#credentials-1", CREATED)
    key = registrar.body(DID_RECORD, did).key("credentials-1")
    verify(SignedBytes(credential), proof, PublicKey.from_multikey(key.multikey))
    again = await registrar.json("credential", "sign", file, *options)
    assert again == {"signed": [], "leftOut": [str(file)]}
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
    written(bad, {"$schema": "http://json-schema.org/draft-07/schema#", "$id": "urn:a"})
    assert (await registrar.run(*own)).error == (
        "no credential can be signed under the schema: its draft is not supported: "
        "$schema is 'http://json-schema.org/draft-07/schema#'",
        str(bad),
        "write it in draft 2020-12 or 2019-09. For the first, `$schema` is "
        "https://json-schema.org/draft/2020-12/schema. If it is published like that, publish a new version, "
        "and name it in your credentials",
    )
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
    file = written(registrar.folder / "award.json", badge(did))
    await registrar.json("credential", "sign", file, *options)
    signed = registrar.folder / "award.signed.json"
    verify = ("credential", "verify", signed, *registrar.asking)
    good = await registrar.json(*verify)
    assert (good["outcome"], good["anchoredMs"]) == ("valid", None)
    assert all(line == line.rstrip() for line in (await registrar.run(*verify)).out.splitlines())
    aspects = ["form", "issuer", "signature", "key", "dates", "status", "schema", "names", "holder", "policy"]
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

    revoke = ("status", "set", "degrees", "1", "--yes", *transactions)
    await registrar.json(*revoke)
    elsewhere = registrar.folder / "kept"
    elsewhere.write_bytes(kept)
    revoked = await registrar.run(*verify, "--anchor", elsewhere)
    assert revoked.code == 1
    assert "invalid       status      It is revoked: revocation, entry 1 of" in revoked.out
    elsewhere.write_text("{}")
    no_proof = await registrar.run(*verify, "--anchor", elsewhere)
    assert no_proof.error[0] == "this is JSON of another form, not an anchor proof"


async def test_the_same_pattern_signs_what_was_added(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    folder = registrar.folder
    sign = ("credential", "sign")
    one = written(folder / "one.json", badge(did))
    await registrar.json(*sign, one, *options)
    (folder / "one.signed.json.anchor.json").write_text("{}")
    two = written(folder / "two.json", badge(did, 2))
    done = await registrar.json(*sign, *sorted(folder.glob("*.json")), *options)
    assert (done["signed"], done["leftOut"]) == ([str(folder / "two.signed.json")], [str(one)])
    nothing = await registrar.json(*sign, one, two, *options)
    assert nothing == {"signed": [], "leftOut": [str(one), str(two)]}


async def test_what_only_looks_signed_is_not_left_out(registrar: Registrar) -> None:
    did, options = await signing(registrar)
    folder = registrar.folder
    one = written(folder / "one.json", badge(did))
    await registrar.json("credential", "sign", one, *options)
    signed = folder / "one.signed.json"
    new = written(folder / "new.json", badge(did, 2))
    place = folder / "new.signed.json"
    sign = ("credential", "sign", one, new, *options)

    place.write_bytes(signed.read_bytes())  # another credential, signed
    assert (await registrar.run(*sign)).error[1] == str(place)
    place.write_text(new.read_text())  # not signed
    assert (await registrar.run(*sign)).error[1] == str(place)
    place.unlink()
    place.mkdir()
    assert (await registrar.run(*sign)).error[1] == str(place)
    place.rmdir()
    place.symlink_to(folder / "nowhere")
    assert (await registrar.run(*sign)).error[1] == str(place)
    place.unlink()

    written(one, {**badge(did), "name": "Corrected afterwards"})
    corrected = await registrar.run(*sign)
    assert corrected.error[1] == str(signed)
    assert "the draft was changed afterwards" in corrected.error[0]
    assert not place.exists()


async def test_signed_over_what_it_means(registrar: Registrar) -> None:
    """As the world's verifiers expect it; what no context defines would not be covered, and is not signed."""
    did, options = await signing(registrar)
    file = written(registrar.folder / "award.json", badge(did))
    await registrar.json("credential", "sign", file, "--suite", "eddsa-rdfc-2022", *options)
    credential = load((registrar.folder / "award.signed.json").read_bytes())
    (document,) = proofs(credential)
    assert document["cryptosuite"] == "eddsa-rdfc-2022"
    key = registrar.body(DID_RECORD, did).key("credentials-1")
    verify(SignedBytes(credential), read_proof(document), PublicKey.from_multikey(key.multikey))
    graded = written(registrar.folder / "graded" / "award.json", {**badge(did, 2), "grade": "A"})
    refused = await registrar.run("credential", "sign", graded, "--suite", "eddsa-rdfc-2022", *options)
    assert refused.code == 1
    assert "its signature would not cover all that it says" in refused.error[0]
    assert not (graded.parent / "award.signed.json").exists()
