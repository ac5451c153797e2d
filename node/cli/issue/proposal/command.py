"""`matricula proposal`: what takes several keys, from the second key on.

Each shows what a proposal will do as it is proved, and never in the words of whoever asks for an approval.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from api.client import Client, NoAnswer
from node.cli.app import UsedWrongly
from node.cli.arguments.commands import given, group
from node.cli.arguments.options import JsonOption, Yes, confirm
from node.cli.arguments.refused_parts import require_did
from node.cli.arguments.times import KnownAt, parse_time
from node.cli.asking.connection import Connection, connect
from node.cli.asking.proved import Known, exit_code, look_up, look_up_to_show, source_lines
from node.cli.issue.index_list import read_indices
from node.cli.issue.proposal.comparing import require_sets_exactly
from node.cli.issue.proposal.ranges import SHOWN
from node.cli.issue.proposal.reading import (
    PENDING_RECORD,
    Candidates,
    OpenListing,
    about,
    look_at_newest,
    made_by,
    proposal_at,
)
from node.cli.issue.proposal.wording import approval_line, needs, state_at, state_line, told, told_lines
from node.cli.issue.signing import Sent, Signing, send, sign_with
from node.cli.terminal.console import Output
from node.wording.explained import Explained
from node.wording.screen import TextTable, table
from node.wording.times import format_time
from registry.kinds.pending.record import Pending, PendingState
from registry.names import owner_of
from registry.ruleset import CURRENT

command = group("Proposals: what takes several keys, and is done once enough of them have approved it.")

Id: TypeAlias = Annotated[str, typer.Argument(help="The proposal's id: DID/pending/NAME.")]


@command.command("list")
@given(connection=connect)
def list_proposals(
    connection: Connection,
    subject: Annotated[
        str | None, typer.Argument(help="Whom it would concern: the DID of an issuer. Or give --by.")
    ] = None,
    by: Annotated[str | None, typer.Option(help="Who proposed it: a DID. In place of the argument.")] = None,
    newest: Annotated[int, typer.Option(min=1, help="Look at so many of the newest.")] = 50,
    json: JsonOption = False,
) -> None:
    """List the open proposals that concern a DID, or those that a DID made, the newest first.

    About a DID those are listed that the DID itself or its controller proposed. Nothing is done before enough
    keys of the two have approved it. `matricula proposal show ID` shows any proposal.
    """
    did, candidates = _whose(subject, by)

    async def asking(client: Client) -> OpenListing:
        return await look_at_newest(client, await candidates(client, did), newest)

    listing = connection.run(asking)
    as_of_ms = listing.candidates.as_of_ms
    Output(json).result(
        {
            "subject" if by is None else "by": did,
            "asOfMs": as_of_ms,
            "candidates": len(listing.candidates.ids),
            "lookedAt": listing.looked_at,
            "proposals": [_listed(record_id, body) for record_id, body in listing.proposals],
        },
        [_extent(listing, f"{'' if by is None else '--by '}{did}")],
        _table(listing, did) if listing.proposals else None,
    )


@command.command("show")
@given(connection=connect)
def show(
    id: Id,  # noqa: A002 -- the name on the command line
    connection: Connection,
    known_at: KnownAt = None,
    json: JsonOption = False,
) -> int:
    """Show a proposal: what it will do, who has approved it, and until when it can be approved.

    The exit code is 0 for a valid answer, 1 for any other.
    """
    _require_id(id)
    known = look_up_to_show(connection, PENDING_RECORD, id, parse_time(known_at))
    body: Pending | None = known.body
    lines = [known.absence()] if body is None else _lines(id, body, known.as_of_ms, None)
    state = {} if body is None else {"state": state_at(body, known.as_of_ms), "will": _will(body)}
    Output(json).result({**known.document(), **state}, [*lines, *source_lines(known.checked)])
    return exit_code(known.checked.verdict)


@command.command("approve")
@given(signing=sign_with)
def approve(
    id: Id,  # noqa: A002 -- the name on the command line
    signing: Signing,
    file: Annotated[
        Path | None,
        typer.Option(
            help="What you expect, from somebody else than the proposal itself: one index a line. Refuses "
            "unless to set exactly these entries of one list is all that it does."
        ),
    ] = None,
    yes: Yes = False,
    json: JsonOption = False,
) -> None:
    """Approve a proposal with a key that has not approved it. Shows what it will do, and asks.

    The approval that was lacking does what is proposed at once, whole or not at all.
    """
    output = Output(json)
    expected = None if file is None else read_indices(file)
    known = _open_proposal(signing, id)
    if file is not None and expected is not None:
        require_sets_exactly(known.body, expected, file)
    output.remark(*_lines(id, known.body, known.as_of_ms, SHOWN))
    if expected is not None:
        output.remark(f"compared     it sets exactly the {len(expected):,} in {file}")
    confirm(f"Approve {id}?", yes)
    proposer, name = _parts(id)
    sent = send(signing, output, lambda builder: builder.approve(proposer, name))
    _report(output, signing, id, "approved", sent)


@command.command("withdraw")
@given(signing=sign_with)
def withdraw(
    id: Id,  # noqa: A002 -- the name on the command line
    signing: Signing,
    yes: Yes = False,
    json: JsonOption = False,
) -> None:
    """Withdraw an open proposal, for good: as the DID that made it, or with a key that may approve it."""
    output = Output(json)
    proposer, name = _parts(id)
    confirm(f"Withdraw {id} for good?", yes)
    sent = send(signing, output, lambda builder: builder.withdraw(proposer, name))
    _report(output, signing, id, "withdrawn", sent)


def _whose(subject: str | None, by: str | None) -> tuple[str, Callable[[Client, str], Awaitable[Candidates]]]:
    """A DID, and which proposals of it are asked for. Raises UsedWrongly."""
    if subject is not None and by is None:
        return require_did(subject, ""), about
    if by is not None and subject is None:
        return require_did(by, "--by"), made_by
    do = "give the DID that they concern, or --by and the DID that made them"
    raise UsedWrongly("whose proposals are asked for?", do=do)


def _extent(listing: OpenListing, whose: str) -> str:
    """How many are open and what that rests on; where not all were looked at, how to see them all."""
    count, candidates = len(listing.proposals), listing.candidates
    as_of = format_time(candidates.as_of_ms)
    if listing.is_whole:
        return f"{count} open, proved to be all as of {as_of}"
    total = len(candidates.ids)
    return (
        f"{count} open of the newest {listing.looked_at:,}, as of {as_of}. There are {total:,} that may be "
        f"open; `matricula proposal list {whose} --newest {total}` looks at all"
    )


def _table(listing: OpenListing, did: str) -> TextTable:
    rows = [
        (record_id, owner_of(record_id), format_time(body.expires_ms), str(len(body.standing)))
        for record_id, body in listing.proposals
    ]
    return table(f"open proposals, {did}", ("id", "proposed by", "expires", "approvals"), rows)


def _open_proposal(signing: Signing, record_id: str) -> Known:
    """The proposal, which is open as far as is proved. Raises UsedWrongly, Explained."""
    _require_id(record_id)
    known = look_up(signing.writing, PENDING_RECORD, record_id)
    body: Pending | None = known.body
    if body is None:
        what = f"there was no proposal of this name at {format_time(known.as_of_ms)}"
        do = (
            "if it was made after that, ask again, or another node (--node). Else see what its proposer has "
            "open with `matricula proposal list --by DID`"
        )
        raise Explained(what, where=record_id, do=do)
    if not body.can_be_approved_at(known.as_of_ms):
        what = f"the proposal can no longer be approved: {state_line(body, known.as_of_ms)}"
        do = "propose it again under another name, if it is still to be done"
        raise Explained(what, where=record_id, do=do)
    return known


def _report(output: Output, signing: Signing, record_id: str, what: str, sent: Sent) -> None:
    """Tell what was done, and how the proposal stands after it."""
    as_of_ms = sent.recorded.checked.answer.header.time_ms
    body = _body_after(signing, record_id, as_of_ms)
    if body is None:
        state = None
        lines = [f"state        not proved yet: ask with `matricula proposal show {record_id}`"]
    else:
        state = state_at(body, as_of_ms)
        lines = [f"state        {state_line(body, as_of_ms)}"]
        if body.state is PendingState.COMPLETED:
            lines += told_lines("done", record_id, body)
    document = {"proposal": record_id, "state": state, **sent.document()}
    output.result(document, [f"{what:<12} {record_id}", *lines, *sent.lines()])


def _body_after(signing: Signing, record_id: str, time_ms: int) -> Pending | None:
    """The proposal as known when the transaction was proved; None where no node proves it now, which does
    not undo what was sent.
    """
    try:
        return signing.writing.run(lambda client: proposal_at(client, record_id, time_ms))
    except NoAnswer:
        return None


def _lines(record_id: str, body: Pending, time_ms: int, most: int | None) -> list[str]:
    verb = "did" if body.state is PendingState.COMPLETED else "will do"
    return [
        record_id,
        f"proposed by  {owner_of(record_id)}",
        f"state        {state_line(body, time_ms)}",
        *told_lines(verb, record_id, body, most),
        *dict.fromkeys(f"takes        {needs(operation)}" for operation in body.operations),
        *(f"approved     {approval_line(approval)}" for approval in body.approvals),
    ]


def _will(body: Pending) -> list[str]:
    return [told(operation, None) for operation in body.operations]


def _listed(record_id: str, body: Pending) -> dict[str, Any]:
    approved = [f"{approval.did}#{approval.fragment}" for approval in body.standing]
    return {
        "id": record_id,
        "proposer": owner_of(record_id),
        "expiresMs": body.expires_ms,
        "approvals": approved,
        "will": _will(body),
    }


def _require_id(record_id: str) -> None:
    fault = CURRENT.fault_of_id(PENDING_RECORD.name, record_id)
    if fault is not None:
        what = f"{record_id[:100]!r} is no proposal's id: {fault}"
        raise UsedWrongly(what, do="see the ids of those about an issuer with `matricula proposal list DID`")


def _parts(record_id: str) -> tuple[str, str]:
    """Proposer and name. Raises UsedWrongly."""
    _require_id(record_id)
    return owner_of(record_id), record_id.rpartition("/")[2]
