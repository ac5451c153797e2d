"""`matricula`, and `python -m node`: the command line, where the libraries that it needs are installed.

Who installs the core alone, to verify answers, gets the command `matricula` as well, but not its libraries.
"""

import sys

_OURS = ("api", "consensus", "node", "registry")


def main() -> int:
    """Run the command line; the exit code. 2 where a library that it needs is not installed."""
    try:
        from node.cli import main as run  # what is missing is told in place of a traceback
    except ModuleNotFoundError as missing:
        library = (missing.name or "").partition(".")[0]
        if library in _OURS:
            raise
        sys.stderr.write(
            f"Error: the library {library} is not installed, and the command line needs it\n"
            "  to do: install the package with its command line and node\n"
            '    pip install "matricula[node]"\n'
        )
        return 2
    return run()


if __name__ == "__main__":
    sys.exit(main())
