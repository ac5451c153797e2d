"""Every command with arguments that it takes, for tests that vary one parameter at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer

from node.cli.app import COMMANDS
from tests.registry.network import UNIVERSITY

SCHEMA = f"{UNIVERSITY}/schemas/own"
DEGREES = f"{UNIVERSITY}/status-lists/degrees"
RECALL = f"{UNIVERSITY}/pending/recall"

REQUIRED: dict[str, dict[str, str]] = {
    "demo": {},
    "localnet": {"folder": "net"},
    "init": {
        "folder": "node",
        "name": "A",
        "did": "did:web:a.example",
        "country": "PT",
        "announce": "/ip4/127.0.0.1/tcp/4001",
    },
    "genesis": {"founding_files": "founding.json", "name": "New", "out": "new.cbor"},
    "run": {},
    "doctor": {},
    "backup": {"folder": "copy"},
    "restore": {"backup": "copy"},
    "fingerprint": {"file": "genesis.cbor"},
    "did register": {"folder": "department"},
    "did add-key": {"name": "#key-9", "new_key": "new.key", "purpose": "assertionMethod"},
    "did rotate": {"name": "#key-9", "new_key": "new.key", "to": "key-10"},
    "did retire": {"name": "#key-9"},
    "did report-compromised": {"name": "#key-9", "since": "2026-05-31"},
    "did deactivate": {"did": "did:web:nobody.example"},
    "did show": {"did": UNIVERSITY},
    "did web-files": {"dids": UNIVERSITY, "out": "web"},
    "did compare": {"dids": "did:web:nobody.example"},
    "credential template": {"issuer": UNIVERSITY},
    "credential sign": {"files": "award.json"},
    "credential verify": {"file": "award.json"},
    "credential bake": {"file": "award.json"},
    "schema publish": {"name": "own", "version": "1.0.0", "file": "schema.json"},
    "schema deprecate": {"name": "own", "version": "1.0.0"},
    "schema withdraw": {"name": "own", "version": "1.0.0"},
    "schema show": {"id": SCHEMA},
    "schema list": {"owner": UNIVERSITY},
    "status create": {"name": "degrees"},
    "status set": {"name": "degrees", "indices": "1"},
    "status clear": {"name": "degrees", "indices": "1"},
    "status show": {"id": DEGREES},
    "status publish": {"names": "degrees"},
    "status published": {"ids": DEGREES},
    "status list": {"issuer": UNIVERSITY},
    "proposal list": {"subject": UNIVERSITY},
    "proposal show": {"id": RECALL},
    "proposal approve": {"id": RECALL},
    "proposal withdraw": {"id": RECALL},
    "anchor": {"files": "award.json"},
    "get": {"kind": "member", "id": UNIVERSITY},
    "verify": {"file": "answer"},
    "context import": {"file": "context.json", "url": "https://college.example/terms/v1"},
    "context list": {},
    "inspect": {"file": "answer"},
}
"""What each command needs beside the options of asking and signing. A new command has to be added here."""
ALWAYS = {
    "localnet": ("--stop",),
    "did deactivate": ("--yes",),
    "schema withdraw": ("--yes",),
    "proposal approve": ("--yes",),
    "proposal withdraw": ("--yes",),
}
"""Flags without which a command would start processes or ask somebody."""


@dataclass(frozen=True)
class Command:
    """A command as it is called: its words, and the parameters that take a text."""

    words: str
    parameters: tuple[Any, ...]

    def takes(self, name: str) -> bool:
        """Whether it has that parameter."""
        return any(parameter.name == name for parameter in self.parameters)

    def line(self, shared: Mapping[str, str], **changed: str) -> list[str]:
        """A command line: what the command needs, the shared options that it has, and what is changed."""
        of_shared = {name: text for name, text in shared.items() if self.takes(name)}
        given = {**of_shared, **REQUIRED[self.words], **changed}
        arguments: list[str] = []
        options: list[str] = list(ALWAYS.get(self.words, ()))
        for parameter in self.parameters:
            if parameter.name not in given:
                continue
            option = parameter.opts[0]
            if option.startswith("-"):
                options.append(f"{option}={given[parameter.name]}")
            else:
                arguments.append(given[parameter.name])
        return [*self.words.split(), *options, "--", *arguments]


def commands() -> list[Command]:
    """Every command that there is, as the command line itself knows them."""
    return list(_commands())


def _commands() -> Iterator[Command]:
    for name, (module, _) in COMMANDS.items():
        outer: Any = typer.main.get_command(import_module(module).command)
        inner = getattr(outer, "commands", None)
        for words, command in (
            {name: outer}.items()
            if inner is None
            else ((f"{name} {one}", command) for one, command in inner.items())
        ):
            yield Command(words, tuple(one for one in command.params if not getattr(one, "is_flag", False)))


COMMANDS_BY_WORDS = {command.words: command for command in commands()}
