"""`matricula credential verify`: every check is told, of presentations too, and what could not be asked."""

import json
from typing import Any

import pytest

from api.credentials.anchoring import batch, credential_hash
from api.credentials.document import load
from api.credentials.formats.data_integrity import eddsa_jcs
from registry.primitives.ed25519 import signing_with
from tests.api.credentials.formats.sd_jwt.minted import AUDIENCE, NONCE, presented, sd_jwt
from tests.api.credentials.samples import CREATED, METHOD, SEED, credential
from tests.node.cli.conftest import Registrar
from tests.node.cli.issue.credential.test_command import badge, signing, written
from tests.registry.network import UNIVERSITY

V2 = "https://www.w3.org/ns/credentials/v2"
NOT_CHECKED = "not checked: who presents it, and the presentation's own proof"


async def signed_by(registrar: Registrar, count: int = 1) -> list[Any]:
    """Credentials that a department signed."""
    did, options = await signing(registrar)
    folder = registrar.folder / "in"
    files = [written(folder / f"{number}.json", badge(did, number)) for number in range(count)]
    await registrar.json("credential", "sign", *files, *options)
    return [load(file.with_suffix(".signed.json").read_bytes()) for file in files]


def presentation(*credentials: Any, **members: Any) -> Any:
    """A presentation of these."""
    return {
        "@context": [V2],
        "type": ["VerifiablePresentation"],
        "verifiableCredential": list(credentials),
        **members,
    }


def by_stranger(issuer: str) -> Any:
    """A credential that names an issuer, signed by somebody."""
    document: Any = credential()
    document["issuer"]["id"] = issuer
    return eddsa_jcs.sign(document, signing_with(SEED), verification_method=METHOD, created=CREATED)


async def test_each_credential_of_a_presentation_is_judged(registrar: Registrar) -> None:
    one, two = await signed_by(registrar, 2)
    file = registrar.folder / "presentation.json"
    verify = ("credential", "verify", file, *registrar.asking)
    written(file, presentation(one, two))
    alone = written(registrar.folder / "one.signed.json", one)
    judged = await registrar.json("credential", "verify", alone, *registrar.asking)
    good = await registrar.json(*verify)
    assert {name: good[name] for name in ("file", "outcome", "asOfMs", "holder")} == {
        "file": str(file),
        "outcome": "valid",
        "asOfMs": judged["asOfMs"],
        "holder": "not-checked",
    }
    del judged["file"]
    assert good["credentials"][0] == judged
    people = await registrar.run(*verify)
    assert people.code == 0
    lines = people.out.splitlines()
    assert [line for line in lines if line.startswith("credential ")] == [
        "credential 1 of 2: 'urn:example:award:0'",
        "credential 2 of 2: 'urn:example:award:1'",
    ]
    assert lines[-2:] == ["valid: the presentation; of its credentials the worst counts", NOT_CHECKED]

    written(file, presentation(one, {**two, "name": "changed"}, proof={"type": "DataIntegrityProof"}))
    bad = await registrar.run(*verify, "--json")
    assert (bad.code, bad.json["outcome"]) == (1, "invalid")
    assert [each["outcome"] for each in bad.json["credentials"]] == ["valid", "invalid"]


async def test_presentations_of_every_shape(registrar: Registrar) -> None:
    (one,) = await signed_by(registrar)
    file = registrar.folder / "presentation.json"
    enveloped = {"@context": V2, "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,eyJ"}
    shapes: list[tuple[Any, str, list[str]]] = [
        (presentation(verifiableCredential=one, type="VerifiablePresentation"), "valid", ["valid"]),
        (presentation(one, enveloped), "indeterminate", ["valid", "indeterminate"]),
        (presentation("eyJhbGciOiJFZERTQSJ9.e30.c2ln"), "invalid", ["invalid"]),
        (presentation(enveloped, 7), "invalid", ["indeterminate", "invalid"]),
        (presentation(presentation(one)), "invalid", ["invalid"]),
        (presentation(), "indeterminate", []),
        ({"@context": [V2], "type": ["VerifiablePresentation"]}, "indeterminate", []),
    ]
    for shape, outcome, outcomes in shapes:
        ran = await registrar.run("credential", "verify", written(file, shape), *registrar.asking, "--json")
        assert ran.json["outcome"] == outcome
        assert [each["outcome"] for each in ran.json["credentials"]] == outcomes
        assert ran.code == (0 if outcome == "valid" else 1)
    written(file, presentation(*[one] * 17))
    many = await registrar.run("credential", "verify", file, *registrar.asking, "--json")
    assert (many.code, many.json["outcome"], len(many.json["credentials"])) == (1, "indeterminate", 17)
    assert many.json["credentials"][-1]["checks"][0]["reason"] == "too-much-work"


async def test_a_presentation_that_is_a_credential_as_well_is_judged_as_that(registrar: Registrar) -> None:
    (one,) = await signed_by(registrar)
    both = presentation(one, type=["VerifiableCredential", "VerifiablePresentation"], issuer=one["issuer"])
    both["credentialSubject"] = {"id": "urn:example:somebody", "degree": "Doctor"}
    file = written(registrar.folder / "both.json", {**both, "proof": one["proof"]})
    ran = await registrar.run("credential", "verify", file, *registrar.asking, "--json")
    reasons = [check["reason"] for check in ran.json["checks"] if check["reason"]]
    assert (ran.code, ran.json["outcome"], "wrong-signature" in reasons) == (1, "invalid", True)


async def test_an_anchor_proof_is_of_the_credential_that_it_proves(registrar: Registrar) -> None:
    credentials = await signed_by(registrar, 2)
    did = credentials[0]["issuer"]["id"]
    files = sorted((registrar.folder / "in").glob("*.signed.json"))
    keys = registrar.key("department/transactions-1.key", f"{did}#transactions-1")
    anchored = await registrar.json("anchor", files[1], *registrar.asking, *keys)
    file = written(registrar.folder / "presentation.json", presentation(*credentials))
    verify = ("credential", "verify", file, "--anchor", f"{files[1]}.anchor.json", *registrar.asking)
    found = await registrar.json(*verify)
    assert [each["anchoredMs"] for each in found["credentials"]] == [None, anchored["timeMs"]]
    written(file, presentation(credentials[0], {**credentials[0]}))
    ran = await registrar.run(*verify, "--json")
    of_none = [
        [(check["outcome"], check["reason"]) for check in each["checks"] if check["aspect"] == "anchor"]
        for each in ran.json["credentials"]
    ]
    assert (ran.code, of_none) == (1, [[("invalid", "anchor-unproved")]] * 2)


async def test_an_anchor_proof_says_why_it_leads_to_nothing(registrar: Registrar) -> None:
    """Both are proved: that the issuer has anchored nothing, and that its anchors are all others."""
    await signed_by(registrar, 2)
    files = sorted((registrar.folder / "in").glob("*.signed.json"))
    credential = load(files[0].read_bytes())
    did = str(credential["issuer"]["id"])  # type: ignore[call-overload,index]  # JSON
    made = batch([credential_hash(credential)], bytes)
    document = {"issuer": did, "root": made.root.hex(), **made.proofs[0].to_json()}
    proof = written(registrar.folder / "proof.anchor.json", document)
    verify = ("credential", "verify", files[0], "--anchor", proof, *registrar.asking, "--json")

    async def anchor_check() -> tuple[int, str, str, str]:
        ran = await registrar.run(*verify)
        (found,) = (check for check in ran.json["checks"] if check["aspect"] == "anchor")
        assert ran.json["anchoredMs"] is None
        return ran.code, found["outcome"], found["reason"], found["detail"]

    nothing = (1, "invalid", "anchor-unproved", "the issuer has anchored nothing")
    assert await anchor_check() == nothing
    keys = registrar.key("department/transactions-1.key", f"{did}#transactions-1")
    await registrar.json("anchor", files[1], *registrar.asking, *keys)
    others = "the issuer has anchored 1 root, and this is none of them"
    assert await anchor_check() == (1, "invalid", "anchor-unproved", others)
    builder = registrar.ledger.builder()
    builder.anchor(UNIVERSITY, made.root, made.size)
    registrar.ledger.commit(registrar.ledger.sign(builder))
    assert await anchor_check() == (
        1,
        "invalid",
        "anchor-unproved",
        others,
    )  # another issuer's proves nothing


NO_DID = "its issuer is no DID that the registry can hold: "
METHODS = f"{NO_DID}the registry holds DIDs of the methods did:web and did:matricula, not did:"
UNASKED = {
    "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi": f"{METHODS}key",
    "did:jwk:" + "e" * 600: f"{METHODS}jwk",
    "https://university.example": (
        f"{NO_DID}it is a web address: the DID of https://university.example is did:web:university.example"
    ),
    "did:web:University.Example": f"{NO_DID}a host is in lower case",
    "did:web:localhost%3a8443": (
        f"{NO_DID}a port is written %3A8443: %3A with a capital A, "
        "then 1 to 5 digits that do not begin with 0"
    ),
    "did:web:bücher.example": (
        f"{NO_DID}character 10 (U+00FC) is not of a to z: a name in another script is written "
        "in punycode (xn--…)"
    ),
    "did:web:" + "a." * 100 + "example": f"{NO_DID}it has 215 characters, more than the 180 allowed",
}


@pytest.mark.parametrize("issuer", UNASKED, ids=lambda issuer: issuer[:30])
async def test_where_nothing_is_looked_up_that_is_said_and_why(issuer: str, registrar: Registrar) -> None:
    file = written(registrar.folder / "foreign.json", by_stranger(issuer))
    nobody = ("--node", "http://127.0.0.1:1", "--genesis", str(registrar.genesis))
    ran = await registrar.run("credential", "verify", file, *nobody, "--json")
    assert (ran.code, ran.json["asOfMs"]) == (1, None)
    assert ran.json["outcome"] in ("invalid", "indeterminate")
    assert ran.json["notLookedUp"] == UNASKED[issuer]
    people = await registrar.run("credential", "verify", file, *nobody)
    expected = f"{ran.json['outcome']}, the registry was not asked: {UNASKED[issuer]}; policy: employer"
    assert people.out.splitlines()[-1] == expected
    assert "1970" not in people.out


async def test_an_issuer_that_is_not_there_was_looked_up(registrar: Registrar) -> None:
    file = written(registrar.folder / "foreign.json", by_stranger("did:web:nobody.example"))
    ran = await registrar.run("credential", "verify", file, *registrar.asking, "--json")
    header = registrar.ledger.view().header
    assert (ran.code, ran.json["asOfMs"], ran.json["notLookedUp"]) == (1, header.time_ms, None)
    assert "other-issuer" in [check["reason"] for check in ran.json["checks"]]


async def test_what_names_no_issuer(registrar: Registrar) -> None:
    file = written(registrar.folder / "none.json", {"hello": "world", "proof": {"type": "x"}})
    ran = await registrar.run("credential", "verify", file, *registrar.asking, "--json")
    assert (ran.code, ran.json["outcome"]) == (1, "invalid")
    assert ran.json["notLookedUp"] == "it names no issuer"


async def test_what_is_wrong_is_shown_inert_and_given_as_it_is(registrar: Registrar) -> None:
    hostile = "\x1b[2J\n\u202e"
    file = written(registrar.folder / "hostile.json", {"id": hostile, "proof": {"type": "x"}})
    program = await registrar.run("credential", "verify", file, *registrar.asking, "--json")
    details = [check["detail"] for check in program.json["checks"]]
    assert f"/id is not one absolute URL: '{hostile}'" in details
    people = await registrar.run("credential", "verify", file, *registrar.asking)
    (line,) = (line for line in people.out.splitlines() if "/id is" in line)
    assert line.endswith("/id is not one absolute URL: '\\u{1B}[2J\\u{A}\\u{202E}'")
    assert "\x1b" not in program.out + people.out


async def test_each_proof_and_each_status_is_told(registrar: Registrar) -> None:
    (one,) = await signed_by(registrar)
    endorsed = eddsa_jcs.sign(one, signing_with(SEED), verification_method=METHOD, created=CREATED)
    file = written(registrar.folder / "endorsed.json", endorsed)
    found = await registrar.json("credential", "verify", file, *registrar.asking)
    assert [(check["aspect"], check["outcome"]) for check in found["checks"]] == [
        ("form", "valid"),
        ("issuer", "valid"),
        ("signature", "valid"),
        ("key", "valid"),
        ("other-proof", "valid"),
        ("dates", "valid"),
        ("status", "valid"),
        ("schema", "indeterminate"),
        ("names", "indeterminate"),
        ("holder", "indeterminate"),
        ("policy", "valid"),
    ]


async def test_the_members_of_the_json_are_documented_ones(registrar: Registrar) -> None:
    (one,) = await signed_by(registrar)
    file = written(registrar.folder / "one.signed.json", one)
    found = await registrar.json("credential", "verify", file, *registrar.asking)
    assert found.keys() == {
        "file",
        "id",
        "outcome",
        "sentence",
        "policy",
        "questions",
        "asOfMs",
        "notLookedUp",
        "anchoredMs",
        "checks",
        "proofs",
        "names",
        "evidence",
    }
    assert json.loads(json.dumps(found)) == found


async def test_whose_it_is_is_proved_to_whoever_asked(registrar: Registrar) -> None:
    file = registrar.folder / "token"
    verify = ("credential", "verify", file, *registrar.asking, "--policy", "professional-development")
    asked = ("--audience", AUDIENCE, "--nonce", NONCE)
    file.write_text(presented())

    async def holder(*more: str) -> tuple[str, str | None]:
        ran = await registrar.run(*verify, *more, "--json")
        (found,) = (check for check in ran.json["checks"] if check["aspect"] == "holder")
        return found["outcome"], found["reason"]

    assert await holder(*asked) == ("valid", None)
    assert await holder() == ("indeterminate", "holder-unproved")
    assert await holder("--audience", AUDIENCE, "--nonce", "another") == ("invalid", "holder-proof-wrong")
    file.write_text(sd_jwt())
    assert await holder(*asked) == ("indeterminate", "holder-unproved")
    alone = await registrar.run(*verify, "--nonce", NONCE)
    assert (alone.code, alone.error[0]) == (2, "--audience and --nonce belong together")
