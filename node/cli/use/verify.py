"""`matricula verify`: a kept answer, checked without any node."""

from pathlib import Path
from typing import Annotated

import typer

from api.verifier.answer import verify_answer
from consensus.light_client import Trust
from node.cli.arguments.commands import given, single
from node.cli.arguments.options import JsonOption
from node.cli.arguments.times import At, parse_time
from node.cli.asking.connection import trust_in
from node.cli.asking.kept import read_kept
from node.cli.terminal.console import Output
from node.cli.use.answers import show_answer
from node.process import clock
from registry.primitives.codec import MAX_INTEGER

_ANY_AGE_MS = MAX_INTEGER


@given(trust=trust_in)
def verify(
    file: Annotated[Path, typer.Argument(help="An answer, as `matricula get --out` or the API gave it.")],
    trust: Trust,
    at: At = None,
    max_age: Annotated[
        int | None, typer.Option(min=1, help="How old it may be, in seconds. Default: any age; see its date.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Check an answer offline: no node is asked. The verdict holds as of the date that it shows.

    Read the question that is shown as well: it is the one that was answered, not the one you have in mind.
    The exit code is 0 for a valid answer, 1 for any other.
    """
    answer = read_kept(file)
    verdict = verify_answer(
        answer,
        trust,
        question=None,
        now_ms=clock.now_ms(),
        max_age_ms=_ANY_AGE_MS if max_age is None else max_age * 1000,
    )
    return show_answer(Output(json), answer, verdict, parse_time(at), {"file": str(file)})


command = single(verify)
