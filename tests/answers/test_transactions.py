"""The examples of transactions: the file holds just these, and what docs/records.md says makes their bytes
from their fields.
"""

import json
from typing import Any

import pytest

from registry.attachments import SALT_SIZE
from registry.primitives import ed25519
from registry.primitives.codec import encode
from registry.primitives.digest import sha256
from registry.ruleset import CURRENT
from tests.answers.proposed import proposed
from tests.answers.transactions_file import FILE, document, encoded

DOCUMENT: dict[str, Any] = document()
EACH = pytest.mark.parametrize("example", DOCUMENT["transactions"], ids=lambda example: example["name"])
CONTENT_TYPE = b"application/vnd.matricula.transaction+cbor"


def written(value: Any) -> Any:
    """A value of the file as it is encoded."""
    if isinstance(value, dict):
        return bytes.fromhex(value["hex"])
    return list(map(written, value)) if isinstance(value, list) else value


def under(domain: bytes, data: bytes) -> bytes:
    """H(domain, data), as the documents define it."""
    return sha256(domain + b"\0" + data)


def protected_of(example: dict[str, Any]) -> bytes:
    """The protected header, byte by byte: the codec writes no integer keys."""
    key_id: bytes = example["keyId"].encode()
    content_type = b"\x78" + bytes([len(CONTENT_TYPE)]) + CONTENT_TYPE
    return b"\xa3\x01\x32\x03" + content_type + b"\x04\x58" + bytes([len(key_id)]) + key_id


def payload_of(example: dict[str, Any]) -> bytes:
    genesis_hash, nonce = bytes.fromhex(DOCUMENT["genesisHash"]), bytes.fromhex(example["nonce"])
    operations, addresses = written(example["operations"]), written(example["addresses"])
    return encode([1, genesis_hash, nonce, example["validUntilMs"], operations, addresses])


def test_the_file_holds_these_transactions() -> None:
    assert FILE.read_text("utf-8") == encoded(), "write it anew: python -m tests.answers"
    assert json.loads(encoded()) == DOCUMENT


@EACH
def test_the_fields_give_the_bytes_and_the_id(example: dict[str, Any]) -> None:
    protected, payload = protected_of(example), payload_of(example)
    signed = encode(["Signature1", protected, b"matricula/transaction/v1", payload])
    signature = ed25519.sign(bytes.fromhex(example["seed"]), signed)
    assert example["bytes"] == (b"\xd2" + encode([protected, {}, payload, signature])).hex()
    assert example["id"] == under(b"matricula/transaction-id/v1", signed).hex()


@EACH
def test_new_keys_prove_that_they_are_there(example: dict[str, Any]) -> None:
    adding = [operation for operation in written(example["operations"]) if operation[0] == 2]
    assert len(adding) == len(example["newKeys"])
    for key, (code, did, new, (possession,)) in zip(example["newKeys"], adding, strict=True):
        said = bytes.fromhex(DOCUMENT["genesisHash"] + example["nonce"]) + encode([code, did, new, []])
        message = b"matricula/possession/v1\0" + said
        assert possession == ed25519.sign(bytes.fromhex(key["seed"]), message)
        assert new == [key["fragment"], 2, b"\xed\x01" + ed25519.public_key(bytes.fromhex(key["seed"]))]


@EACH
def test_attachments_have_their_addresses(example: dict[str, Any]) -> None:
    attachments = example["attachments"]
    salted = [bytes.fromhex(each["salt"]) + each["content"].encode() for each in attachments]
    assert all(len(each["salt"]) == 2 * SALT_SIZE for each in attachments)
    assert written(example["addresses"]) == [under(b"matricula/attachment/v1", each) for each in salted]


def test_every_operation_on_proposals_has_an_example() -> None:
    shown = {operation[0] for example in DOCUMENT["transactions"] for operation in example["operations"]}
    proposals = next(kind for kind in CURRENT.kinds if kind.name == "pending")
    assert shown >= {operation.code for operation in proposals.operations}


def test_they_are_the_transactions_of_the_ledger_in_their_order() -> None:
    on_the_ledger = [
        data.hex()
        for block in proposed().ledger.view().blocks
        if block is not None
        for data in block.transactions
    ]
    assert [example["bytes"] for example in DOCUMENT["transactions"]] == on_the_ledger
