"""`docs/examples/transactions.json`: the transactions of one of the ledgers behind the examples of answers,
for whoever writes transactions. Each has the seed that signs, the fields, the bytes and the id.
"""

import json
from pathlib import Path
from typing import Any, Final

from registry.attachments import Attachment
from registry.build import OwnedKey
from registry.primitives.codec import decode
from registry.transaction import MAX_TRANSACTION_BYTES, Transaction
from tests.answers.proposed import Written, proposed
from tests.api.ledger import GENESIS

FILE: Final = Path(__file__).parents[2] / "docs" / "examples" / "transactions.json"
ABOUT: Final = (
    "Transactions as bytes, in the order of their ledger: see docs/records.md. All byte strings are "
    "hexadecimal; within `operations` and `addresses` each is an object with the member `hex`. `seed` is the "
    "private key that signs, as the 32 bytes of RFC 8032, and `keyId` its name. `newKeys` are the private "
    "keys of the keys that the operations add: they make the proofs of possession. `attachments` are what "
    "`addresses` name. `cost` is what the transaction was charged, in units. The genesis document is that of "
    "answers.json."
)


def document() -> dict[str, Any]:
    """The whole file."""
    return {
        "about": ABOUT,
        "genesisHash": GENESIS.genesis_hash.hex(),
        "transactions": list(map(_members, proposed().written)),
    }


def encoded() -> str:
    """The file's text: one line a transaction, so that a change shows which one."""
    whole = document()
    lines = [json.dumps(each, separators=(",", ":")) + "\n" for each in whole.pop("transactions")]
    return f'{json.dumps(whole, indent=1)[:-2]},\n "transactions": [\n{",".join(lines)}]\n}}\n'


def _members(written: Written) -> dict[str, Any]:
    transaction = Transaction.decode(written.data)
    envelope: Any = decode(written.data[1:], limit=MAX_TRANSACTION_BYTES)
    payload: Any = decode(envelope[2], limit=MAX_TRANSACTION_BYTES)
    version, _, nonce, valid_until_ms, operations, addresses = payload
    return {
        "name": written.name,
        "says": written.says,
        "seed": written.key.seed.hex(),
        "keyId": f"{transaction.did}#{transaction.fragment}",
        "version": version,
        "nonce": nonce.hex(),
        "validUntilMs": valid_until_ms,
        "operations": _readable(operations),
        "addresses": _readable(addresses),
        "newKeys": list(map(_key, written.new_keys)),
        "attachments": list(map(_attachment, written.attachments)),
        "cost": written.cost,
        "bytes": written.data.hex(),
        "id": transaction.id.hex(),
    }


def _key(key: OwnedKey) -> dict[str, str]:
    return {"fragment": key.fragment, "seed": key.seed.hex()}


def _attachment(attachment: Attachment) -> dict[str, str]:
    return {
        "salt": attachment.salt.hex(),
        "content": attachment.content.decode(),
        "address": attachment.address.hex(),
    }


def _readable(value: Any) -> Any:
    """A decoded value as JSON."""
    if isinstance(value, bytes):
        return {"hex": value.hex()}
    return list(map(_readable, value)) if isinstance(value, list) else value
