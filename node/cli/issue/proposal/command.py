"""`matricula proposal`: what takes several keys, from the second key on.

Each shows what a proposal will do as it is proved, and never in the words of whoever asks for an approval.
"""

from typing import Annotated, Any, Final, TypeAlias

import typer

from api.client import Client
from node.cli.app import UsedWrongly
from node.cli.arguments.commands import given, group
from node.cli.arguments.options import JsonOption, Yes, confirm
from node.cli.arguments.refused_parts import require_did
from node.cli.arguments.times import KnownAt, parse_time
from node.cli.asking.connection import Connection, connect
from node.cli.asking.proved import Known, exit_code, look_up, look_up_to_show, source_lines
from node.cli.issue.proposal.wording import approval_line, needs, state_at, state_line, told
from node.cli.issue.signing import Sent, Signing, send, sign_with
from node.cli.terminal.console import Output
from node.wording.explained import Explained
from node.wording.screen import table
from node.wording.times import format_time
from registry.kinds.pending.record import PENDING_BY_SUBJECT, Pending, PendingState
from registry.names import owner_of
from registry.record_type import RecordType
from registry.ruleset import CURRENT

command = group("Proposals: what takes several keys, and is done once enough of them have approved it.")

PENDING_RECORD: Final[RecordType[Pending]] = CURRENT.records["pending"]

Id: TypeAlias = Annotated[str, typer.Argument(help="The proposal's id: DID/pending/NAME.")]


@command.command("list")
@given(connection=connect)
def list_proposals(
    subject: Annotated[str, typer.Argument(help="Whom it would concern: the DID of an issuer.")],
    connection: Connection,
    json: JsonOption = False,
) -> None:
    """List the open proposals that concern a DID, whoever made them, proved to be all."""
    require_did(subject, "")
    entries, as_of_ms = _recent(connection, subject)
    proposals = [look_up(connection, PENDING_RECORD, record_id) for record_id in entries]
    shown = [known for known in proposals if known.body.can_be_approved_at(as_of_ms)]
    rows = [(known.id, format_time(known.body.expires_ms), str(len(known.body.standing))) for known in shown]
    Output(json).result(
        {"subject": subject, "asOfMs": as_of_ms, "proposals": [_listed(known) for known in shown]},
        [f"{len(shown)} open, proved to be all as of {format_time(as_of_ms)}"],
        table(f"open proposals for {subject}", ("id", "expires", "approvals"), rows) if rows else None,
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
    lines = [known.absence()] if body is None else _lines(id, body, known.as_of_ms)
    state = {} if body is None else {"state": state_at(body, known.as_of_ms), "will": _will(body)}
    Output(json).result({**known.document(), **state}, [*lines, *source_lines(known.checked)])
    return exit_code(known.checked.verdict)


@command.command("approve")
@given(signing=sign_with)
def approve(
    id: Id,  # noqa: A002 -- the name on the command line
    signing: Signing,
    yes: Yes = False,
    json: JsonOption = False,
) -> None:
    """Approve a proposal with a key that has not approved it. Shows what it will do, and asks.

    The approval that was lacking does what is proposed at once, whole or not at all.
    """
    output = Output(json)
    body = _open_proposal(signing, id)
    for line in _lines(id, body, body.expires_ms - 1):
        output.remark(line)
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


def _recent(connection: Connection, subject: str) -> tuple[list[str], int]:
    """The proposals about a DID that may still be open, and as of when these are all."""

    async def asking(client: Client) -> Any:
        return await client.index(PENDING_BY_SUBJECT, subject, None)

    found = connection.run(asking)
    oldest_ms = found.as_of_ms - CURRENT.limits.proposals.period_ms
    return [entry.id for entry in found.entries if entry.time_ms > oldest_ms], found.as_of_ms


def _open_proposal(signing: Signing, record_id: str) -> Pending:
    """The proposal, which is open as far as is proved. Raises UsedWrongly, Explained."""
    _require_id(record_id)
    known = look_up(signing.writing, PENDING_RECORD, record_id)
    body: Pending | None = known.body
    if body is None:
        do = "see what is open about an issuer with `matricula proposal list DID`"
        raise Explained("there is no proposal of this name", where=record_id, do=do)
    if not body.can_be_approved_at(known.as_of_ms):
        what = f"the proposal can no longer be approved: {state_line(body, known.as_of_ms)}"
        do = "propose it again under another name, if it is still to be done"
        raise Explained(what, where=record_id, do=do)
    return body


def _report(output: Output, signing: Signing, record_id: str, what: str, sent: Sent) -> None:
    known = look_up(signing.writing, PENDING_RECORD, record_id)
    body: Pending = known.body
    document = {"proposal": record_id, "state": state_at(body, known.as_of_ms), **sent.document()}
    lines = [f"{what:<12} {record_id}", f"state        {state_line(body, known.as_of_ms)}"]
    if body.state is PendingState.COMPLETED:
        lines += [f"done         {told(operation)}" for operation in body.operations]
    output.result(document, [*lines, *sent.lines()])


def _lines(record_id: str, body: Pending, time_ms: int) -> list[str]:
    verb = "did" if body.state is PendingState.COMPLETED else "will do"
    return [
        record_id,
        f"state        {state_line(body, time_ms)}",
        *(f"{verb:<12} {told(operation)}" for operation in body.operations),
        *dict.fromkeys(f"takes        {needs(operation)}" for operation in body.operations),
        *(f"approved     {approval_line(approval)}" for approval in body.approvals),
    ]


def _will(body: Pending) -> list[str]:
    return [told(operation) for operation in body.operations]


def _listed(known: Known) -> dict[str, Any]:
    body: Pending = known.body
    approved = [f"{approval.did}#{approval.fragment}" for approval in body.standing]
    return {"id": known.id, "expiresMs": body.expires_ms, "approvals": approved, "will": _will(body)}


def _require_id(record_id: str) -> None:
    fault = CURRENT.fault_of_id(PENDING_RECORD.name, record_id)
    if fault is not None:
        what = f"{record_id[:100]!r} is no proposal's id: {fault}"
        raise UsedWrongly(what, do="see the ids of those about an issuer with `matricula proposal list DID`")


def _parts(record_id: str) -> tuple[str, str]:
    """Proposer and name. Raises UsedWrongly."""
    _require_id(record_id)
    return owner_of(record_id), record_id.rpartition("/")[2]
