"""The command line: `matricula COMMAND`. Every command takes --help and --json."""

import sys
from collections.abc import Sequence

import typer

from node.cli.app import call, overview, require_text
from node.cli.terminal.console import Output
from node.cli.terminal.lost_output import open_missing_streams, tell_error, tell_lost_output
from node.cli.terminal.uncaught import take_over
from node.process.version import VERSION
from node.wording.explained import Explained
from node.wording.screen import forget_odd_sizes

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 used wrongly, 3 damaged store, 130 interrupted."""
    open_missing_streams()
    forget_odd_sizes()
    if arguments is None:
        take_over()
    code = 0
    try:
        code = _run(list(sys.argv[1:] if arguments is None else arguments))
        sys.stdout.flush()
    except OSError as error:  # nothing but writing the result is left
        return code or tell_lost_output(error)
    return code


def _run(given: list[str]) -> int:
    if not given or given[0] in ("--help", "-h", "help"):
        Output().result({}, overview().splitlines())
        return 0
    if given[0] == "--version":
        Output("--json" in given).result({"version": VERSION}, [f"matricula {VERSION}"])
        return 0
    try:
        require_text(given)
        result = call(given[0], given[1:])
    except KeyboardInterrupt:
        return _interrupted(given)
    except BrokenPipeError:
        raise
    except Explained as error:
        explained = error
    except _foreign() as error:
        explained = _explain(error)
    except typer.Abort:
        return _interrupted(given)
    else:
        return result if isinstance(result, int) else 0
    tell_error(Output("--json" in given), explained)
    return explained.exit_code


def _foreign() -> tuple[type[Exception], ...]:
    """The errors that have an explanation. Loaded when something was raised: with them come the client and
    all rules of the registry, which a command that has no use for them need not wait for."""
    from node.cli.explanations import FOREIGN

    return FOREIGN


def _explain(error: Exception) -> Explained:
    from node.cli.explanations import explain

    return explain(error)


def _interrupted(given: Sequence[str]) -> int:
    """A person knows that they pressed Ctrl-C; a program is told."""
    if "--json" in given:
        Output(as_json=True).error(Explained("interrupted", do="run the command again"))
    return INTERRUPTED
