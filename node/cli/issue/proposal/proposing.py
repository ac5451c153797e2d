"""Proposing in place of doing: the options of a command whose operations may be proposed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

from node.cli.arguments.refused_parts import require_name
from node.cli.arguments.times import parse_time
from node.cli.issue.signing import Sent, Signing, send
from node.cli.terminal.console import Output
from node.process import clock
from node.wording.times import format_time
from registry.build import TransactionBuilder
from registry.kinds.pending.record import pending_id

DEFAULT_PERIOD_MS: Final = 7 * 86_400_000
"""How long a proposal can be approved where nothing is said: a week."""


@dataclass(frozen=True)
class Proposal:
    """How the command's operations are proposed: the proposal's name, and until when it can be approved."""

    name: str
    expires_ms: int

    def send(self, signing: Signing, output: Output, collect: Callable[[TransactionBuilder], object]) -> Sent:
        """Propose the operations that `collect` adds; see `node.cli.issue.signing.send`."""

        def proposing(builder: TransactionBuilder) -> None:
            collect(builder)
            builder.propose(signing.did, self.name, self.expires_ms)

        return send(signing, output, proposing)

    def document(self, signing: Signing) -> dict[str, Any]:
        """The members that a proposal adds to what the command reports, for programs."""
        return {"proposal": pending_id(signing.did, self.name), "expiresMs": self.expires_ms}

    def lines(self, signing: Signing) -> list[str]:
        """The same for people, with what has to be done next."""
        record_id = pending_id(signing.did, self.name)
        return [
            f"proposed     {record_id}, to be approved before {format_time(self.expires_ms)}",
            f"next         somebody with another key: `matricula proposal approve {record_id}`",
        ]


def proposed(
    propose: Annotated[
        str | None,
        typer.Option(
            help="Change nothing yet: propose it under this name, for somebody with a second key to approve. "
            "Only a proposal can set more than the day's limit."
        ),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            help="With --propose: until when it can be approved (RFC 3339 or ms). Default: for 7 days."
        ),
    ] = None,
) -> Proposal | None:
    """The proposal that the options describe; None where they describe none."""
    if propose is None:
        return None
    require_name(propose, "a proposal", "--propose")
    expires_ms = parse_time(until)
    return Proposal(propose, clock.now_ms() + DEFAULT_PERIOD_MS if expires_ms is None else expires_ms)
