"""`matricula inspect`: what is in a file. It decodes, checks nothing against a ledger, and opens no key."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from api.answer.encoding import UnsupportedVersion, answer_to_json, read_answer
from api.answer.json_form import to_json
from api.credentials.document import load
from node.cli.arguments.commands import single
from node.cli.arguments.options import JsonOption
from node.cli.terminal.console import Output, json_lines
from node.files.bounded import object_of_kind, read_file, read_open, wrong_file
from node.files.expected import ANY_OF_OURS
from node.files.foreign import FileKind, of_document, recognise
from node.wording.explained import Explained
from node.wording.fingerprint import fingerprint
from registry.genesis import GenesisDocument
from registry.primitives.codec import Malformed
from registry.rejection import Refused
from registry.ruleset import CURRENT
from registry.transaction import Transaction

_OPERATION_NAMES = {operation: operation.__name__ for operation in CURRENT.operations}


def inspect(
    file: Annotated[str, typer.Argument(help="A file, or - for standard input.")], json: JsonOption = False
) -> None:
    """Show what a file holds: a transaction, an answer, a genesis document, a founding file or a key file.

    Bytes are shown in base64url. A key file's secret stays sealed.
    """
    data = _read(file)
    kind, content = _recognise(data, file)
    Output(json).result({"what": kind, "content": content}, [kind, *json_lines(content)])


def _read(file: str) -> bytes:
    if file != "-":
        return read_file(Path(file), ANY_OF_OURS)
    if sys.stdin is None:
        raise Explained("there is no standard input", where="-", do="name a file in place of -")
    return read_open(sys.stdin.buffer, ANY_OF_OURS, "standard input")


def _recognise(content: bytes, where: str) -> tuple[str, Any]:
    kind = _kind_of(content, where)
    if kind not in _READERS:
        raise wrong_file(content, ANY_OF_OURS, where)
    kind_name, reader = _READERS[kind]
    try:
        return kind_name, reader(content)
    except (Malformed, Refused, UnsupportedVersion) as error:
        raise wrong_file(content, ANY_OF_OURS, where, str(error)) from error


def _kind_of(content: bytes, where: str) -> FileKind:
    if content.lstrip()[:1] != b"{":
        return recognise(content)
    return of_document(object_of_kind(content, ANY_OF_OURS, where))


def _founding(content: bytes) -> Any:
    return load(content, limit=ANY_OF_OURS.limit_bytes)


def _key(content: bytes) -> Any:
    return {**load(content, limit=ANY_OF_OURS.limit_bytes), "secretbox": "(sealed)"}


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


def _answer(content: bytes) -> Any:
    return answer_to_json(read_answer(content))


_READERS: dict[FileKind, tuple[str, Callable[[bytes], Any]]] = {
    FileKind.TRANSACTION: ("transaction", _transaction),
    FileKind.GENESIS: ("genesis document", _genesis),
    FileKind.ANSWER: ("answer", _answer),
    FileKind.FOUNDING: ("founding file", _founding),
    FileKind.KEY: ("key file", _key),
}
"""What each kind is called for programs, and how its content is read."""


command = single(inspect)
