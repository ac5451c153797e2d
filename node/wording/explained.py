"""Errors that a person has to act on: what happened, where, and what to do (decision 0091)."""

from collections.abc import Mapping
from typing import Any


class Explained(Exception):
    """Base of every error that the command line shows as it is.

    `what` is a clause without a full stop, `where` a file, a place in it, or an address ("" if nowhere),
    `do` the next step, `command` the command line that takes it ("" if there is none), made of what this
    command was given. `exit_code`: 1 failed, 2 used wrongly, 3 damaged. `more` is for programs alone.
    """

    exit_code = 1
    more: Mapping[str, Any] = {}

    def __init__(self, what: str, *, where: object = "", do: str, command: str = "") -> None:
        super().__init__(what, str(where), do)
        self.what = what
        self.where = str(where)
        self.do = do
        self.command = command

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.what, self.where, self.do, self.command)))
