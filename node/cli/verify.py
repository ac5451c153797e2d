"""`matricula verify`: a kept answer, checked without any node."""

from pathlib import Path
from typing import Annotated

import typer

from api.verifier.answer import verify_answer
from api.verifier.encoding import MAX_JSON_BYTES, Answer, UnsupportedVersion, read_answer
from consensus.light_client import Trust
from node import clock
from node.bounded_files import read_at_most
from node.cli.answers import show_answer
from node.cli.commands import given, single
from node.cli.connection import trust_in
from node.cli.console import Output
from node.cli.options import Json
from node.cli.times import At, parse_time
from node.explained import Explained
from registry.primitives.codec import MAX_INTEGER, Malformed

_ANY_AGE_MS = MAX_INTEGER


@given(trust=trust_in)
def verify(
    file: Annotated[Path, typer.Argument(help="An answer, as `matricula get --out` or the API gave it.")],
    trust: Trust,
    at: At = None,
    max_age: Annotated[
        int | None, typer.Option(min=1, help="Seconds that it may be old. Default: any age; see its date.")
    ] = None,
    json: Json = False,
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
    data = read_at_most(file, MAX_JSON_BYTES)
    try:
        return read_answer(data)
    except UnsupportedVersion as error:
        raise Explained(
            f"too new: {error}", where=file, do="install a newer version of this software"
        ) from error
    except Malformed as error:
        do = "check that the file arrived whole; an answer is CBOR, or JSON in UTF-8"
        raise Explained(f"not an answer: {error}", where=file, do=do) from error


command = single(verify)
