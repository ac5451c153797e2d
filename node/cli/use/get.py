"""`matricula get`: one question, its answer, and whether it is proved."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from api.answer.askable import require_possible
from api.answer.encoding import MAX_ANSWER_BYTES, decode_answer
from api.answer.question import (
    AnchorQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.client.paths import path_of
from api.interface.media import CBOR
from node.cli.app import UsedWrongly
from node.cli.arguments.commands import given, single
from node.cli.arguments.options import JsonOption
from node.cli.arguments.times import At, KnownAt, parse_time
from node.cli.asking.connection import Connection, connect
from node.cli.asking.proved import source_document
from node.cli.terminal.console import Output
from node.cli.use.answers import show_answer
from node.files.durable import write_whole
from node.wording.times import format_time
from registry.id_forms import NETWORK_ID
from registry.index import INDEX_RECORD
from registry.kinds.anchor.entry import ANCHOR_ENTRY, named_anchor
from registry.kinds.status_list.record import STATUS_LIST_RECORD
from registry.primitives.codec import MAX_INTEGER
from registry.ruleset import CURRENT

_HASH_DIGITS = 64


class Asked(StrEnum):
    """What can be asked for: every kind, an index, a transaction."""

    _ignore_ = "kind members"
    members = vars()
    for kind in CURRENT.kinds:
        members[kind.name.replace("-", "_").upper()] = kind.name
    TRANSACTION = "transaction"


@given(connection=connect)
def get(
    kind: Annotated[Asked, typer.Argument(help="What to ask for.")],
    connection: Connection,
    id: Annotated[  # noqa: A002 -- the name on the command line
        str,
        typer.Argument(
            help="Its id; RELATION/SUBJECT for an index, DID/ROOT for an anchor, hexadecimal for a "
            "transaction, nothing for parameters and validators."
        ),
    ] = "",
    verify: Annotated[
        bool, typer.Option("--verify", help="Check the proof. What is trusted is the genesis document.")
    ] = False,
    known_at: KnownAt = None,
    at: At = None,
    first: Annotated[
        int | None,
        typer.Option(
            "--from", min=0, max=MAX_INTEGER, help="The first entry of an index to show. Default: 0."
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Keep the answer in a file, for `matricula verify`.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Ask a node for a record, an index, an anchor or a transaction, and show what the answer's proof gives.

    An index of many entries comes by pages: a page that is not the last says how to go on. An id that the
    ledger could never hold is refused before anybody is asked, with how it is written.
    """
    output = Output(json)
    question = _question(kind, id, first, parse_time(known_at))
    require_possible(question)
    if verify:
        checked = connection.ask_to_show(question)
        answer, encoded, verdict = checked.answer, checked.encoded, checked.verdict
        source = source_document(checked)
    else:
        node, response = connection.fetch(path_of(question), accept=CBOR, limit=MAX_ANSWER_BYTES)
        encoded, verdict, source = response.body, None, {"node": node}
        answer = decode_answer(encoded)
        if response.unready:
            source["nodeUnready"] = response.unready
            newest = format_time(answer.header.time_ms)
            output.remark(f"The node is not ready: {response.unready} It knows nothing after {newest}.")
    if out is not None:
        write_whole(out, encoded, replace=True)
        output.remark(f"kept in {out}; check it anywhere with `matricula verify {out} --genesis FILE`")
    return show_answer(output, answer, verdict, parse_time(at), source, asked=question)


def _question(kind: Asked, record_id: str, first: int | None, known_at_ms: int | None) -> Question:
    if first is not None and kind != INDEX_RECORD.name:
        raise UsedWrongly(f"a {kind} has no entries", do="leave --from out; it is for an index")
    if kind in CURRENT.single_records:
        return RecordQuestion(kind.value, NETWORK_ID, known_at_ms)
    if not record_id:
        raise UsedWrongly(f"which {kind}?", do="give its id after the kind")
    if kind is Asked.TRANSACTION:
        return _transaction(record_id, known_at_ms)
    if kind == INDEX_RECORD.name:
        return IndexQuestion(record_id, first or 0, known_at_ms)
    if kind == STATUS_LIST_RECORD.name:
        return StatusListQuestion(record_id, known_at_ms)
    if kind == ANCHOR_ENTRY.name:
        return _anchor(record_id, known_at_ms)
    return RecordQuestion(kind.value, record_id, known_at_ms)


def _anchor(name: str, known_at_ms: int | None) -> AnchorQuestion:
    named = named_anchor(name)
    if named is None:
        do = "give DID/ROOT: the issuer, a slash, and the root in 64 hexadecimal digits in lower case"
        raise UsedWrongly(f"{name!r} names no anchor", do=do)
    issuer, root = named
    return AnchorQuestion(issuer, root, known_at_ms)


def _transaction(transaction_id: str, known_at_ms: int | None) -> TransactionQuestion:
    digits = frozenset("0123456789abcdef")
    if len(transaction_id) != _HASH_DIGITS or not digits.issuperset(transaction_id):
        raise UsedWrongly(f"{transaction_id!r} is no transaction's id", do="give its 64 hexadecimal digits")
    if known_at_ms is not None:
        do = "leave --known-at out: the answer says when it was recorded"
        raise UsedWrongly("a transaction is in the ledger or not", do=do)
    return TransactionQuestion(bytes.fromhex(transaction_id))


command = single(get)
