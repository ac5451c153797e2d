"""`matricula context`: the JSON-LD contexts that say what the members of credentials mean."""

import os
from pathlib import Path
from typing import Annotated

import typer

from api.credentials.contexts.library import (
    ContextError,
    ContextFault,
    ContextLibrary,
    ContextOrigin,
    KnownContext,
    read_context,
)
from api.credentials.contexts.pins import PINS
from node.cli.arguments.commands import group
from node.cli.arguments.options import JsonOption
from node.cli.terminal.console import Output
from node.files.bounded import object_of_kind, read_file, wrong_file
from node.files.contexts import ImportedContexts
from node.files.expected import CONTEXT
from node.wording.explained import Explained
from registry.primitives.reason import as_clause

command = group("JSON-LD contexts: what the members of credentials mean. None is ever fetched.")


@command.command("import")
def import_context(
    file: Annotated[Path, typer.Argument(help="The JSON file that stands at the URL.")],
    url: Annotated[str, typer.Option(help="The URL, as credentials name it.")],
    json: JsonOption = False,
) -> None:
    """Import the file of a context, so that credentials which name it can be judged.

    If this software knows what the URL stands for, any other file is refused. Otherwise what the URL stands
    for is what you import: get it from whoever publishes it. It counts for commands at once, for a node from
    its next start on. Files are kept in the folder that MATRICULA_CONTEXTS names,
    or else in ~/.local/share/matricula/contexts.
    """
    content = read_file(file, CONTEXT)
    object_of_kind(content, CONTEXT, file)
    imported = ImportedContexts.of(os.environ)
    try:
        context = read_context(url, content)
        place = imported.keep(context, content)
    except ContextError as error:
        raise _explained(error, content, file) from error
    except FileExistsError as error:
        do = f"if you want another in its place, delete its file in {imported.folder} first"
        raise Explained("a context of this URL has been imported already", where=url, do=do) from error
    told = (
        "pinned by this software"
        if url in PINS
        else "not known to this software: your file says what it means"
    )
    Output(json).result(
        {"url": url, "sha256": context.sha256, "file": str(place), "pinned": url in PINS},
        [f"Imported {url}", f"SHA-256 of its RFC 8785 form: {context.sha256}", told],
    )


@command.command("list")
def list_contexts(json: JsonOption = False) -> None:
    """List the contexts that are known: shipped, imported, and those that have to be imported first."""
    imported = ImportedContexts.of(os.environ)
    library = ContextLibrary(imported.find)
    rows = [_row(library, url) for url in sorted({*PINS, *imported.urls()})]
    lines = [f"{row['state']:<8}  {row['url']}" for row in rows]
    Output(json).result({"folder": str(imported.folder), "contexts": rows}, lines)


def _row(library: ContextLibrary, url: str) -> dict[str, str]:
    try:
        context = library.find(url)
    except ContextError as error:
        return {"url": url, "state": "wrong", "why": error.fault.code}
    if context is None:
        return {"url": url, "state": "missing", "sha256": PINS[url][-1]}
    return {"url": url, "state": _state(context), "sha256": context.sha256}


def _state(context: KnownContext) -> str:
    return "shipped" if context.origin is ContextOrigin.SHIPPED else "imported"


def _explained(error: ContextError, content: bytes, file: Path) -> Explained:
    if error.fault is ContextFault.NOT_A_CONTEXT:
        return wrong_file(content, CONTEXT, file, as_clause(error.detail))
    what = ": ".join(as_clause(text) for text in (error.fault.sentence, error.detail) if text)
    return Explained(what, where=file, do=as_clause(error.fault.remedy))
