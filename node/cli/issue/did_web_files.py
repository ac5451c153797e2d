"""`matricula did web-files`: the did:web documents of an institution as files for its web server."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from api.credentials.did_methods.did_web import did_web_url
from api.credentials.did_methods.fault import DidError
from api.documents.did_document import did_document_bytes, is_deactivated
from api.documents.did_web import NoWebPlace, WebPlace, web_place
from api.verifier.answer import verify_answer
from api.verifier.verdict import Outcome
from node.cli.app import UsedWrongly
from node.cli.arguments.commands import given
from node.cli.arguments.options import JsonOption
from node.cli.asking.connection import Connection, connect_where_needed, node_url
from node.cli.asking.kept import read_kept
from node.cli.asking.proved import look_up
from node.cli.issue.own_dids import own_dids
from node.cli.terminal.console import Output
from node.files.durable import write_whole
from node.process import clock
from node.wording.explained import Explained
from node.wording.times import format_time
from registry.checking import Found
from registry.kinds.did.record import DID_RECORD, Did
from registry.primitives.codec import MAX_INTEGER
from registry.record_type import decode_body

_READABLE_BY_ALL = 0o644
"""A web server runs as another user than the one who writes the files."""


@dataclass(frozen=True)
class ProvedDid:
    """A DID's record as a verified answer shows it, and the time (ms since 1970) as of which it does."""

    did: str
    body: Did
    as_of_ms: int


@given(connection=connect_where_needed)
def web_files(
    connection: Connection,
    out: Annotated[Path, typer.Option(help="The folder to write into; what is there is replaced.")],
    dids: Annotated[
        list[str] | None,
        typer.Argument(help="did:web names. Default: all that the institution in --config sponsors."),
    ] = None,
    answer: Annotated[
        list[Path] | None,
        typer.Option(
            help="A kept answer about a DID, from `matricula get did DID --out`, in place of asking a node; "
            "may be repeated."
        ),
    ] = None,
    redirect_to: Annotated[
        str | None,
        typer.Option(help="The node's public address, to which a web server can redirect instead."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Write the did:web documents of your DIDs for your web server, each made of a proved record.

    For each host there is a folder with the documents at their paths, and settings for nginx and Apache to
    copy, by which the server redirects to a node instead: then the documents never fall behind the ledger.
    """
    output = Output(json)
    target = None if redirect_to is None else node_url(redirect_to)
    proved = [_proved_in(path, connection) for path in answer or []]
    if dids:
        proved += _looked_up(connection.with_nodes(), dids)
    elif not answer:
        own = _looked_up(connection.with_nodes(), own_dids(connection))
        proved += [found for found in own if not is_deactivated(found.body)]
    _require_in_use(proved)
    written = [_write(found, out) for found in proved]
    snippets = [] if target is None else list(_write_redirects(proved, target, out))
    _report(output, proved, written, snippets)


def _looked_up(connection: Connection, dids: Sequence[str]) -> Iterator[ProvedDid]:
    for did in dids:
        _place_of(did)
        known = look_up(connection, DID_RECORD, did)
        if known.body is None:
            raise Explained(known.absence(), where=did, do="register it first, or correct its name")
        yield ProvedDid(did, known.body, known.as_of_ms)


def _proved_in(file: Path, connection: Connection) -> ProvedDid:
    """What a kept answer proves, of whatever age: its date is told. Raises Explained."""
    answer = read_kept(file)
    verdict = verify_answer(
        answer, connection.trust, question=None, now_ms=clock.now_ms(), max_age_ms=MAX_INTEGER
    )
    if verdict.outcome is not Outcome.VALID:
        told = "" if verdict.reason is None else verdict.reason.sentence
        raise Explained(f"the answer proves nothing: {told}", where=file, do="get it anew from a node")
    finding, question = verdict.finding, answer.question
    if not isinstance(finding, Found) or getattr(question, "kind", "") != DID_RECORD.name:
        do = "make one with `matricula get did DID --out FILE`"
        raise Explained("the answer shows no DID", where=file, do=do)
    did = str(getattr(question, "id", ""))
    _place_of(did)
    return ProvedDid(did, decode_body(DID_RECORD, finding.body), answer.header.time_ms)


def _require_in_use(proved: Sequence[ProvedDid]) -> None:
    if not proved:
        do = "name the DIDs that you mean"
        raise Explained("each did:web of the institution is deactivated", do=do)
    for found in proved:
        if is_deactivated(found.body):
            do = "take its document off the web server, and leave it out here"
            raise Explained("the DID is deactivated and has no document any more", where=found.did, do=do)


def _place_of(did: str) -> WebPlace:
    try:
        return web_place(did)
    except NoWebPlace as error:
        do = "name did:web names alone; a did:matricula is resolved by the nodes at /1.0/identifiers/"
        raise UsedWrongly(f"{did[:100]!r} has no did:web document: {error}", do=do) from error


def _write(found: ProvedDid, out: Path) -> Path:
    place = _place_of(found.did)
    file = out.joinpath(place.folder, *place.path)
    file.parent.mkdir(parents=True, exist_ok=True)
    _write_readable(file, did_document_bytes(found.did, found.body) + b"\n")
    return file


def _write_readable(file: Path, data: bytes) -> None:
    write_whole(file, data, replace=True)
    file.chmod(_READABLE_BY_ALL)


def _write_redirects(proved: Sequence[ProvedDid], node: str, out: Path) -> Iterator[Path]:
    """Settings for two web servers, for each host: the parts to copy, each with all names of the host."""
    hosts: dict[str, list[tuple[str, str]]] = {}
    for found in proved:
        place = _place_of(found.did)
        redirect = (f"/{'/'.join(place.path)}", f"{node}/did/{found.did}/did.json")
        hosts.setdefault(place.folder, []).append(redirect)
    for host, redirects in hosts.items():
        for server, written in (("nginx", _nginx(redirects)), ("apache", _apache(redirects))):
            file = out / f"{host}.{server}.conf"
            _write_readable(file, written.encode())
            yield file


def _nginx(redirects: Sequence[tuple[str, str]]) -> str:
    blocks = (
        f"location = {path} {{\n"
        '    add_header Access-Control-Allow-Origin "*" always;\n'
        f"    return 307 {target};\n"
        "}\n"
        for path, target in redirects
    )
    return "# For the server block of this host in nginx.\n" + "".join(blocks)


def _apache(redirects: Sequence[tuple[str, str]]) -> str:
    blocks = (
        f'<Location "{path}">\n'
        '    Header always set Access-Control-Allow-Origin "*"\n'
        "</Location>\n"
        f'Redirect 307 "{path}" "{target}"\n'
        for path, target in redirects
    )
    return "# For the virtual host in Apache, with mod_alias and mod_headers.\n" + "".join(blocks)


def _report(
    output: Output, proved: Sequence[ProvedDid], files: Sequence[Path], snippets: Sequence[Path]
) -> None:
    documents = [
        {"did": found.did, "file": str(file), "url": _url_of(found.did), "asOfMs": found.as_of_ms}
        for found, file in zip(proved, files, strict=True)
    ]
    lines = [f"{entry['file']}  for {entry['url']}" for entry in documents]
    lines += [f"{file}  for the web server, in place of the files" for file in snippets]
    oldest = format_time(min(found.as_of_ms for found in proved))
    output.result(
        {"documents": documents, "redirects": [str(file) for file in snippets]},
        [
            *lines,
            f"made of what is proved as of {oldest}; make them anew whenever a key changes",
            f"test it with: curl -L {documents[0]['url']}",
            f"and with:     matricula did compare {proved[0].did}",
        ],
    )


def _url_of(did: str) -> str:
    try:
        return did_web_url(did)
    except DidError as error:
        raise UsedWrongly(f"{did!r}: {error}", do="register a did:web of a host with a name") from error
