"""The overview of commands, and the way to each.

A command's module is imported when it is called, so that a short question does not wait for every library.
"""

import difflib
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import typer

from node.wording.explained import Explained

COMMANDS = {
    "demo": ("node.cli.play.demo", "Show what the registry is for: four institutions on this machine."),
    "localnet": ("node.cli.play.localnet", "Run a whole network on this machine, with a live table."),
    "init": ("node.cli.operate.init", "Found a node: make its keys, its empty ledger and its settings."),
    "genesis": ("node.cli.operate.genesis", "Draw up the genesis document of a new network."),
    "run": ("node.cli.operate.run", "Run the node until it is told to stop."),
    "doctor": ("node.cli.operate.doctor", "Examine the node, and say what to do about what is wrong."),
    "backup": (
        "node.cli.operate.backup",
        "Back up the ledger of a stopped node, without its vote guard.",
    ),
    "restore": ("node.cli.operate.restore", "Make a backup the ledger of the node."),
    "fingerprint": (
        "node.cli.operate.fingerprint",
        "Show a genesis document as eight words to compare by voice.",
    ),
    "did": ("node.cli.issue.did", "Register issuers' names (DIDs) and change their keys."),
    "credential": (
        "node.cli.issue.credential.command",
        "Sign credentials, and check them against the registry.",
    ),
    "schema": ("node.cli.issue.schema", "Publish, deprecate, withdraw and show credential schemas."),
    "status": ("node.cli.issue.status", "Create status lists, revoke and suspend credentials."),
    "proposal": (
        "node.cli.issue.proposal.command",
        "Approve, withdraw and show what takes the keys of several.",
    ),
    "anchor": ("node.cli.issue.anchor", "Prove that credentials existed: a batch's root on the ledger."),
    "get": ("node.cli.use.get", "Ask for a record, an index or a transaction, and check the proof."),
    "verify": ("node.cli.use.verify", "Check a kept answer offline."),
    "context": ("node.cli.use.context", "Import JSON-LD contexts, which say what credentials mean."),
    "inspect": ("node.cli.use.inspect", "Show what is in a file: a transaction, an answer, a key."),
}
"""Each command: the module that holds it as `command`, and its one line in the overview."""

OVERVIEW = """\
Usage: matricula COMMAND [OPTIONS]

A credential registry that institutions run together and verifiers need not
trust.

Commands:
{commands}

Each command explains itself: matricula COMMAND --help. With --json it prints
one JSON document. Which version this is: matricula --version.
"""


class UsedWrongly(Explained):
    """The command line itself was not understood."""

    exit_code = 2


def overview() -> str:
    """What `matricula --help` prints."""
    width = max(map(len, COMMANDS))
    lines = (f"  {name:<{width}}  {summary}" for name, (_, summary) in COMMANDS.items())
    return OVERVIEW.format(commands="\n".join(lines))


def require_text(arguments: Sequence[str]) -> None:
    """That each word is text, as in the names of files on other machines and in JSON. Raises UsedWrongly."""
    for number, word in enumerate(arguments, 1):
        if "\0" in word or _has_lone_surrogate(word):
            what = f"word {number} of the command line is not UTF-8 text: {word!r}"
            raise UsedWrongly(what, do="rename the file, or set the locale in which it is named (LANG)")


def _has_lone_surrogate(word: str) -> bool:
    """Bytes that are no UTF-8 come as these (PEP 383)."""
    return any("\ud800" <= character <= "\udfff" for character in word)


def call(name: str, arguments: Sequence[str]) -> Any:
    """Run a command; what it returns. Raises UsedWrongly where there is none of that name."""
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, 1)
        do = f"did you mean {near[0]!r}?" if near else "see `matricula --help`"
        raise UsedWrongly(f"there is no command {name!r}", do=do)
    module = import_module(COMMANDS[name][0])
    command = typer.main.get_command(module.command)
    has_commands = hasattr(command, "commands")
    words = list(arguments) or (["--help"] if has_commands else [])
    return command.main(args=words, prog_name=f"matricula {name}", standalone_mode=False)
