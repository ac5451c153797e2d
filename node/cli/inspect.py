"""`matricula inspect`: what is in a file. It decodes, checks nothing against a ledger, and opens no key."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from api.verifier.encoding import answer_from_json, answer_to_json, decode_answer
from api.verifier.json_form import to_json
from node.bounded_files import read_at_most, read_open_at_most
from node.cli.commands import single
from node.cli.console import Output, json_lines
from node.cli.options import Json
from node.explained import Explained
from node.words import fingerprint
from registry.genesis import GenesisDocument
from registry.operations.union import Operation
from registry.primitives.codec import Malformed
from registry.rejection import Refused
from registry.transaction import Transaction

MAX_FILE_BYTES = 16 * 1024 * 1024
_COSE_SIGN1 = b"\xd2"
_OPERATION_NAMES = {operation: operation.__name__ for operation in get_args(Operation)}


def inspect(
    file: Annotated[str, typer.Argument(help="A file, or - for standard input.")], json: Json = False
) -> None:
    """Show what a file holds: a transaction, an answer, a genesis document, a founding file or a key file.

    Bytes are shown in base64url. A key file's secret stays sealed.
    """
    data = _read(file)
    what, content = _recognise(data, file)
    Output(json).result({"what": what, "content": content}, [what, *json_lines(content)])


def _read(file: str) -> bytes:
    if file == "-":
        return read_open_at_most(sys.stdin.buffer, MAX_FILE_BYTES, file)
    return read_at_most(Path(file), MAX_FILE_BYTES)


def _recognise(data: bytes, where: str) -> tuple[str, Any]:
    if data.lstrip()[:1] == b"{":
        return _from_json(data, where)
    readers: dict[str, Callable[[bytes], Any]] = (
        {"transaction": _transaction}
        if data[:1] == _COSE_SIGN1
        else {"genesis document": _genesis, "answer": lambda data: answer_to_json(decode_answer(data))}
    )
    findings = []
    for what, read in readers.items():
        try:
            return what, read(data)
        except (Malformed, Refused) as error:
            findings.append(f"not a {what}: {error}")
    raise Explained("; ".join(findings), where=where, do="check that the file arrived whole")


def _from_json(data: bytes, where: str) -> tuple[str, Any]:
    try:
        document = json.loads(data)
        match document:
            case {"format": str(name)} if name.startswith("matricula/founding/"):
                return "founding file", document
            case {"format": str(name), "secretbox": _} if name.startswith("matricula/key/"):
                return "key file", {**document, "secretbox": "(sealed)"}
        return "answer", answer_to_json(answer_from_json(document))
    except (ValueError, RecursionError) as error:
        do = "it reads founding files, key files and answers in JSON"
        raise Explained(f"not a file of ours: {error}", where=where, do=do) from error


def _transaction(data: bytes) -> Any:
    transaction = Transaction.decode(data)
    return {
        "id": transaction.id.hex(),
        "signer": f"{transaction.did}#{transaction.fragment}",
        "bytes": len(data),
        "payload": to_json(transaction.payload, _OPERATION_NAMES),
    }


def _genesis(data: bytes) -> Any:
    document = GenesisDocument.decode(data)
    return {
        "genesisHash": document.genesis_hash.hex(),
        "fingerprint": fingerprint(document.genesis_hash),
        "name": document.name,
        "kind": document.kind.name.lower(),
        "timeMs": document.time_ms,
        "ruleset": document.ruleset,
        "parameters": to_json(document.parameters, {}),
        "members": to_json(document.members, {}),
        "validators": to_json(document.validators.validators, {}),
    }


command = single(inspect)
