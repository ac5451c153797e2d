"""Lists whose signature is over what they mean: what is read of one is what is signed."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from api.credentials.document import Document
from api.credentials.flaw import CredentialFlaw
from api.credentials.formats.data_integrity import eddsa_rdfc
from api.verifier.credential.check import Aspect, Check
from registry.primitives.ed25519 import signing_with
from tests.api.credentials.status.lists import CREATED, KEY, SEED, bits, bitstring_list, encoded
from tests.api.verifier.credential.published import BITSTRING, TOLD, judged

MEANING = "https://www.w3.org/ns/credentials/status#encodedList"
MULTIBASE = "https://w3id.org/security#multibase"


def signed_by_meaning(document: Document) -> Any:
    return eddsa_rdfc.sign(document, signing_with(SEED), verification_method=KEY, created=CREATED)


def test_a_list_with_the_suite_that_the_worlds_verifiers_know() -> None:
    data = json.dumps(signed_by_meaning(bitstring_list(5))).encode()
    assert judged(BITSTRING, data) == Check(Aspect.STATUS, CredentialFlaw.REVOKED, TOLD)
    clear = json.dumps(signed_by_meaning(bitstring_list(4))).encode()
    assert judged(BITSTRING, clear).reason is None


def under_another_name(subject: dict[str, Any]) -> dict[str, Any]:
    """The signed values under a name of their own, and others under the name that is read."""
    return {**subject, "real": subject["encodedList"], "encodedList": encoded(bits())}


ATTACKS: dict[str, tuple[list[Any], Callable[[dict[str, Any]], dict[str, Any]]]] = {
    "an alias, and the name defined away": (
        [{"real": {"@id": MEANING, "@type": MULTIBASE}, "encodedList": None}],
        under_another_name,
    ),
    "an alias, and the name left": ([{"real": {"@id": MEANING, "@type": MULTIBASE}}], under_another_name),
    "the whole name": (
        [],
        lambda subject: {
            **subject,
            "encodedList": encoded(bits()),
            MEANING: {"@value": subject["encodedList"], "@type": MULTIBASE},
        },
    ),
    "another list in its place": ([], lambda subject: {**subject, "encodedList": encoded(bits())}),
    "both lists": (
        [],
        lambda subject: {**subject, "encodedList": [encoded(bits()), subject["encodedList"]]},
    ),
    "a member that nothing defines": ([], lambda subject: {**subject, "statusSizes": 1}),
    "another purpose beside": ([], lambda subject: {**subject, "statusPurpose": ["revocation", "refresh"]}),
}


@pytest.mark.parametrize(("contexts", "change"), ATTACKS.values(), ids=ATTACKS.keys())
def test_nobody_puts_another_list_under_the_signature(
    contexts: list[Any], change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    """The signature is over statements, of which the same ones can be written in many ways."""
    document = signed_by_meaning(bitstring_list(5))
    changed = {
        **document,
        "@context": [*document["@context"], *contexts],
        "credentialSubject": change(document["credentialSubject"]),
    }
    check = judged(BITSTRING, json.dumps(changed).encode())
    assert check.reason in {
        CredentialFlaw.NOT_COMPACTED,
        CredentialFlaw.LIST_UNSIGNED,
        CredentialFlaw.LIST_MALFORMED,
    }
