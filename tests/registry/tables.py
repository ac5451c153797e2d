"""The tables of `docs/records.md` that are made from the descriptors of kinds and operations.

    python -m tests.registry.tables

writes them anew between their marks. `tests/registry/test_documentation.py` compares them.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from registry.draft import BlockDraft, Draft
from registry.id_forms import ONE_OF_A_NETWORK
from registry.kind import Authority, ByApproval, Kind, OperationKind, carries_nothing, holds_nothing
from registry.kinds.pending.operations import ApproveProposal, WithdrawProposal
from registry.kinds.pending.transitions import HELD_UNITS
from registry.operation import Operation
from registry.roles import Role, Tie
from registry.ruleset import CURRENT
from registry.tables import MemoryStore
from tests.answers.worked import body_lines, cost_lines
from tests.registry.kinds import operation_examples

DOCUMENT = Path(__file__).parents[2] / "docs" / "records.md"
_PROPOSAL = "[proposal](#operations-that-can-be-proposed)"


def written(text: str) -> str:
    """The document with each table as it is made now."""
    tables = {
        "operations": operations(),
        "proposable": proposable(),
        "kinds": kinds(),
        "pending": body_lines(),
        "costs": costs(),
        "worked": cost_lines(),
    }
    for name, table in tables.items():
        begin, end = f"<!-- {name}: made by tests/registry/tables.py -->\n", f"<!-- end of {name} -->"
        if text.count(begin) != 1 or text.count(end) != 1:
            raise ValueError(f"docs/records.md has no one place for the table {name}")
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(end)
        text = before + begin + table + end + after
    return text


def table(*rows: Iterable[str]) -> str:
    """Rows as a table, the first as its head."""
    head, *body = (f"| {' | '.join(row)} |\n" for row in rows)
    return "".join([head, "|" + " --- |" * len(list(rows[0])) + "\n", *body])


def operations() -> str:
    """The operations by code."""
    rows = [
        [str(kind.code), kind.title, kind.layout, signed_by(kind.subject, kind.authority), cost(kind)]
        for kind in CURRENT.operations.values()
    ]
    return table(["code", "operation", "fields after the code", "signed by", "units"], *rows)


def proposable() -> str:
    """The operations that a proposal may hold."""
    rows = [
        [str(kind.code), kind.title, kind.subject, when(kind.authority), *approved_by(kind)]
        for kind in CURRENT.operations.values()
        if kind.authority.is_held
    ]
    heads = [
        "when it may be proposed",
        "different public keys",
        "of whom",
        "the member that sponsors the key's DID",
    ]
    return table(["code", "operation", "subject", *heads], *rows)


def when(authority: Authority) -> str:
    """When it may be proposed, and whether it may be done without that."""
    if isinstance(authority.signers, ByApproval) and authority.is_direct:
        return f"always; within {authority.signers.limit} one signer's own transaction does it as well"
    return "always; no transaction does it alone"


def approved_by(kind: OperationKind[Any]) -> tuple[str, str, str]:
    """How many keys approve it, whose, and with which role."""
    example = next(e.operation for e in operation_examples() if type(e.operation) is kind.type)
    keys = kind.authority.approvals(example, Draft(BlockDraft(MemoryStore())))
    ties, roles = kind.authority.approving_ties, kind.authority.roles
    return (
        str(keys),
        named_by(kind.subject, ties),
        f"is an {in_words(roles)}" if roles != set(Role) else "any",
    )


def in_words(roles: Iterable[Role]) -> str:
    """Roles as alternatives."""
    *others, last = (role.name.lower() for role in sorted(roles))
    return f"{', '.join(others)} or {last}" if others else last


def named_by(subject: str, ties: Iterable[Tie]) -> str:
    """Who is tied so to an operation's subject."""
    who = "the DID" if subject == "did" else f"the {subject}"
    if set(ties) == {Tie.ITSELF}:
        return who
    if set(ties) == {Tie.ITSELF, Tie.CONTROLLER}:
        return f"{who} or its controller"
    raise ValueError(f"no words for {ties}")


def signed_by(subject: str, authority: Authority) -> str:
    """Who may sign, in words."""
    who = "the DID" if subject == "did" else f"the {subject}"
    if authority.ties == {Tie.ITSELF, Tie.CONTROLLER}:
        who += " or its controller"
    elif authority.ties == {Tie.MEMBER_ITSELF}:
        who += ", itself a member"
    elif authority.ties == {Tie.APPROVER}:
        who = "whoever may approve an operation that it holds"
    elif authority.ties == {Tie.ITSELF, Tie.APPROVER}:
        who += ", or whoever may approve an operation that it holds"
    elif authority.ties != {Tie.ITSELF}:
        raise ValueError(f"no words for {authority.ties}")
    if authority.roles != set(Role):
        who += f"; its member is an {in_words(authority.roles)}"
    return who + how_many(authority)


def how_many(authority: Authority) -> str:
    """That more keys may be needed, in words, where one transaction is not all."""
    if isinstance(authority.signers, ByApproval) and authority.is_direct:
        return f"; above {authority.signers.limit} by a {_PROPOSAL}"
    return f"; only by a {_PROPOSAL}" if authority.is_held else ""


def cost(kind: OperationKind[Any]) -> str:
    """The units of an operation, and the records and attachments whose length is paid for."""
    units = [f"{kind.cost.fixed(CURRENT.costs)}"]
    units += [f"{part.units} for each {part.what}" for part in kind.cost.parts]
    example = next(e.operation for e in operation_examples() if type(e.operation) is kind.type)
    units += bodies(kind, example)
    units += [f"the content, at most {content.max_bytes:,} bytes" for content in kind.contents]
    if kind.carries is not carries_nothing:
        units.append(CARRIED[kind.type])
    return " + ".join(units)


CARRIED = {
    ApproveProposal: "the operations that it holds, and the bodies of the `did` of those whom they "
    "concern and of those who approved",
    WithdrawProposal: f"{HELD_UNITS} for each operation that it holds + the bodies of the `did` of those "
    "whom its operations concern",
}
"""What an operation on another record may set going or read, in words."""


def bodies(kind: OperationKind[Any], example: Operation) -> list[str]:
    """The records whose length is paid for."""
    if kind.holds is not holds_nothing:
        return ["the bodies of the `did` of those whom its operations concern"]
    return [f"the body of the `{place[0]}`" for place in kind.reads(example)]


def kinds() -> str:
    """The kinds of records."""
    rows = [[f"`{kind.name}`", kind.id.written, kind.layout, index(kind)] for kind in CURRENT.kinds]
    return table(["kind", "id", "body", "index that new ones come into"], *rows)


def index(kind: Kind[Any]) -> str:
    """The id of the index that the kind's new records come into."""
    if kind.relation is None:
        return ""
    subject = "network" if kind.relation.subject is ONE_OF_A_NETWORK else "DID"
    return f"`{kind.relation.index_id(subject)}`"


def costs() -> str:
    """The units that do not depend on the operation."""
    units = CURRENT.costs
    rows = table(
        ["what", "units"],
        ["a transaction, with its signature", str(units.transaction)],
        ["its bytes", by_length(units.bytes_per_unit)],
        ["its bytes once more, where it proposes operations", by_length(units.body_bytes_per_unit)],
        ["the body of the signer's DID", by_length(units.body_bytes_per_unit)],
        ["the bodies named at its operations, each once", by_length(units.body_bytes_per_unit)],
        ["the contents named at its operations", by_length(units.content_bytes_per_unit)],
        ["its operations", "see [Operations](#operations)"],
    )
    return (
        f"{rows}\nOf an operation's units, {units.version} are for each new version of a record, "
        f"{units.index_entry} for a new record's entry in its index.\n"
    )


def by_length(bytes_per_unit: int) -> str:
    """Units of bytes, in words."""
    return "1 for each byte" if bytes_per_unit == 1 else f"1 for each {bytes_per_unit} bytes"


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
