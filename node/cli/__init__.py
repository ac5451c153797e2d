"""The command line: `matricula COMMAND`. Every command takes --help and --json."""

import sys
from collections.abc import Sequence

import typer

from node.cli.app import UsedWrongly, call, overview
from node.cli.console import Output
from node.cli.explanations import FOREIGN, explain
from node.explained import Explained

INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 done, 1 failed, 2 used wrongly, 3 damaged store, 130 interrupted."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if not given or given[0] in ("--help", "-h", "help"):
        Output().result({}, overview())
        return 0
    try:
        result = call(given[0], given[1:])
    except KeyboardInterrupt:
        return INTERRUPTED
    except Explained as error:
        explained = error
    except FOREIGN as error:
        explained = explain(error)
    except typer.Abort:
        if sys.stdin.isatty():
            return INTERRUPTED
        what = "a value is missing and there is nobody to ask"
        explained = UsedWrongly(what, do="give it as an option: see --help")
    else:
        return result if isinstance(result, int) else 0
    Output("--json" in given).error(explained)
    return explained.exit_code
