"""P1 to P5, and agreement with another implementation of eddsa-jcs-2022."""

import json

import pytest

from api.credentials.document import Document, Json, load
from api.credentials.formats.data_integrity.eddsa_jcs import sign
from api.credentials.formats.data_integrity.fault import ProofError, ProofFault
from api.credentials.formats.data_integrity.proof import DataIntegrityProof, proofs, read_proof
from api.credentials.formats.data_integrity.proving import verify
from api.credentials.formats.data_integrity.signed_bytes import SignedBytes
from api.credentials.multikey import base58_encode, key_of_text
from api.credentials.public_key import KeyAlgorithm, PublicKey
from registry.primitives import ed25519
from registry.primitives.ed25519 import signing_with
from tests.api.credentials.samples import CREATED, METHOD, PUBLIC_KEY, SEED, credential, did_key_method
from tests.api.verifier.credential.awarded import proof_of

FOREIGN: Document = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:0e2a4a10-93bc-4d3e-a1b3-6d8f0f4f2e11",
    "type": ["VerifiableCredential"],
    "issuer": "did:key:z6MkvDqGT54cXesYGvABpF1UapVNwjCqRcafi4Px6Thv5T3Z",
    "validFrom": "2026-01-31T12:00:00Z",
    "credentialSubject": {
        "name": "Zoë € 🎓",
        "half": 0.5,
        "small": 1e-7,
        "large": 1e21,
        "nested": [1, True, None, {"€": 1, "b": 2, "a": '\u0001"\\'}],
    },
}
# Made once by @digitalbazaar/eddsa-jcs-2022-cryptosuite 1.0 with jsonld-signatures from the same document,
# seed and date.
FOREIGN_PROOF_VALUE = (
    "z5K3cYyrv8tqKoDi9crrdm1gMwZtKQwKt5CLqTwQHX2XPyj6B7d8Sa8bNY7Eurjsi1c9Bn2iB2C6ccCQ8P8Tq9YBp"
)


def only_proof(document: Document) -> Document:
    (proof,) = proofs(document)
    return proof


def check(document: Document, proof: DataIntegrityProof, key: bytes) -> None:
    verify(SignedBytes(document), proof, PublicKey(KeyAlgorithm.ED25519, key))


def fault_of(document: Document, key: bytes = PUBLIC_KEY) -> ProofFault | None:
    try:
        check(document, read_proof(only_proof(document)), key)
    except ProofError as error:
        return error.fault
    return None


def signed(document: Document) -> Document:
    return sign(document, signing_with(SEED), verification_method=METHOD, created=CREATED)


def test_same_signature_as_another_implementation() -> None:
    document = signed(FOREIGN)
    assert document["proof"] == {
        "type": "DataIntegrityProof",
        "created": CREATED,
        "verificationMethod": METHOD,
        "cryptosuite": "eddsa-jcs-2022",
        "proofPurpose": "assertionMethod",
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "proofValue": FOREIGN_PROOF_VALUE,
    }
    assert fault_of(document) is None


def test_published_hashes_give_the_published_signature() -> None:
    """W3C Data Integrity EdDSA Cryptosuites 1.0, Appendix B.2: key pair, the two hashes, and the signature
    of them.
    """
    seed = bytes.fromhex("c96ef9ea10c5e414c471723aff9de72c35fa5b70fae97e8832ecac7d2e2b8ed6")
    proof_hash = bytes.fromhex("66ab154f5c2890a140cb8388a22a160454f80575f6eae09e5a097cabe539a1db")
    document_hash = bytes.fromhex("59b7cb6251b8991add1ce0bc83107e3db9dbbab5bd2c28f687db1a03abc92f19")
    assert ed25519.public_key(seed) == key_of_text("z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2")
    value = "z2HnFSSPPBzR36zdDgK8PbEHeXbR56YF24jwMpt3R1eHXQzJDMWS93FCzpvJpwTWd3GAVFuUfjoJdcnTMuVor51aX"
    assert base58_encode(ed25519.sign(seed, proof_hash + document_hash)) == value


def test_reading_and_writing_do_not_touch_the_signature() -> None:
    text = json.dumps(signed(credential()), indent=3, ensure_ascii=True).encode()
    assert fault_of(load(text)) is None


def test_every_changed_member_breaks_it() -> None:
    whole = signed(credential())
    for name in whole:
        if name == "proof":
            continue
        changed = {**whole, name: "urn:changed"}
        expected = ProofFault.CONTEXT_MISMATCH if name == "@context" else ProofFault.WRONG_SIGNATURE
        assert fault_of(changed) is expected
        missing = {kept: value for kept, value in whole.items() if kept != name}
        assert fault_of(missing) is expected
    assert fault_of({**whole, "added": 1}) is ProofFault.WRONG_SIGNATURE


def test_every_changed_member_of_the_proof_breaks_it() -> None:
    whole = signed(credential())
    proof = only_proof(whole)

    def with_proof(changed: Document) -> Document:
        return {**whole, "proof": changed}

    changes: dict[str, tuple[Json, ProofFault]] = {
        "type": ("SomeProofType", ProofFault.UNSUPPORTED_SUITE),
        "cryptosuite": ("eddsa-rdfc-2023", ProofFault.UNSUPPORTED_SUITE),
        "created": ("2026-01-31T12:00:01Z", ProofFault.WRONG_SIGNATURE),
        "verificationMethod": ("did:key:z6Mk", ProofFault.WRONG_SIGNATURE),
        "proofPurpose": ("authentication", ProofFault.WRONG_PURPOSE),
        "@context": (["https://www.w3.org/ns/credentials/v1"], ProofFault.CONTEXT_MISMATCH),
        "proofValue": (base58_encode(bytes(64)), ProofFault.WRONG_SIGNATURE),
    }
    assert set(changes) == set(proof)
    for name, (value, fault) in changes.items():
        assert fault_of(with_proof({**proof, name: value})) is fault
    without_context: Document = {name: value for name, value in proof.items() if name != "@context"}
    assert fault_of(with_proof(without_context)) is ProofFault.WRONG_SIGNATURE
    assert fault_of(with_proof({**proof, "nonce": "x"})) is ProofFault.WRONG_SIGNATURE


def test_context_may_grow_only_behind_what_was_signed() -> None:
    whole = signed(FOREIGN)
    longer: Document = {
        **whole,
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://other.example/v1"],
    }
    assert fault_of(longer) is None
    before: Document = {
        **whole,
        "@context": ["https://other.example/v1", "https://www.w3.org/ns/credentials/v2"],
    }
    assert fault_of(before) is ProofFault.CONTEXT_MISMATCH


MALFORMED: dict[str, tuple[object, ProofFault]] = {
    "no proof": (None, ProofFault.NO_PROOF),
    "an empty set": ([], ProofFault.NO_PROOF),
    "not an object": (["x"], ProofFault.MALFORMED),
    "too many": ([{}] * 9, ProofFault.TOO_MANY_PROOFS),
}


@pytest.mark.parametrize(("proof", "fault"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_sets(proof: object, fault: ProofFault) -> None:
    with pytest.raises(ProofError) as caught:
        proofs({"proof": proof})  # type: ignore[dict-item]
    assert caught.value.fault is fault


MEMBERS: dict[str, tuple[str, object, ProofFault]] = {
    "no value": ("proofValue", None, ProofFault.MALFORMED),
    "a short value": ("proofValue", "z6Mk", ProofFault.MALFORMED),
    "another base": ("proofValue", "u" + "A" * 86, ProofFault.MALFORMED),
    "no base58": ("proofValue", "z0OIl", ProofFault.MALFORMED),
    "a value that would cost much": ("proofValue", "z" + "2" * 100_000, ProofFault.MALFORMED),
    "a number for a value": ("proofValue", 5, ProofFault.MALFORMED),
    "no method": ("verificationMethod", None, ProofFault.MALFORMED),
    "no purpose": ("proofPurpose", None, ProofFault.MALFORMED),
    "a chain of numbers": ("previousProof", 5, ProofFault.MALFORMED),
    "a chain to nothing": ("previousProof", [], ProofFault.MALFORMED),
    "a domain that is none": ("domain", {}, ProofFault.MALFORMED),
    "a challenge that is none": ("challenge", ["x"], ProofFault.MALFORMED),
}


@pytest.mark.parametrize(("name", "value", "fault"), MEMBERS.values(), ids=MEMBERS.keys())
def test_malformed_members(name: str, value: object, fault: ProofFault) -> None:
    proof = {**only_proof(signed(credential())), name: value}
    with pytest.raises(ProofError) as caught:
        read_proof({kept: item for kept, item in proof.items() if item is not None})  # type: ignore[misc]
    assert caught.value.fault is fault


def test_dates_are_hashed_and_not_read() -> None:
    """P6: a right signature over dates that nobody can read is a right signature; `sign` makes none."""
    whole = credential()
    with pytest.raises(ProofError) as caught:
        sign(whole, signing_with(SEED), verification_method=METHOD, created="2026-01-31")
    assert caught.value.fault is ProofFault.MALFORMED
    dated: Document = {**whole, "proof": proof_of(whole, created="2026-01-31", expires=5)}
    assert fault_of(dated) is None
    assert fault_of({**dated, "proof": {**only_proof(dated), "expires": 6}}) is ProofFault.WRONG_SIGNATURE


def test_proofs_of_a_set_are_independent() -> None:
    second = bytes([9]) * 32
    method = did_key_method(ed25519.public_key(second))
    both = sign(signed(credential()), signing_with(second), verification_method=method, created=CREATED)
    first_proof, second_proof = (read_proof(proof) for proof in proofs(both))
    check(both, first_proof, PUBLIC_KEY)
    check(both, second_proof, ed25519.public_key(second))
    with pytest.raises(ProofError) as caught:
        check(both, first_proof, ed25519.public_key(second))
    assert caught.value.fault is ProofFault.WRONG_SIGNATURE


@pytest.mark.parametrize(
    "document", [{"a": float("inf")}, {"a": "\ud800"}, {"\ud800": 1}, {"a": {"\ud800": 1}}]
)
def test_what_has_no_canonical_form_is_not_signed(document: Document) -> None:
    with pytest.raises(ProofError) as caught:
        signed(document)
    assert caught.value.fault is ProofFault.NO_CANONICAL_FORM
