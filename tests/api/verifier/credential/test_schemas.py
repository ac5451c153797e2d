"""Whether a credential conforms to the schemas that it names (rules C1 to C4)."""

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

import pytest

from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.data_integrity import eddsa_jcs
from api.credentials.formats.table import read_credential
from api.verifier.credential import Aspect, Check, Facts
from api.verifier.credential.facts import Fetched
from api.verifier.credential.judging import judge
from api.verifier.credential.schemas import schema_signers
from registry.primitives.digest import sha256
from registry.primitives.ed25519 import signing_with
from tests.api.credentials.samples import SEED
from tests.api.verifier.credential.awarded import AWARDED, GOOD, ISSUER, METHOD, NOW_MS, did, signed

URL = "https://schemas.example/badge.json"
D2019 = "https://json-schema.org/draft/2019-09/schema"
D2020 = "https://json-schema.org/draft/2020-12/schema"
GOOD_SCHEMA = {"$schema": D2020, "$id": URL, "type": "object", "required": ["credentialSubject"]}
BAD_SCHEMA = {"$schema": D2020, "$id": URL, "properties": {"credentialSubject": {"required": ["grade"]}}}
SCHEMA_ISSUER = "did:web:schemas.example"


def fetched(document: Any) -> Fetched:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Fetched(URL, data, "application/schema+json", NOW_MS, sha256(data))


def facts(schema: Fetched | Flaw, **identities: Any) -> Facts:
    known = {**GOOD.identities, **{name.replace("_", ":"): known for name, known in identities.items()}}
    return replace(GOOD, identities=known, schemas={URL: schema})


def checks(
    schema: Fetched | Flaw, kind: str = "JsonSchema", known: Facts | None = None, **named: Any
) -> list[Check]:
    """The checks of the schema alone."""
    credential = read_credential(
        json.dumps(signed(AWARDED, credentialSchema={"id": URL, "type": kind, **named})).encode()
    )
    found = judge(credential, known or facts(schema), now_ms=NOW_MS)
    return [check for check in found if check.aspect is Aspect.SCHEMA]


@pytest.mark.parametrize("kind", ["JsonSchema", "1EdTechJsonSchemaValidator2019"])
@pytest.mark.parametrize("draft", [D2019, f"{D2019}#", D2020])
def test_c4_both_drafts_are_read(kind: str, draft: str) -> None:
    [good] = checks(fetched({**GOOD_SCHEMA, "$schema": draft}), kind)
    [bad] = checks(fetched({**BAD_SCHEMA, "$schema": draft}), kind)
    assert (good.reason, bad.reason) == (None, CredentialFlaw.SCHEMA_VIOLATED)
    assert bad.detail == "/credentialSchema: /credentialSubject: grade is missing"


UNREACHABLE = Flaw(CredentialFlaw.SCHEMA_UNREACHABLE, "status-4xx")


@pytest.mark.parametrize(
    ("schema", "reason", "told"),
    [
        (UNREACHABLE, CredentialFlaw.SCHEMA_UNREACHABLE, "status-4xx"),
        (fetched({"$schema": "http://json-schema.org/draft-07/schema#"}), None, "draft-07"),
        (fetched({"type": "object"}), None, "$schema is null"),
        (fetched({"$schema": D2020, "type": 5}), None, "no JSON Schema"),
        (fetched({"$schema": D2020, "$ref": "https://other.example/"}), None, "outside of itself"),
        (fetched({"$schema": D2020, "$ref": "#"}), None, "circle"),
        (fetched(b"<html>"), None, "not JSON"),
        (fetched(b"[" * 1000), None, "nested"),
        (fetched(b"\xff\xfe{\x00}\x00"), None, "UTF-8"),
        (fetched(b'{"a": 1, "a": 2}'), None, "twice"),
        (fetched(b"{" + b" " * (1 << 20) + b"}"), None, "bytes"),
    ],
)
def test_c1_what_cannot_be_judged_leaves_the_question_open(
    schema: Fetched | Flaw, reason: CredentialFlaw | None, told: str
) -> None:
    [check] = checks(schema)
    assert check.reason is (reason or CredentialFlaw.SCHEMA_UNSUPPORTED)
    assert check.outcome == "indeterminate"
    assert told in check.detail and len(check.detail) <= 200


def test_c1_another_kind_of_schema() -> None:
    [check] = checks(fetched(GOOD_SCHEMA), "ZkpExampleSchema2018")
    assert check.reason is CredentialFlaw.SCHEMA_UNSUPPORTED


def test_a_schema_that_nobody_asked_for_is_not_told() -> None:
    assert checks(fetched(GOOD_SCHEMA), known=GOOD) == []


def sri(data: bytes) -> str:
    return f"sha256-{b64encode(sha256(data)).decode()}"


def test_c2_only_the_bytes_with_the_digest_are_the_schema() -> None:
    good = fetched(GOOD_SCHEMA)
    [right] = checks(good, digestSRI=sri(good.data))
    [wrong] = checks(good, digestSRI=sri(b"other"))
    assert (right.reason, wrong.reason) == (None, CredentialFlaw.SCHEMA_CHANGED)
    assert wrong.outcome == "indeterminate"


def test_c2_also_where_it_is_a_related_resource() -> None:
    good = fetched(GOOD_SCHEMA)
    for data, reason in ((good.data, None), (b"other", CredentialFlaw.SCHEMA_CHANGED)):
        related = [{"id": URL, "digestSRI": sri(data)}]
        document = signed(
            AWARDED, credentialSchema={"id": URL, "type": "JsonSchema"}, relatedResource=related
        )
        found = judge(read_credential(json.dumps(document).encode()), facts(good), now_ms=NOW_MS)
        assert [check.reason for check in found if check.aspect is Aspect.SCHEMA] == [reason]


def schema_credential(
    schema: Any = None, key: str = f"{SCHEMA_ISSUER}#credentials-1", **changed: Any
) -> bytes:
    """A schema in a credential of its own."""
    document: Any = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "JsonSchemaCredential"],
        "issuer": SCHEMA_ISSUER,
        "credentialSubject": {"id": URL, "type": "JsonSchema", "jsonSchema": schema or GOOD_SCHEMA},
        **changed,
    }
    made = eddsa_jcs.sign(
        document, signing_with(SEED), verification_method=key, created="2026-01-31T12:00:00Z"
    )
    return json.dumps(made).encode()


KIND = "JsonSchemaCredential"


def judged(data: bytes, issuer: Any = ...) -> Check:
    identity = did() if issuer is ... else issuer
    known = replace(facts(fetched(data)), identities={**GOOD.identities, SCHEMA_ISSUER: identity})
    [check] = checks(fetched(data), KIND, known)
    return check


def test_c3_a_schema_credential_counts_by_its_own_issuer() -> None:
    assert judged(schema_credential()).reason is None
    assert judged(schema_credential(BAD_SCHEMA)).reason is CredentialFlaw.SCHEMA_VIOLATED


@pytest.mark.parametrize(
    ("data", "issuer"),
    [
        (schema_credential(), None),
        (schema_credential(), Flaw(CredentialFlaw.DID_UNREACHABLE, "")),
        (schema_credential(key=METHOD), ...),
        (schema_credential(validUntil="2020-01-01T00:00:00Z"), ...),
        (schema_credential().replace(b'"required"', b'"Required"'), ...),
        (json.dumps({**json.loads(schema_credential()), "proof": []}).encode(), ...),
    ],
    ids=["unknown issuer", "unreachable issuer", "another signer", "expired", "changed", "unsigned"],
)
def test_c3_one_that_is_not_proved_counts_for_nothing(data: bytes, issuer: Any) -> None:
    check = judged(data, issuer)
    assert (check.reason, check.outcome) == (CredentialFlaw.SCHEMA_UNPROVED, "indeterminate")


@pytest.mark.parametrize(
    "data",
    [
        b"{}",
        schema_credential(type=["VerifiableCredential"]),
        schema_credential(credentialSubject={"id": URL}),
        schema_credential(credentialSubject=[{"jsonSchema": GOOD_SCHEMA}]),
    ],
)
def test_c1_what_is_no_schema_credential(data: bytes) -> None:
    assert judged(data).reason is CredentialFlaw.SCHEMA_UNSUPPORTED


def test_who_signed_a_schema_is_to_be_looked_up() -> None:
    document = signed(AWARDED, credentialSchema={"id": URL, "type": KIND})
    claims = read_credential(json.dumps(document).encode()).claims
    assert schema_signers(claims, facts(fetched(schema_credential()))) == (SCHEMA_ISSUER,)
    assert schema_signers(claims, facts(fetched(schema_credential(key=METHOD)))) == (SCHEMA_ISSUER, ISSUER)
    assert schema_signers(claims, facts(fetched(b"{}"))) == ()
    assert schema_signers(claims, facts(UNREACHABLE)) == ()
