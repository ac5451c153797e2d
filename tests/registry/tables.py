"""The tables of `docs/records.md` that are made from the descriptors of kinds and operations.

    python -m tests.registry.tables

writes them anew between their marks. `tests/registry/test_documentation.py` compares them.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from registry.id_forms import ONE_OF_A_NETWORK
from registry.kind import Authority, ByApproval, Kind, OperationKind, carries_nothing, holds_nothing
from registry.kinds.pending.operations import ApproveProposal, WithdrawProposal
from registry.kinds.pending.transitions import HELD_UNITS
from registry.operation import Operation
from registry.roles import Role, Tie
from registry.ruleset import CURRENT
from tests.registry.kinds import operation_examples

DOCUMENT = Path(__file__).parents[2] / "docs" / "records.md"


def written(text: str) -> str:
    """The document with each table as it is made now."""
    for name, table in {"operations": operations(), "kinds": kinds(), "costs": costs()}.items():
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
        *others, last = (role.name.lower() for role in sorted(authority.roles))
        who += f"; its member is an {', '.join(others) + ' or ' if others else ''}{last}"
    return who + how_many(authority)


def how_many(authority: Authority) -> str:
    """How many keys it takes, in words, where one transaction is not all."""
    if isinstance(authority.signers, ByApproval):
        return f"; {authority.signers.words}"
    return "" if authority.signers == 1 else f"; {authority.signers} keys, by a proposal"


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
