"""How a module of the command line offers its commands."""

import inspect
import re
from collections.abc import Callable
from functools import wraps
from typing import Any

import typer
from typer.core import TyperGroup

_FIRST_SENTENCE = re.compile(r".*?\.(?=\s|$)", re.DOTALL)


class CommandGroup(TyperGroup):
    """A group whose list of commands shows the first sentence of each whole, wrapped where it is long."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for command in self.commands.values():
            sentence = _FIRST_SENTENCE.match(command.help or "")
            command.short_help = " ".join(sentence[0].split()) if sentence else None


def group(help_text: str) -> typer.Typer:
    """A command that has commands of its own."""
    made = typer.Typer(
        cls=CommandGroup,
        help=help_text,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )

    @made.callback()
    def with_commands() -> None:
        """Keeps a group of one command a group."""

    return made


def single(function: Callable[..., Any]) -> typer.Typer:
    """A command that is one function."""
    made = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    made.command()(function)
    return made


def given(**builders: Callable[..., Any]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Parameters of a command that are made of options which many commands share.

        @given(connection=connect)
        def show(did: Did, connection: Connection, json: Json = False) -> None: ...

    On the command line `show` then has the options of `connect` in the place of `connection`. Two builders
    may share options.
    """

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        own = [p for p in inspect.signature(command).parameters.values() if p.name not in builders]
        shared = {
            p.name: p for build in builders.values() for p in inspect.signature(build).parameters.values()
        }

        @wraps(command)
        def run(**options: Any) -> Any:
            arguments = {parameter.name: options[parameter.name] for parameter in own}
            for name, build in builders.items():
                takes = inspect.signature(build).parameters
                arguments[name] = build(**{taken: options[taken] for taken in takes})
            return command(**arguments)

        parameters = [p.replace(kind=p.KEYWORD_ONLY) for p in (*own, *shared.values())]
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
        run.__annotations__ = {p.name: p.annotation for p in parameters}
        return run

    return decorate
