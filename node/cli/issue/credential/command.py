"""`matricula credential`: signing, baking and checking credentials. None of them leaves the machine."""

import secrets
from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from api.credentials.open_badges import AwardingBody
from api.credentials.schema import CompiledSchema, SchemaError, micro_credential_document
from api.issuer.drafts import NamedDraft, read_draft, require_apart, unsigned
from api.issuer.lookup import gather_for_drafts
from api.issuer.schema_trial import fault_of
from api.issuer.signing import SigningBatch, accepted, sign_and_keep
from api.issuer.template import (
    DEFAULT_COUNTRY,
    DEFAULT_LIST,
    DEFAULT_NAME,
    DEFAULT_URL,
    Issuing,
    template,
)
from api.verifier.credential import Facts
from api.verifier.credential.policy import DEFAULT_POLICY, SHIPPED
from node.cli.app import UsedWrongly
from node.cli.arguments.commands import given, group
from node.cli.arguments.options import JsonOption
from node.cli.asking.connection import Connection, connect
from node.cli.issue.credential.bake import bake_file
from node.cli.issue.credential.policy_file import policy_of
from node.cli.issue.credential.signable import require_signable
from node.cli.issue.credential.verify import Folder, Judging, target_of, verify_folder, verify_one
from node.cli.issue.credential.verifying import HolderQuestion, web_of
from node.cli.issue.keeping import Files
from node.cli.issue.schema_file import object_of_schema
from node.cli.issue.signing import Signing, sign_with
from node.cli.terminal.console import Output
from node.files.bounded import read_file
from node.files.expected import SCHEMA
from node.files.keystore import KeyPurpose
from node.process import clock
from node.wording.counted import counted
from node.wording.explained import Explained
from node.wording.times import format_time
from registry.kinds.status_list.record import MAX_SIZE, MIN_SIZE


class SigningSuite(StrEnum):
    """The ways to sign a document."""

    EDDSA_JCS = "eddsa-jcs-2022"
    EDDSA_RDFC = "eddsa-rdfc-2022"


command = group("Credentials: signing, baking and checking them. They stay on this machine.")


@command.command("template")
def show_template(
    issuer: Annotated[str, typer.Argument(help="The DID that will sign it.")],
    name: Annotated[str, typer.Option(help="The awarding body's name.")] = DEFAULT_NAME,
    country: Annotated[str, typer.Option(help="Its country's ISO 3166-1 code.")] = DEFAULT_COUNTRY,
    status_list: Annotated[str, typer.Option(help="The name of the list that revokes it.")] = DEFAULT_LIST,
    index: Annotated[
        int | None,
        typer.Option(help="Its entry in that list. Default: drawn at random.", min=0, max=MAX_SIZE - 1),
    ] = None,
    url: Annotated[
        str, typer.Option(help="The public address of your node, where others look the list up.")
    ] = DEFAULT_URL,
    json: JsonOption = False,
) -> None:
    """Print an unsigned credential to start from: a micro-credential with all its elements.

    Keep it in a file, put the learner and the achievement in, and sign it. The entry of the status list is
    drawn anew each time; note which credential has which.
    """
    entry = secrets.randbelow(MIN_SIZE) if index is None else index
    issuing = Issuing(AwardingBody(issuer, name, country.upper()), url, status_list, entry)
    require_signable(issuing)
    Output(json).content(template(issuing, clock.now_ms()))


@command.command("sign")
@given(signing=sign_with)
def sign(
    files: Annotated[list[Path], typer.Argument(help="Unsigned credentials, one JSON file each.")],
    signing: Signing,
    schema: Annotated[Path | None, typer.Option(help="A JSON Schema that each must conform to.")] = None,
    micro_credential: Annotated[
        bool,
        typer.Option(
            "--micro-credential", help="Each must hold the elements of the European recommendation."
        ),
    ] = False,
    even_if_expired: Annotated[
        bool, typer.Option("--even-if-expired", help="Sign also what has ended already.")
    ] = False,
    suite: Annotated[
        SigningSuite,
        typer.Option(
            help="How they are signed: over their text, or over what they mean, as others expect it."
        ),
    ] = SigningSuite.EDDSA_JCS,
    json: JsonOption = False,
) -> None:
    """Sign credentials with an assertionMethod key: FILE.signed.json beside each.

    Before the first is signed, all get the checks of `credential verify`: form, dates, and against the ledger
    the issuer, the key and each status entry; and the schema, if one is named. No two may share an id or a
    status entry, nor share one with what is signed in the same folder. Whatever would not be valid is
    refused; what counts only from a later day on is signed, and told. A file has at most 1 MiB and 32 levels
    of nesting. Files that are signed already, and what this software put beside them, are left out.
    """
    output, keeping = Output(json), Files()
    compiled = _schema(schema, micro_credential)
    names, left_out = unsigned(keeping, [str(file) for file in files])
    if not names:
        _tell_nothing_new(output, left_out)
        return
    with output.progress() as progress:
        reading = progress.track(names, description="Reading credentials")
        drafts = [read_draft(keeping, name, signing.did, compiled) for name in reading]
    now_ms, accepts = clock.now_ms(), accepted(even_if_expired=even_if_expired)
    batch = SigningBatch(drafts, _facts(signing, drafts), now_ms, accepts, suite.value)
    remarks = batch.judge()
    with output.progress() as progress:
        signed = list(keeping.signed_beside(names))
        require_apart(keeping, drafts, progress.track(signed, description="Reading those signed before"))
    key = signing.open_key(KeyPurpose.CREDENTIAL)
    with output.progress() as progress:
        made = sign_and_keep(keeping, batch, key, partial(progress.track, description="Signing"))
    output.remark(*remarks)
    _tell_signed(output, batch, made, key.id, left_out, remarks)


@command.command("bake")
def bake_badge(
    file: Annotated[Path, typer.Argument(help="A signed credential.")],
    image: Annotated[
        Path | None, typer.Option(help="A PNG or SVG picture. Default: a plain badge is drawn.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The badge. Default: NAME.badge.png or .svg.")] = None,
    json: JsonOption = False,
) -> None:
    """Put a signed credential into a picture: a badge that holders show, and anybody can check.

    The picture looks as before. What it shows proves nothing, the credential in it does: programs that know
    Open Badges 3.0 take it out. The badge lies beside FILE, and no file is written over.
    """
    written = bake_file(file, image, out)
    told = [f"baked        {written}", f"next         matricula credential verify {written}"]
    Output(json).result({"badge": str(written)}, told)


@command.command("verify")
@given(connection=connect)
def verify(
    file: Annotated[
        str,
        typer.Argument(help="A credential or presentation: a file, a folder of them, a URL, or - for input."),
    ],
    connection: Connection,
    policy: Annotated[
        str,
        typer.Option(help=f"What it must hold here: {', '.join(SHIPPED)}, or a file of your own."),
    ] = DEFAULT_POLICY,
    anchor: Annotated[
        Path | None, typer.Option(help="Its anchor proof. Default: FILE.anchor.json, where there is one.")
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Of a folder: a new CSV file with a row for each file.")
    ] = None,
    permit: Annotated[
        list[str] | None,
        typer.Option(help="A server that may be private or without TLS, such as http://10.0.0.5:8080."),
    ] = None,
    offline: Annotated[
        bool,
        typer.Option("--offline", help="Ask nodes alone, nobody on the web.", envvar="MATRICULA_OFFLINE"),
    ] = False,
    audience: Annotated[
        str | None, typer.Option(help="For whom the holder was asked to present it, with --nonce.")
    ] = None,
    nonce: Annotated[
        str | None, typer.Option(help="The text that the holder was to sign, used for this one time.")
    ] = None,
    json: JsonOption = False,
) -> int:
    """Check a credential: is it real, still good, who stands behind it, and what does it count for here?

    It may be in a picture or PDF. Nodes are asked for the issuer and whole status lists, and the web for what
    the credential names there: DID documents, lists and schemas, never for the credential itself. Of a
    presentation each credential is judged, at most 16; who presents it, and its own proof, are not checked.
    Of a folder each file gets a row. A credential has at most 1 MiB and 32 levels of nesting.

    The exit code is 0 if all is valid; 1 if anything is invalid or indeterminate, or could not be asked; 2 if
    the command was not understood.
    """
    if (audience is None) != (nonce is None):
        raise UsedWrongly("--audience and --nonce belong together", do="give both, or none")
    web = web_of(offline, permit or (), clock.now_ms)
    judging = Judging(connection, policy_of(policy), web, HolderQuestion(audience, nonce))
    output, target = Output(json), target_of(file)
    if isinstance(target, Folder):
        _refuse(
            anchor, "--anchor", "a folder: an anchor proof lies beside its credential as FILE.anchor.json"
        )
        return verify_folder(judging, target.path, report, output)
    _refuse(report, "--report", "one credential: name a folder")
    return verify_one(judging, target, anchor, output)


def _refuse(option: Path | None, name: str, why: str) -> None:
    if option is not None:
        raise UsedWrongly(f"{name} is not for {why}", do=f"leave {name} out")


def _schema(file: Path | None, micro_credential: bool) -> CompiledSchema | None:
    if file is None and not micro_credential:
        return None
    content = micro_credential_document() if file is None else read_file(file, SCHEMA)
    document = object_of_schema(content, file or "")
    try:
        return CompiledSchema(document)
    except SchemaError as error:
        what, do = fault_of(error)
        do += ". If it is published like that, publish a new version, and name it in your credentials"
        what = f"no credential can be signed under the schema: {what}"
        raise Explained(what, where=file or "", do=do) from error


def _facts(signing: Signing, drafts: Sequence[NamedDraft]) -> Facts:
    """What the ledger proves about drafts. Raises NoAnswer and Forked."""
    claims = [draft.draft.claims for draft in drafts]
    return signing.connection.run(lambda client: gather_for_drafts(client, signing.did, claims))


def _tell_nothing_new(output: Output, left_out: list[str]) -> None:
    told = f"signed       nothing: {counted(len(left_out), 'credential')} signed before"
    output.result({"signed": [], "leftOut": left_out}, [told])


def _tell_signed(
    output: Output,
    batch: SigningBatch,
    signed: list[str],
    key_id: str,
    left_out: list[str],
    remarks: list[str],
) -> None:
    as_of_ms = batch.facts.as_of_ms
    lines = [f"signed       {counted(len(signed), 'credential')} as {key_id}"]
    if left_out:
        lines.append(f"left out     {counted(len(left_out), 'credential')} signed before")
    lines += [
        f"checked      each as `matricula credential verify` does, {format_time(as_of_ms)}",
        "next         matricula anchor FILE.signed.json …: proof that they exist today",
    ]
    output.result(
        {
            "signed": signed,
            "leftOut": left_out,
            "key": key_id,
            "created": batch.created,
            "asOfMs": as_of_ms,
            "remarks": remarks,
        },
        lines,
    )
