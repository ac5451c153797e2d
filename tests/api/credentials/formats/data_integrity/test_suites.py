"""The suites over RDF: proofs that others have made, changes that each of them notices, sets and chains."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from api.credentials.contexts.library import CONTEXTS
from api.credentials.document import Document, Json, load
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.data_integrity import proving
from api.credentials.formats.data_integrity.fault import ProofError
from api.credentials.formats.data_integrity.proof import DataIntegrityProof
from api.credentials.formats.data_integrity.reading import PlacedProof, secured_document
from api.credentials.formats.data_integrity.signed_bytes import SignedBytes
from api.credentials.formats.data_integrity.suite import Suite
from api.credentials.formats.data_integrity.suites import (
    ECDSA_RDFC,
    ED25519_2020,
    EDDSA_JCS,
    EDDSA_RDFC,
    SUITES,
)
from api.credentials.linked_data.refusal import LinkedDataError
from api.credentials.multikey import KeyTextError, base58_decode, base58_encode
from api.credentials.public_key import KeyAlgorithm, PublicKey
from registry.primitives import ed25519
from registry.primitives.ed25519 import Sign, signing_with
from tests.api.credentials.contexts.imported import in_folder
from tests.api.credentials.samples import CREATED, METHOD, PUBLIC_KEY, SEED, credential

V2 = "https://www.w3.org/ns/credentials/v2"
DATA_INTEGRITY = "https://w3id.org/security/data-integrity/v2"
SIGNATURE_2020 = "https://w3id.org/security/suites/ed25519-2020/v1"
PRIVATE = ec.derive_private_key(0x51D0F2A0B7C33, ec.SECP256R1())
P256 = PublicKey.from_multikey(
    KeyAlgorithm.P256.prefix + PRIVATE.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
)
EDWARDS = PublicKey(KeyAlgorithm.ED25519, PUBLIC_KEY)
P256_METHOD = f"did:key:{P256.text}#{P256.text}"


def es256(message: bytes) -> bytes:
    r, s = decode_dss_signature(PRIVATE.sign(message, ec.ECDSA(SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


KEYS: dict[KeyAlgorithm, tuple[PublicKey, Sign, str]] = {
    KeyAlgorithm.ED25519: (EDWARDS, signing_with(SEED), METHOD),
    KeyAlgorithm.P256: (P256, es256, P256_METHOD),
}


def draft(suite: Suite) -> Document:
    """A badge whose contexts define the suite's proofs."""
    whole = credential()
    contexts = whole["@context"]
    assert isinstance(contexts, list)
    return {**whole, "@context": [*contexts, SIGNATURE_2020]} if suite is ED25519_2020 else whole


def signed(suite: Suite, document: Document | None = None) -> Document:
    _, sign, method = KEYS[suite.algorithm]
    unsigned = draft(suite) if document is None else document
    return proving.sign(unsigned, sign, suite=suite, verification_method=method, created=CREATED)


def only(document: Document) -> PlacedProof:
    (proof,) = secured_document(document).proofs
    return proof


def flaw_of(document: Document, key: PublicKey) -> CredentialFlaw | None:
    """What is said of the one proof of a document, by that key."""
    proof = only(document)
    flaw = proof.flaw or proof.verify(key.multikey)
    return None if flaw is None else flaw.reason


@pytest.fixture
def imported(vectors: Path) -> Iterator[None]:
    """The contexts of the vectors are imported while a test runs."""
    CONTEXTS.look_in(in_folder(vectors / "contexts"))
    yield
    CONTEXTS.look_in(lambda url: None)


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_what_is_signed_verifies(suite: Suite) -> None:
    document = signed(suite)
    key = KEYS[suite.algorithm][0]
    assert only(document).suite == suite.name
    assert flaw_of(document, key) is None
    again = load(json.dumps(document).encode())
    assert flaw_of(again, key) is None


@pytest.mark.parametrize("suite", SUITES, ids=lambda suite: suite.name)
def test_another_key_or_algorithm_does_not(suite: Suite) -> None:
    document = signed(suite)
    other = PublicKey(KeyAlgorithm.ED25519, ed25519.public_key(bytes(32)))
    expected = {
        KeyAlgorithm.ED25519: (CredentialFlaw.WRONG_SIGNATURE, CredentialFlaw.ALGORITHM_MISMATCH),
        KeyAlgorithm.P256: (CredentialFlaw.ALGORITHM_MISMATCH, None),
    }[suite.algorithm]
    assert (flaw_of(document, other), flaw_of(document, P256)) == expected
    assert only(document).verify(b"\x81\x24" + bytes(49)) == Flaw(
        CredentialFlaw.KEY_UNREADABLE, "a key of an algorithm unknown here: prefix 8124"
    )


def places(document: Json, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place of a document, without its contexts."""
    if path:
        yield path
    if isinstance(document, dict):
        for name, member in document.items():
            if name != "@context":
                yield from places(member, (*path, name))
    elif isinstance(document, list):
        for index, member in enumerate(document):
            yield from places(member, (*path, index))


def at(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


CHANGES: dict[str, Callable[[Any], Any]] = {
    "another text": lambda found: f"{found}x" if isinstance(found, str) else "urn:changed",
    "a number": lambda found: 77,
    "an object": lambda found: {"id": "urn:changed"},
    "nothing": lambda found: None,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_every_change_is_noticed(change: Callable[[Any], Any]) -> None:
    """Every place of the document and its proof."""
    whole = signed(EDDSA_RDFC)
    key = EDWARDS
    for path in places(whole):
        changed: Any = copy.deepcopy(whole)
        *outer, last = path
        holder = at(changed, tuple(outer))
        holder[last] = change(holder[last])
        secured = secured_document(changed)
        for proof in secured.proofs:
            assert (proof.flaw or proof.verify(key.multikey)) is not None, path
        assert secured.proofs or secured.unproved is not None, path


@pytest.mark.parametrize("suite", [ED25519_2020, ECDSA_RDFC], ids=lambda suite: suite.name)
def test_everything_taken_out_is_noticed(suite: Suite) -> None:
    whole = signed(suite)
    key = KEYS[suite.algorithm][0]
    for path in places(whole):
        changed: Any = copy.deepcopy(whole)
        *outer, last = path
        del at(changed, tuple(outer))[last]
        secured = secured_document(changed)
        for proof in secured.proofs:
            assert (proof.flaw or proof.verify(key.multikey)) is not None, path
        assert secured.proofs or secured.unproved is not None, path


def with_proof(**members: Json) -> Document:
    whole = signed(EDDSA_RDFC)
    assert isinstance(whole["proof"], dict)
    return {**whole, "proof": {**whole["proof"], **members}}


PROOFS: dict[str, tuple[dict[str, Json], CredentialFlaw]] = {
    "a member that nothing defines": ({"comment": "x"}, CredentialFlaw.TERM_UNDEFINED),
    "another date": ({"created": "2026-01-31T12:00:01Z"}, CredentialFlaw.WRONG_SIGNATURE),
    "an end": ({"expires": "2030-01-31T12:00:01Z"}, CredentialFlaw.WRONG_SIGNATURE),
    "a domain": ({"domain": "college.example"}, CredentialFlaw.WRONG_SIGNATURE),
    "a challenge": ({"challenge": "x"}, CredentialFlaw.WRONG_SIGNATURE),
    "a nonce": ({"nonce": "x"}, CredentialFlaw.WRONG_SIGNATURE),
    "an id": ({"id": "urn:proof"}, CredentialFlaw.WRONG_SIGNATURE),
    "another purpose": ({"proofPurpose": "authentication"}, CredentialFlaw.PROOF_PURPOSE),
    "another suite of this key": ({"cryptosuite": "eddsa-jcs-2022"}, CredentialFlaw.WRONG_SIGNATURE),
    "another suite of another key": ({"cryptosuite": "ecdsa-rdfc-2019"}, CredentialFlaw.ALGORITHM_MISMATCH),
    "a suite that is not known": ({"cryptosuite": "bbs-2023"}, CredentialFlaw.SUITE_UNSUPPORTED),
    "a suite that is a list": ({"cryptosuite": ["eddsa-rdfc-2022"]}, CredentialFlaw.SUITE_UNSUPPORTED),
    "another type": ({"type": "Ed25519Signature2020"}, CredentialFlaw.WRONG_SIGNATURE),
    "a context of its own": ({"@context": [V2]}, CredentialFlaw.WRONG_SIGNATURE),
    "a key that is relative": ({"verificationMethod": "#key"}, CredentialFlaw.TERM_UNDEFINED),
    "an earlier proof that is not there": ({"previousProof": "urn:x"}, CredentialFlaw.NO_READABLE_PROOF),
    "a short value": ({"proofValue": "z2"}, CredentialFlaw.PROOF_MALFORMED),
    "a long value": ({"proofValue": "z" + "2" * 100_000}, CredentialFlaw.PROOF_MALFORMED),
    "a value in base64": ({"proofValue": "uAAAA"}, CredentialFlaw.PROOF_MALFORMED),
    "many values": (
        {"nonce": [str(n) for n in range(3_000)]},
        CredentialFlaw.TOO_MUCH_WORK,
    ),
}


@pytest.mark.parametrize(("members", "reason"), PROOFS.values(), ids=PROOFS.keys())
def test_changed_proofs(members: dict[str, Json], reason: CredentialFlaw) -> None:
    found = flaw_of(with_proof(**members), EDWARDS)
    if members.get("type") == "Ed25519Signature2020":  # its own context is not named
        reason = CredentialFlaw.TERM_UNDEFINED
    assert found is reason


def test_a_proof_may_repeat_the_whole_context() -> None:
    whole = signed(EDDSA_RDFC)
    assert isinstance(whole["proof"], dict)
    repeated: Document = {**whole, "proof": {**whole["proof"], "@context": whole["@context"]}}
    assert flaw_of(repeated, EDWARDS) is None


def test_an_earlier_signature_of_another_document() -> None:
    first = signed(EDDSA_RDFC)
    other = {**draft(EDDSA_RDFC), "name": "Another", "proof": first["proof"]}
    assert flaw_of(other, EDWARDS) is CredentialFlaw.WRONG_SIGNATURE


def test_a_proof_over_the_text_is_none_over_the_meaning() -> None:
    """The two forms of one document are never hashed to the same bytes."""
    jcs, rdfc = (signed(suite)["proof"] for suite in (EDDSA_JCS, EDDSA_RDFC))
    assert isinstance(jcs, dict)
    assert isinstance(rdfc, dict)
    swapped: Document = {**draft(EDDSA_RDFC), "proof": {**rdfc, "proofValue": jcs["proofValue"]}}
    assert flaw_of(swapped, EDWARDS) is CredentialFlaw.WRONG_SIGNATURE


def test_what_is_not_wholly_covered_is_not_signed() -> None:
    with pytest.raises(LinkedDataError) as refused:
        signed(EDDSA_RDFC, {**draft(EDDSA_RDFC), "grade": "A"})
    assert refused.value.flaw == Flaw(CredentialFlaw.TERM_UNDEFINED, "'grade'")
    with pytest.raises(ProofError):
        proving.sign(
            draft(EDDSA_RDFC),
            signing_with(SEED),
            suite=EDDSA_RDFC,
            verification_method=METHOD,
            created="today",
        )


# Proof sets and chains.


def chained(*, suite: Suite = EDDSA_RDFC, earlier: Json = "urn:proof:1") -> Document:
    """A badge that its issuer has signed, and whose second proof covers the first."""
    first = signed(suite)
    assert isinstance(first["proof"], dict)
    configuration: Document = {**first["proof"], "id": "urn:proof:1"}
    value = configuration.pop("proofValue")
    assert isinstance(value, str)
    unsecured = {name: member for name, member in first.items() if name != "proof"}
    made = added(unsecured, suite, configuration)
    second = added(
        unsecured, suite, {**configuration, "id": "urn:proof:2", "previousProof": earlier}, (made,)
    )
    return {**unsecured, "proof": [made, second]}


def added(
    document: Document, suite: Suite, configuration: Document, earlier: tuple[Document, ...] = ()
) -> Document:
    """A proof with these members."""
    _, sign, method = KEYS[suite.algorithm]
    unsigned = DataIntegrityProof(suite, method, "assertionMethod", b"", configuration)
    return {**configuration, "proofValue": base58_encode(sign(SignedBytes(document).of(unsigned, earlier)))}


def flaws(document: Document, key: PublicKey = EDWARDS) -> list[CredentialFlaw | None]:
    found = (proof.flaw or proof.verify(key.multikey) for proof in secured_document(document).proofs)
    return [None if flaw is None else flaw.reason for flaw in found]


def proofs_of(document: Document) -> list[Any]:
    found = document["proof"]
    assert isinstance(found, list)
    return copy.deepcopy(found)


@pytest.mark.parametrize("suite", [EDDSA_JCS, EDDSA_RDFC], ids=lambda suite: suite.name)
def test_a_chain(suite: Suite) -> None:
    whole = chained(suite=suite)
    assert flaws(whole) == [None, None]
    assert [proof.remark for proof in secured_document(whole).proofs] == ["", "it covers 1 earlier proof"]
    first, second = proofs_of(whole)
    assert flaws({**whole, "proof": [second, first]}) == [None, None]
    assert flaws({**whole, "proof": second}) == [CredentialFlaw.NO_READABLE_PROOF]
    assert flaws({**whole, "proof": [first, first, second]})[2] is CredentialFlaw.NO_READABLE_PROOF
    forged = {**first, "created": "2026-02-01T12:00:00Z"}
    assert flaws({**whole, "proof": [forged, second]}) == [CredentialFlaw.WRONG_SIGNATURE] * 2
    unbound = {name: member for name, member in second.items() if name != "previousProof"}
    assert flaws({**whole, "proof": [first, unbound]}) == [None, CredentialFlaw.WRONG_SIGNATURE]


def test_a_proof_that_is_bound_to_itself() -> None:
    whole = chained()
    first, second = proofs_of(whole)
    itself = {**second, "previousProof": "urn:proof:2"}
    assert flaws({**whole, "proof": [first, itself]}) == [None, CredentialFlaw.WRONG_SIGNATURE]


def test_a_set_of_several_suites() -> None:
    whole = draft(ED25519_2020)
    for suite in (EDDSA_JCS, EDDSA_RDFC, ED25519_2020):
        whole = signed(suite, whole)
    assert flaws(whole) == [None, None, None]
    shown = [proof.suite for proof in secured_document(whole).proofs]
    assert shown == ["eddsa-jcs-2022", "eddsa-rdfc-2022", "Ed25519Signature2020"]


def test_eight_heavy_proofs_share_the_work() -> None:
    """Each proof of a set has an equal part of the budget, so that they cannot cost more together."""
    heavy: Json = [str(number) for number in range(200)]
    whole = signed(EDDSA_RDFC)
    assert isinstance(whole["proof"], dict)
    alone = {**whole, "proof": {**whole["proof"], "nonce": heavy}}
    assert flaws(alone) == [CredentialFlaw.WRONG_SIGNATURE]
    assert flaws({**whole, "proof": [alone["proof"]] * 8}) == [CredentialFlaw.TOO_MUCH_WORK] * 8


def test_where_a_proof_is_meant_for_is_told() -> None:
    configuration: Document = {
        **EDDSA_RDFC.head(),
        "created": CREATED,
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
        "domain": ["college.example", "other.example"],
        "challenge": "x",
    }
    whole = draft(EDDSA_RDFC)
    proof = only({**whole, "proof": added(whole, EDDSA_RDFC, configuration)})
    assert proof.verify(EDWARDS.multikey) is None
    assert proof.remark == "it was made for 'college.example, other.example'"
    assert proof.parts is not None
    assert proof.parts.challenge == "x"


# What others have signed.


def key_named_by(proof: PlacedProof) -> PublicKey | None:
    """The key in the name of a verification method: of a did:key, or as a fragment."""
    method = proof.proof.get("verificationMethod")
    assert isinstance(method, str)
    signer, _, fragment = method.partition("#")
    try:
        return PublicKey.from_multikey_text(fragment or signer.removeprefix("did:key:"))
    except KeyTextError:
        return None


@pytest.mark.usefixtures("imported")
def test_credentials_that_others_have_really_signed(vectors: Path) -> None:
    """Fifteen of the Digital Credentials Consortium, under did:key and did:web: each names its key."""
    files = sorted((vectors / "credentials/dcc").glob("*.json"))
    assert len(files) == 15
    for file in files:
        proof = only(load(file.read_bytes()))
        key = key_named_by(proof)
        assert key is not None
        assert (proof.suite, proof.flaw, proof.verify(key.multikey)) == ("eddsa-rdfc-2022", None, None)


BADGES: dict[str, list[CredentialFlaw | None]] = {
    "complete": [None],
    "complete_v1": [CredentialFlaw.TYPE_UNDEFINED],
    "simple": [None],
    "simple-context-alias": [None],
    "simple-context-version": [None],
    "simple-did-key-method": [None],
    "simple-did-web-method": [None],
    "simple-eddsa-2022": [CredentialFlaw.SUITE_UNSUPPORTED],
    "simple-err-expired": [None],
    "simple-err-issued": [None],
    "simple-err-proof-value": [CredentialFlaw.WRONG_SIGNATURE],
    "simple-err-context": [CredentialFlaw.TERM_UNDEFINED],
    "simple-err-type": [CredentialFlaw.TYPE_UNDEFINED],
    "simple-err-proof-method-no-scheme": [CredentialFlaw.PROOF_MALFORMED],
    "simple-multiple-proofs": [CredentialFlaw.SUITE_UNSUPPORTED, None],
    "simple_v1": [None],
}


@pytest.mark.usefixtures("imported")
@pytest.mark.parametrize("name", BADGES)
def test_badges_of_the_public_validator(vectors: Path, name: str) -> None:
    """Proofs alone: whose the keys are is another question. simple_v1 is of the old Ed25519Signature2020."""
    secured = secured_document(load((vectors / f"credentials/open-badges/{name}.json").read_bytes()))
    found = []
    for proof in secured.proofs:
        key = None if proof.flaw is not None else key_named_by(proof)
        flaw = proof.flaw if key is None else proof.verify(key.multikey)
        found.append(None if flaw is None else flaw.reason)
    assert found == BADGES[name]


@pytest.mark.usefixtures("imported")
def test_no_changed_credential_of_others_verifies(vectors: Path) -> None:
    """Every text of a really signed credential, changed: none verifies."""
    file = min((vectors / "credentials/dcc").glob("*validStatus*.json"))
    whole = load(file.read_bytes())
    key = key_named_by(only(whole))
    assert key is not None
    for path in places(whole):
        changed: Any = copy.deepcopy(whole)
        holder = at(changed, path[:-1])
        if isinstance(holder[path[-1]], str):
            holder[path[-1]] += "x"
            proof = only(changed)
            assert (proof.flaw or proof.verify(key.multikey)) is not None, path


PUBLISHED: dict[str, tuple[str, str, str, str]] = {
    "eddsa-rdfc-2022": (
        "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2",
        "bea7b7acfbad0126b135104024a5f1733e705108f42d59668b05c0c50004c6b0",
        "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017",
        "z2YwC8z3ap7yx1nZYCg4L3j3ApHsF8kgPdSb5xoS1VR7vPG3F561B52hYnQF9iseabecm3ijx4K1FBTQsCZahKZme",
    ),
    "ecdsa-rdfc-2019": (
        "zDnaepBuvsQ8cpsWrVKw8fbpGpvPeNSjVPTWoq6cRqaYzBKVP",
        "3a8a522f689025727fb9d1f0fa99a618da023e8494ac74f51015d009d35abc2e",
        "517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017",
        "zaHXrr7AQdydBk3ahpCDpWbxfLokDqmCToYm2dyWvpcFVyWooC2he63w1f7UNQoAMKdhaRtcnaE2KTo5o5vTCcfw",
    ),
}
"""Key, hash of the proof configuration, hash of the document, and value: W3C Data Integrity EdDSA
Cryptosuites 1.0, appendix B.1, and ECDSA Cryptosuites 1.0, appendix A.1.
"""


@pytest.mark.parametrize("published", PUBLISHED.values(), ids=PUBLISHED.keys())
def test_published_hashes_and_signatures(published: tuple[str, str, str, str]) -> None:
    key, proof_hash, document_hash, value = published
    signature = base58_decode(value)
    public = PublicKey.from_multikey_text(key)
    assert public.verify(bytes.fromhex(proof_hash + document_hash), signature)
    assert not public.verify(bytes.fromhex(document_hash + proof_hash), signature)
