"""`matricula schema`: what credentials must hold, in versions that never change."""

import json as json_format
import os
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from api.credentials.formats.table import read_draft
from api.credentials.schema import micro_credential_document
from api.credentials.secured import UnsignedCredential
from api.interface.media import OCTETS
from api.issuer.schema_trial import try_schema, violation_told
from api.issuer.template import starting_point
from node.cli.app import UsedWrongly
from node.cli.arguments.commands import given, group
from node.cli.arguments.options import JsonOption, Yes, confirm
from node.cli.arguments.refused_parts import require_version
from node.cli.arguments.times import At, KnownAt, parse_time
from node.cli.asking.connection import Connection, connect
from node.cli.asking.listing import show_index
from node.cli.asking.proved import Known, exit_code, look_up, look_up_to_show, source_lines
from node.cli.issue.credential.files import credential_in
from node.cli.issue.schema_file import require_schema
from node.cli.issue.signing import Signing, send, sign_with
from node.cli.terminal.console import Output
from node.files.bounded import read_file
from node.files.durable import write_whole
from node.files.expected import SCHEMA
from node.process import clock
from node.wording.explained import Explained
from node.wording.screen import table
from node.wording.times import format_time
from registry.attachments import MAX_ATTACHMENT_BYTES, SALT_SIZE, Attachment, address_of
from registry.kinds.schema.record import (
    SCHEMA_RECORD,
    SCHEMAS_BY_OWNER,
    Release,
    ReleaseState,
    Schema,
    schema_id,
)

command = group("Credential schemas: what credentials must hold, in versions that never change.")

SchemaName: TypeAlias = Annotated[
    str, typer.Argument(help="The schema's name: lower-case letters, digits and -.")
]
Version: TypeAlias = Annotated[str, typer.Argument(help="The version: major.minor.patch.")]
SchemaId: TypeAlias = Annotated[str, typer.Argument(help="The schema's id: DID/schemas/NAME.")]


@command.command("publish")
@given(signing=sign_with)
def publish(
    name: SchemaName,
    version: Version,
    signing: Signing,
    file: Annotated[Path | None, typer.Argument(help="The JSON Schema.")] = None,
    micro_credential: Annotated[
        bool,
        typer.Option(
            "--micro-credential",
            help="Publish the elements of the European recommendation, in place of FILE.",
        ),
    ] = False,
    example: Annotated[
        Path | None,
        typer.Option(
            help="A credential that has to conform to it. Default: the one of `credential template`; "
            "you are asked where it does not conform."
        ),
    ] = None,
    yes: Yes = False,
    even_if_unusable: Annotated[
        bool,
        typer.Option("--even-if-unusable", help="Publish it although no credential can be signed under it."),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Publish a version of a schema. Its exact bytes go on the ledger and never change.

    Before, it is tried: drafts 2020-12 and 2019-09 are supported, nothing outside of it may be referred to,
    it may not contradict itself or what every credential holds, and the example is held against it, unsigned
    and signed. It has at most 128 KiB.
    """
    output = Output(json)
    if (file is None) is not micro_credential:
        raise UsedWrongly(
            "either a file or --micro-credential is needed", do="give FILE or --micro-credential, not both"
        )
    content = micro_credential_document() if file is None else read_file(file, SCHEMA)
    attachment = Attachment(os.urandom(SALT_SIZE), content)
    require_version(version)
    owner = signing.did
    where = file or "--micro-credential"
    require_schema(content, where)
    if not even_if_unusable:
        _require_usable(content, where, owner, example, yes)
    sent = send(signing, output, lambda builder: builder.publish_schema(owner, name, version, attachment))
    record_id = schema_id(owner, name)
    output.result(
        {"schema": record_id, "version": version, "content": attachment.address.hex(), **sent.document()},
        [f"published    {record_id} {version} ({len(content)} bytes)", *sent.lines()],
    )


@command.command("deprecate")
@given(signing=sign_with)
def deprecate(name: SchemaName, version: Version, signing: Signing, json: JsonOption = False) -> None:
    """Say that a version is not for new credentials. Those that name it stay good."""
    _set_state(Output(json), signing, name, version, ReleaseState.DEPRECATED)


@command.command("withdraw")
@given(signing=sign_with)
def withdraw(
    name: SchemaName, version: Version, signing: Signing, yes: Yes = False, json: JsonOption = False
) -> None:
    """Disown a version, for good."""
    confirm(f"Disown version {version} of {name} for good?", yes)
    _set_state(Output(json), signing, name, version, ReleaseState.WITHDRAWN)


@command.command("show")
@given(connection=connect)
def show(
    id: SchemaId,  # noqa: A002 -- the name on the command line
    connection: Connection,
    version: Annotated[str | None, typer.Option(help="Fetch the content of this version into --out.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to put the content of --version.")] = None,
    at: At = None,
    known_at: KnownAt = None,
    json: JsonOption = False,
) -> int:
    """Show the versions of a schema, checked; with --version and --out fetch one's content.

    The exit code is 0 for a valid answer, 1 for any other. Content is fetched for a valid answer only.
    """
    output = Output(json)
    find = look_up_to_show if out is None else look_up
    known = find(connection, SCHEMA_RECORD, id, parse_time(known_at))
    if (version is None) is not (out is None):
        raise UsedWrongly("--version and --out belong together", do="give both or neither")
    if version is not None and out is not None:
        write_whole(out, _content(connection, known, version), replace=False)
        output.remark(f"{out} holds version {version}, and its address on the ledger proves it")
    _show(output, known, parse_time(at))
    return exit_code(known.checked.verdict)


@command.command("list")
@given(connection=connect)
def list_schemas(
    owner: Annotated[str, typer.Argument(help="Whose schemas: a DID.")],
    connection: Connection,
    known_at: KnownAt = None,
    json: JsonOption = False,
) -> None:
    """List all schemas of an owner, proved to be all."""
    show_index(Output(json), connection, SCHEMAS_BY_OWNER, owner, parse_time(known_at))


def _require_usable(content: bytes, where: object, owner: str, file: Path | None, yes: bool) -> None:
    """That credentials can be signed under a schema, as far as that can be seen before. Raises Explained."""
    trial = try_schema(content, _template(owner) if file is None else _example_in(file))
    if trial.unusable:
        what = f"no credential can be signed under this schema: {trial.unusable}"
        do = f"{trial.do}. Once published it never changes; --even-if-unusable publishes it as it is"
        raise Explained(what, where=where, do=do)
    if not trial.violations:
        return
    first, *others = trial.violations
    more = f", and {len(others)} more" if others else ""
    if file is not None:
        raise Explained(
            f"the example does not conform: {first.message}{more}",
            where=f"{file} at {first.path or 'the top'}",
            do="correct the schema or the example; nothing was published",
        )
    question = (
        "The credential of `matricula credential template` does not conform "
        f"({violation_told(first)}{more}). If your credentials hold something else, "
        "try it on one of them with --example FILE. "
        "Publish it as it is?"
    )
    confirm(question, yes)


def _example_in(file: Path) -> UnsignedCredential:
    """Raises Explained where it is of a format that is only read here: how it looks once it is signed is then
    unknown.
    """
    example = credential_in(file).unsigned
    if example is None:
        raise Explained(
            "the example is a signed token or a European Digital Credential, and such are only read here",
            where=file,
            do="give a credential in JSON, such as `matricula credential template` prints; "
            "nothing was published",
        )
    return example


def _template(owner: str) -> UnsignedCredential:
    return read_draft(json_format.dumps(starting_point(owner, clock.now_ms())).encode())


def _set_state(output: Output, signing: Signing, name: str, version: str, state: ReleaseState) -> None:
    owner = signing.did
    sent = send(signing, output, lambda builder: builder.set_schema_state(owner, name, version, state))
    record_id, word = schema_id(owner, name), state.name.lower()
    output.result(
        {"schema": record_id, "version": version, "state": word, **sent.document()},
        [f"{word:<12} {record_id} {version}", *sent.lines()],
    )


def _content(connection: Connection, known: Known, version: str) -> bytes:
    """The exact bytes of a version: what has the address that the ledger names."""
    schema: Schema | None = known.body
    release = None if schema is None else schema.release(version)
    if release is None:
        raise Explained(
            f"there is no version {version}",
            where=known.id,
            do="run it without --version and --out to see which versions there are",
        )
    path = f"/v1/attachments/{release.content.hex()}"
    node, response = connection.fetch(path, accept=OCTETS, limit=MAX_ATTACHMENT_BYTES)
    if address_of(response.body) != release.content:
        raise Explained(
            "the node gave other bytes than the ledger names", where=node, do="ask another node with --node"
        )
    return Attachment.decode(response.body).content


def _show(output: Output, known: Known, at_ms: int | None) -> None:
    schema: Schema | None = known.body
    at_ms = known.as_of_ms if at_ms is None else at_ms
    if schema is None:
        output.result(known.document(), [known.absence(), *source_lines(known.checked)])
        return
    output.result(
        {
            **known.document(),
            "atMs": at_ms,
            "releases": [
                {
                    "version": release.version,
                    "state": _state(release, at_ms),
                    "content": release.content.hex(),
                }
                for release in schema.releases
            ],
        },
        [f"states at {format_time(at_ms)}", *source_lines(known.checked)],
        table(
            known.id,
            ("version", "state", "published"),
            [
                (release.version, _state(release, at_ms) or "not yet", format_time(release.states[0][1]))
                for release in schema.releases
            ],
        ),
    )


def _state(release: Release, at_ms: int) -> str | None:
    state = release.state_at(at_ms)
    return None if state is None else state.name.lower()
