"""`matricula verify`: a kept answer, checked without any node."""

from pathlib import Path
from typing import Annotated

import typer

from api.answer.encoding import Answer, UnsupportedVersion, read_answer
from api.verifier.answer import verify_answer
from consensus.light_client import Trust
from node.cli.arguments.commands import given, single
from node.cli.arguments.options import JsonOption
from node.cli.arguments.times import At, parse_time
from node.cli.asking.connection import trust_in
from node.cli.terminal.console import Output
from node.cli.use.answers import show_answer
from node.files.bounded import WrongFile, object_of_kind, read_file, wrong_file
from node.files.expected import ANSWER
from node.process import clock
from node.wording.explained import Explained
from registry.primitives.codec import MAX_INTEGER, Malformed

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
    answer = _read(file)
    verdict = verify_answer(
        answer,
        trust,
        question=None,
        now_ms=clock.now_ms(),
        max_age_ms=_ANY_AGE_MS if max_age is None else max_age * 1000,
    )
    return show_answer(Output(json), answer, verdict, parse_time(at), {"file": str(file)})


def _read(file: Path) -> Answer:
    content = read_file(file, ANSWER)
    try:
        return read_answer(content)
    except UnsupportedVersion as error:
        raise Explained(
            f"too new: {error}", where=file, do="install a newer version of this software"
        ) from error
    except Malformed as error:
        raise _no_answer(content, file, str(error)) from error


def _no_answer(content: bytes, file: Path, finding: str) -> WrongFile:
    if content.lstrip()[:1] == b"{":
        object_of_kind(content, ANSWER, file)
    return wrong_file(content, ANSWER, file, finding)


command = single(verify)
