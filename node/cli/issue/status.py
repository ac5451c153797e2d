"""`matricula status`: lists of bits that say which credentials still count.

Reading fetches a whole list and looks here, so that no node learns which credential is of interest.
"""

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from api.answer.question import StatusListQuestion
from api.verifier.verdict import StatusBits
from node.cli.app import UsedWrongly
from node.cli.arguments.commands import given, group
from node.cli.arguments.options import JsonOption, Yes, confirm
from node.cli.arguments.times import KnownAt, parse_time
from node.cli.asking.connection import Connection, connect, node_url
from node.cli.asking.listing import show_index
from node.cli.asking.proved import (
    exit_code,
    finding_document,
    look_up,
    proof_document,
    proved_word,
    source_lines,
)
from node.cli.issue.index_list import read_indices
from node.cli.issue.proposal.proposing import Proposal, proposed
from node.cli.issue.publishing import MAX_DAYS, ServedForm, due_line, flat, look_at, publish_lists
from node.cli.issue.signing import Sent, Signing, send, sign_with
from node.cli.terminal.console import Output
from node.wording.explained import Explained
from node.wording.times import format_time
from registry.kinds.status_list.operations import MAX_INDICES
from registry.kinds.status_list.record import (
    MIN_SIZE,
    STATUS_LIST_RECORD,
    STATUS_LISTS_BY_ISSUER,
    StatusList,
    StatusPurpose,
    status_list_id,
)
from registry.ruleset import CURRENT

command = group("Status lists: which credentials are revoked, suspended, or replaced by newer ones.")

SHOWN = 20
SHOWN_ID = 100


class StatusPurposeName(StrEnum):
    """What a set bit says."""

    REVOCATION = "revocation"
    SUSPENSION = "suspension"
    REFRESH = "refresh"


StatusListName: TypeAlias = Annotated[
    str, typer.Argument(help="The list's name: lower-case letters, digits and -.")
]
StatusListId: TypeAlias = Annotated[str, typer.Argument(help="The list's id: DID/status-lists/NAME.")]
Indices: TypeAlias = Annotated[
    list[int] | None, typer.Argument(help="Entries of the list, as the credentials name them.", min=0)
]
IndexFile: TypeAlias = Annotated[
    Path | None, typer.Option("--file", help="A file with one index a line, added to those given.")
]


@command.command("create")
@given(signing=sign_with)
def create(
    name: StatusListName,
    signing: Signing,
    purpose: Annotated[
        StatusPurposeName,
        typer.Option(
            help="revocation: no longer counts, for good. suspension: does not count for now. "
            "refresh: a newer one exists."
        ),
    ] = StatusPurposeName.REVOCATION,
    size: Annotated[int, typer.Option(help="Number of entries; a multiple of 1,024.")] = MIN_SIZE,
    json: JsonOption = False,
) -> None:
    """Create a status list, with every entry clear."""
    output = Output(json)
    issuer = signing.did
    wanted = StatusPurpose[purpose.name]
    sent = send(signing, output, lambda builder: builder.create_status_list(issuer, name, wanted, size))
    record_id = status_list_id(issuer, name)
    output.result(
        {"statusList": record_id, "purpose": purpose.value, "size": size, **sent.document()},
        [f"created      {record_id}, {size} entries for {purpose}", *sent.lines()],
    )


@command.command("set")
@given(signing=sign_with, proposal=proposed)
def set_entries(
    name: StatusListName,
    signing: Signing,
    proposal: Proposal | None,
    indices: Indices = None,
    file: IndexFile = None,
    yes: Yes = False,
    json: JsonOption = False,
) -> None:
    """Set entries of a list: revoke or suspend credentials. A revocation can never be taken back.

    One key sets as many entries of a list on one UTC day as the network allows. More takes two keys:
    --propose NAME, and then `matricula proposal approve` with another key.
    """
    wanted = _indices(indices, file)
    body = _own_list(signing, name)
    if body.purpose is not StatusPurpose.SUSPENSION:
        which = ", ".join(map(str, wanted[:SHOWN])) + (" …" if len(wanted) > SHOWN else "")
        verb = "Set" if proposal is None else "Propose to set"
        confirm(f"{verb} {len(wanted)} of {name} for good ({body.purpose.name.lower()}): {which}?", yes)
    output = Output(json)
    issuer = signing.did
    sending = send if proposal is None else proposal.send
    sent = sending(signing, output, lambda builder: builder.set_status(issuer, name, set_indices=wanted))
    if proposal is None:
        _report(output, signing, name, "set", wanted, sent)
        return
    document = {"statusList": status_list_id(issuer, name), "toSet": wanted, **proposal.document(signing)}
    output.result({**document, **sent.document()}, [*proposal.lines(signing), *sent.lines()])


@command.command("clear")
@given(signing=sign_with)
def clear_entries(
    name: StatusListName,
    signing: Signing,
    indices: Indices = None,
    file: IndexFile = None,
    json: JsonOption = False,
) -> None:
    """Clear entries of a suspension list: the credentials count again."""
    wanted = _indices(indices, file)
    _require_name_alone(name)
    output = Output(json)
    issuer = signing.did
    sent = send(signing, output, lambda builder: builder.set_status(issuer, name, clear_indices=wanted))
    _report(output, signing, name, "cleared", wanted, sent)


@command.command("show")
@given(connection=connect)
def show(
    id: StatusListId,  # noqa: A002 -- the name on the command line
    connection: Connection,
    indices: Indices = None,
    known_at: KnownAt = None,
    at: Annotated[
        str | None, typer.Option(help="What was set at this time: for a status list the same as --known-at.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Show a status list, or some of its entries. The whole list is fetched, checked, and looked up here.

    The exit code is 0 for a valid answer, 1 for any other.
    """
    if at is not None and known_at is not None:
        do = "give one of them: entries carry no dates of their own, so what was set is what was known"
        raise UsedWrongly("--at and --known-at are the same for a status list", do=do)
    checked = connection.ask_to_show(StatusListQuestion(id, parse_time(known_at if at is None else at)))
    finding = checked.verdict.finding
    output = Output(json)
    document = {
        "statusList": id,
        "outcome": checked.verdict.outcome.value,
        **finding_document(finding),
        **proof_document(checked),
    }
    if not isinstance(finding, StatusBits):
        output.result(
            document,
            [f"{proved_word(checked)}: there is, or was then, no status list {id}.", *source_lines(checked)],
        )
        return exit_code(checked.verdict)
    body = finding.status_list
    asked = sorted(set(indices or []))
    if asked and asked[-1] >= body.size:
        raise Explained(
            f"the list has no entry {asked[-1]}", where=id, do=f"its entries are 0 to {body.size - 1}"
        )
    entries = {index: finding.is_set(index) for index in asked}
    ones = _ones(finding.bits)
    document |= {
        "purpose": body.purpose.name.lower(),
        "size": body.size,
        "set": ones,
        "entries": [{"index": index, "set": is_set} for index, is_set in entries.items()],
    }
    lines = [
        f"{id}",
        f"purpose      {body.purpose.name.lower()}, {body.ones} of {body.size} entries set",
        f"since        {format_time(finding.record.version.time_ms)}",
    ]
    lines += [f"entry        {index} is {'set' if is_set else 'clear'}" for index, is_set in entries.items()]
    if not entries and ones:
        lines.append(f"set          {', '.join(map(str, ones[:SHOWN]))}{' …' if len(ones) > SHOWN else ''}")
    output.result(document, [*lines, *source_lines(checked)])
    return exit_code(checked.verdict)


@command.command("publish")
@given(signing=sign_with)
def publish(
    names: Annotated[list[str], typer.Argument(help="The names of your lists.")],
    signing: Signing,
    days: Annotated[int, typer.Option(help="For how many days it stays valid.", min=1, max=MAX_DAYS)] = 1,
    url: Annotated[
        str | None,
        typer.Option(
            help="The address that your credentials name, before /status/. Default: that of the last "
            "publication."
        ),
    ] = None,
    json: JsonOption = False,
) -> int:
    """Sign status lists for everybody's software, and publish them through the nodes.

    Each list is read from the ledger with its proof, and signed here with an assertionMethod key: as a W3C
    Bitstring Status List credential, and as Status List Tokens (JWT and CWT). Every node checks it against
    its own ledger. For as long as it is valid, somebody could show it in place of a newer one: give more days
    only before holidays.

    The exit code is 0 if every node that was named serves it, 1 if not.
    """
    for name in names:
        _require_name_alone(name)
    base = None if url is None else node_url(url)
    output = Output(json)
    with output.busy("Publishing …"):
        sent = publish_lists(signing, names, days, base)
    output.result({"published": [each.document() for each in sent]}, flat(sent))
    return int(any(each.not_by for each in sent))


@command.command("published")
@given(connection=connect)
def published(
    ids: Annotated[list[str], typer.Argument(help="The lists' ids: DID/status-lists/NAME.")],
    connection: Connection,
    json: JsonOption = False,
) -> int:
    """Show what each node serves of published status lists, and how much of its life is left.

    The exit code is 0 if every node that was named serves each list, 1 if not.
    """
    looks = look_at(connection, [_require_list_id(list_id) for list_id in ids])
    lines = [line for list_id in ids for line in (list_id, *_looks_of(looks, list_id))]
    Output(json).result({"published": [look.document() for look in looks]}, lines)
    return int(any(look.publication is None for look in looks))


@command.command("list")
@given(connection=connect)
def list_lists(
    issuer: Annotated[str, typer.Argument(help="Whose status lists: a DID.")],
    connection: Connection,
    known_at: KnownAt = None,
    json: JsonOption = False,
) -> None:
    """List all status lists of an issuer, proved to be all."""
    show_index(Output(json), connection, STATUS_LISTS_BY_ISSUER, issuer, parse_time(known_at))


def _own_list(signing: Signing, name: str) -> StatusList:
    """The signer's own list of that name. Raises UsedWrongly, Explained."""
    _require_name_alone(name)
    record_id = status_list_id(signing.did, name)
    body: StatusList | None = look_up(signing.writing, STATUS_LIST_RECORD, record_id).body
    if body is None:
        do = (
            f"you sign as {signing.did}. If the list belongs to another DID, name that DID with --as. "
            f"`matricula status list {signing.did}` shows the lists of {signing.did}"
        )
        raise Explained("you have no status list of this name", where=record_id, do=do)
    return body


def _require_name_alone(name: str) -> None:
    if "/" in name:
        what, do = f"{name!r} is the id of a list", "give only the name: the part after the last slash"
        raise UsedWrongly(what, do=do)


def _report(output: Output, signing: Signing, name: str, what: str, indices: list[int], sent: Sent) -> None:
    record_id = status_list_id(signing.did, name)
    due = due_line(signing.connection, record_id)
    output.result(
        {"statusList": record_id, what: indices, "publicationDue": bool(due), **sent.document()},
        [f"{what:<12} {len(indices)} of {record_id}", *sent.lines(), *due],
    )


def _require_list_id(list_id: str) -> str:
    fault = CURRENT.fault_of_id(STATUS_LIST_RECORD.name, list_id)
    if fault is not None:
        what = f"no status list can have this id: {fault}"
        raise UsedWrongly(what, where=repr(list_id[:SHOWN_ID]), do="write it as DID/status-lists/NAME")
    return list_id


def _looks_of(looks: Sequence[ServedForm], list_id: str) -> list[str]:
    return [look.line() for look in looks if look.list_id == list_id]


def _indices(given_ones: list[int] | None, file: Path | None) -> list[int]:
    """The entries named on the command line and in the file, each once, ascending."""
    wanted = set(given_ones or ()) | (set() if file is None else read_indices(file))
    if not wanted and file is not None:
        raise Explained("the file names no entry", where=file, do="check that the numbers were saved in it")
    if not wanted:
        raise UsedWrongly("no entry is named", do="give indices after the name, or --file")
    if len(wanted) > MAX_INDICES:
        what = f"{len(wanted):,} entries are named, and a transaction takes {MAX_INDICES:,}"
        raise UsedWrongly(what, do="divide the list, and run the command for each part")
    return sorted(wanted)


def _ones(bits: bytes) -> list[int]:
    return [
        8 * place + offset
        for place, byte in enumerate(bits)
        if byte
        for offset in range(8)
        if byte & 0x80 >> offset
    ]
