"""`matricula did compare`: what the web says of DIDs, beside what the ledger says."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from api.documents.did_comparison import DidComparison
from api.lookup.fault import FetchError
from api.lookup.fetching import Fetcher
from api.lookup.target import Origin, origin_of
from node.cli.app import UsedWrongly
from node.cli.arguments.commands import given
from node.cli.arguments.options import JsonOption
from node.cli.asking.connection import Connection, connect
from node.cli.asking.proved import look_up
from node.cli.issue.own_dids import own_dids
from node.cli.terminal.console import Output
from node.observing.did_watch import compare_did
from node.process import clock
from node.wording.explained import Explained
from registry.kinds.did.record import DID_RECORD, Did
from registry.names import WEB_METHOD


@given(connection=connect)
def compare(
    connection: Connection,
    dids: Annotated[
        list[str] | None,
        typer.Argument(help="did:web names. Default: all that the institution in --config sponsors."),
    ] = None,
    permit: Annotated[
        list[str] | None,
        typer.Option(
            help="A server that may be asked although it is in a private network or at another port, such as "
            "https://registrar.example.edu:8443; may be repeated."
        ),
    ] = None,
    json: JsonOption = False,
) -> int:
    """Compare the did:web documents that web servers give with the ledger, key by key.

    The exit code is 0 where all of them say what the ledger says, 1 where one differs or cannot be had.
    """
    output = Output(json)
    origins = [*_permitted_by(connection), *(_origin(text) for text in permit or [])]
    records = [(did, _record(connection, did)) for did in dids or own_dids(connection)]
    with output.busy("Asking web servers …"):
        compared = asyncio.run(_compared(records, origins))
    output.result(
        {"compared": [_document(comparison) for comparison in compared]},
        [line for comparison in compared for line in _lines(comparison)],
    )
    return 0 if all(comparison.agrees for comparison in compared) else 1


def _permitted_by(connection: Connection) -> tuple[Origin, ...]:
    """What the node whose settings are at hand may ask."""
    loaded = connection.settings
    return () if loaded is None else loaded.settings.verification.origins


def _origin(text: str) -> Origin:
    try:
        return origin_of(text)
    except FetchError as error:
        do = "write scheme, host and port, as in https://registrar.example.edu:8443"
        raise UsedWrongly(f"{text[:100]!r} is no server", where="--permit", do=do) from error


def _record(connection: Connection, did: str) -> Did:
    if not did.startswith(WEB_METHOD):
        do = "name did:web names: others have no document on the web"
        raise UsedWrongly(f"{did[:100]!r} is no did:web", do=do)
    known = look_up(connection, DID_RECORD, did)
    if known.body is None:
        raise Explained(known.absence(), where=did, do="correct its name, or register it first")
    body: Did = known.body
    return body


async def _compared(records: Sequence[tuple[str, Did]], permitted: Sequence[Origin]) -> list[DidComparison]:
    web = Fetcher(now_ms=clock.now_ms, permitted=permitted)
    return [await compare_did(web, did, body) for did, body in records]


def _document(comparison: DidComparison) -> dict[str, Any]:
    fault = comparison.fault
    return {
        "did": comparison.did,
        "agrees": comparison.agrees,
        "differences": [
            {
                "key": difference.key,
                "reason": difference.mismatch.code,
                "sentence": difference.mismatch.sentence,
                "remedy": difference.mismatch.remedy,
            }
            for difference in comparison.differences
        ],
        "notCompared": None
        if fault is None
        else {"reason": fault.code, "sentence": fault.sentence, "detail": comparison.detail},
    }


def _lines(comparison: DidComparison) -> list[str]:
    if comparison.agrees:
        return [f"agrees       {comparison.did}"]
    if comparison.fault is not None:
        told = comparison.fault.with_detail(comparison.detail)
        return [f"not compared {comparison.did}", f"             {told}"]
    lines = [f"did-mismatch {comparison.did}"]
    for difference in comparison.differences:
        lines += [f"             {difference.key}: {difference.mismatch.sentence}"]
        lines += [f"             to do: {difference.mismatch.remedy}"]
    return lines
