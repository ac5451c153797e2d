"""Options that several commands share."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import msgspec
import typer

from node.cli.app import UsedWrongly
from node.cli.arguments.passphrase_file import read_passphrase
from node.cli.terminal.console import Output, ask, ask_whether
from node.files.keystore import Passphrase
from node.setup.config import LoadedConfig
from node.wording.explained import Explained
from node.wording.hosts import WrongAddress

PASSPHRASE_VARIABLE = "MATRICULA_PASSPHRASE"
PASSPHRASE_OPTION = "--passphrase-file"

JsonOption: TypeAlias = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on one line, and nothing else.")
]
ConfigFile: TypeAlias = Annotated[
    Path,
    typer.Option(
        "--config",
        "-c",
        help="The node's settings file.",
        envvar="MATRICULA_CONFIG",
        dir_okay=False,
        readable=False,  # the library would not say why it is not
    ),
]
DEFAULT_CONFIG = Path("node.toml")


Yes: TypeAlias = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]


def confirm(question: str, yes: bool) -> None:
    """Ask before what cannot be undone. Raises Explained where the answer is no, UsedWrongly where there is
    nobody to ask.
    """
    if yes:
        return
    if not somebody_is_there():
        raise UsedWrongly(
            f"cannot ask, because standard input is no terminal: {question}", do="add --yes to confirm"
        )
    if not ask_whether(question):
        raise Explained("the answer was no", do="nothing was changed")


def somebody_is_there() -> bool:
    """Whether a person can answer a question; there may be no standard input at all."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask_for(option: str, given: str | None, question: str) -> str:
    """The value of an option, or what a person answers. Raises UsedWrongly where there is nobody to ask."""
    if given is not None:
        return given
    if not somebody_is_there():
        raise UsedWrongly(
            f"{option} is missing, and the command cannot ask, because standard input is no terminal",
            do=f"give {option}: see --help",
        )
    return ask(question)


def answer_to(option: str, given: str | None, question: str, check: Callable[[str], str]) -> str:
    """The value of an option, or what a person answers, as `check` returns it. A person whose answer it
    refuses is asked again. Raises what `check` raises for an option, UsedWrongly where nobody can be asked.
    """
    while True:
        value = ask_for(option, given, question)
        try:
            return check(value)
        except Explained as error:
            if given is not None:
                raise
            Output().error(error)


def of_form(what: str, value: str, form: Any, example: str) -> str:
    """The value, if it has the form of that type. Raises Explained with the example."""
    try:
        return str(msgspec.convert(value, form))
    except msgspec.ValidationError as error:
        raise Explained(f"{value!r} is no {what}", do=f"give one of this form: {example}") from error


def address_of(what: str, value: str, form: Any, example: str, check: Callable[[str], object]) -> str:
    """The value, if it has that form and `check` can read it. Raises Explained."""
    address = of_form(what, value, form, example)
    try:
        check(address)
    except WrongAddress as error:
        raise Explained(error.what, where=f"{what}: {address}", do=error.do) from error
    return address


def passphrase_for(config: LoadedConfig, *, has_option: bool = False) -> Passphrase:
    """Where a node's passphrase comes from: its file, the environment, or a prompt, in this order.

    `has_option`: the command has --passphrase-file as well, and it was not given.
    """
    written = config.settings.keys.passphrase_file
    setting = f"keys.passphrase_file in {config.file}"
    named_by = f"{PASSPHRASE_OPTION} or {setting}" if has_option else setting
    return passphrase_from(config.path(written) if written else None, named_by=named_by)


def passphrase_from(
    file: Path | None, *, named_by: str = PASSPHRASE_OPTION, confirm: bool = False
) -> Passphrase:
    """Ask for a passphrase: the first line of `file`, else the environment, else a person.

    `named_by`: how a file is named to this command. The answer is kept, so that several keys cost one
    question.
    """
    answers: list[bytes] = []

    def answer() -> bytes:
        if not answers:
            answers.append(_ask(file, named_by, confirm))
        return answers[0]

    return answer


def _ask(file: Path | None, named_by: str, confirm: bool) -> bytes:
    if file is not None:
        return read_passphrase(file, named_by=named_by)
    if value := os.environ.get(PASSPHRASE_VARIABLE):
        return os.fsencode(value)
    if not somebody_is_there():
        do = f"name a file with {named_by}, or set the environment variable {PASSPHRASE_VARIABLE}"
        what = "the keys need a passphrase, and the command cannot ask, because standard input is no terminal"
        raise Explained(what, do=do)
    return ask("Passphrase of the keys", hidden=True, twice=confirm).encode()
