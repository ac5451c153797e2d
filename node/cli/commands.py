"""How a module of the command line offers its commands."""

from collections.abc import Callable
from typing import Any

import typer


def group(help_text: str) -> typer.Typer:
    """A command that has commands of its own."""
    return typer.Typer(
        help=help_text,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )


def single(function: Callable[..., Any]) -> typer.Typer:
    """A command that is one function."""
    made = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
    made.command()(function)
    return made
