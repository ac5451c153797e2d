"""`matricula credential`: signing and checking credentials. None of them leaves the machine."""

import json as json_format
import secrets
from pathlib import Path
from typing import Annotated

import typer

from api.credentials import eddsa_jcs
from api.credentials.document import MAX_BYTES, Document, DocumentError, load
from api.credentials.open_badges import AwardingBody
from api.credentials.schema import Schema, SchemaError, micro_credential_document
from api.verifier.credential import Check, judge, overall
from api.verifier.verdict import Outcome
from node import clock, config
from node.bounded_files import read_at_most
from node.cli import times
from node.cli.commands import given, group
from node.cli.connection import Connection, connect
from node.cli.console import Output, counted
from node.cli.credential_facts import ANCHOR_SUFFIX, gather, read_anchor
from node.cli.credential_template import Issuing, template
from node.cli.options import Json, of_form
from node.cli.proved import as_of, look_up
from node.cli.signing import Signing, sign_with
from node.durable_files import write_whole
from node.explained import Explained
from node.keystore import KeyPurpose, open_key
from registry.primitives import ed25519
from registry.records.did import Did, KeyState, Purpose
from registry.records.kind import Kind
from registry.records.status_list import MIN_SIZE
from registry.ruleset import MAX_ATTACHMENT_BYTES

command = group("Credentials: signing and checking them. They stay on this machine.")

SUFFIX = ".signed.json"


@command.command("template")
def show_template(
    issuer: Annotated[str, typer.Argument(help="The DID that will sign it.")],
    name: Annotated[str, typer.Option(help="The awarding body's name.")] = "University of Example",
    country: Annotated[str, typer.Option(help="Its country's ISO 3166-1 code.")] = "PT",
    status_list: Annotated[str, typer.Option(help="The name of the list that revokes it.")] = "degrees",
    index: Annotated[
        int | None, typer.Option(help="Its entry in that list. Default: drawn at random.", min=0)
    ] = None,
    url: Annotated[
        str, typer.Option(help="The public address of your node, where others look the list up.")
    ] = "https://node.example.edu",
    json: Json = False,
) -> None:
    """Print an unsigned credential to start from: a micro-credential with all its elements.

    Keep it in a file, put the learner and the achievement in, and sign it. The entry of the status list is
    drawn anew each time; note which credential has which.
    """
    entry = secrets.randbelow(MIN_SIZE) if index is None else index
    body = AwardingBody(
        of_form("DID", issuer, config.Did, "did:web:registrar.example.edu"), name, country.upper()
    )
    Output(json).content(template(Issuing(body, url.rstrip("/"), status_list, entry), clock.now_ms()))


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
    json: Json = False,
) -> None:
    """Sign credentials with an assertionMethod key: FILE.signed.json beside each (eddsa-jcs-2022).

    All are checked before the first is signed: form, issuer and schema, and that the ledger knows the key as
    active. Files that are signed already, and what this software put beside them, are left out.
    """
    output = Output(json)
    compiled = _schema(schema, micro_credential)
    files, left_out = _unsigned(files)
    with output.progress() as progress:
        documents = [
            _read(file, signing.did, compiled) for file in progress.track(files, description="Checking")
        ]
    key = signing.key(KeyPurpose.CREDENTIAL)
    seed = open_key(key.file, KeyPurpose.CREDENTIAL, signing.passphrase, least=signing.least)
    known = _require_active(signing, key.id, ed25519.public_key(seed))
    created = times.format_time(clock.now_ms() // 1000 * 1000)
    signed = [_signed_file(file) for file in files]
    for path, document in zip(signed, documents, strict=True):
        credential = eddsa_jcs.sign(document, seed, verification_method=key.id, created=created)
        _keep(path, credential)
    output.result(
        {
            "signed": [str(path) for path in signed],
            "leftOut": [str(path) for path in left_out],
            "key": key.id,
            "created": created,
        },
        [
            f"signed       {counted(len(signed), 'credential')} as {key.id}",
            *([f"left out     {counted(len(left_out), 'credential')} signed before"] if left_out else []),
            f"checked      the key is active, {known}",
            "next         matricula anchor FILE.signed.json …: proof that they exist today",
        ],
    )


@command.command("verify")
@given(connection=connect)
def verify(
    file: Annotated[Path, typer.Argument(help="A signed credential.")],
    connection: Connection,
    anchor: Annotated[
        Path | None, typer.Option(help="Its anchor proof. Default: FILE.anchor.json, where there is one.")
    ] = None,
    json: Json = False,
) -> int:
    """Check a credential: signature, issuer's key, anchor, dates, status. The exit code is 0 if it is valid.

    The registry is asked for the issuer and whole status lists only; no node learns whose credential it is.
    """
    credential = _load(file)
    beside = file.with_name(file.name + ANCHOR_SUFFIX)
    proof_file = anchor or (beside if beside.exists() else None)
    facts = gather(connection, credential, None if proof_file is None else read_anchor(proof_file))
    checks = judge(credential, facts, now_ms=clock.now_ms())
    outcome = overall(checks)
    anchored = "no" if facts.anchored_ms is None else times.format_time(facts.anchored_ms)
    lines = [f"{check.outcome.value:<14}{check.aspect.value:<10}{_told(check)}".rstrip() for check in checks]
    Output(json).result(
        {
            "file": str(file),
            "outcome": outcome.value,
            "asOfMs": facts.as_of_ms,
            "anchoredMs": facts.anchored_ms,
            "checks": [
                {
                    "aspect": check.aspect.value,
                    "outcome": check.outcome.value,
                    "reason": check.reason and check.reason.name.lower().replace("_", "-"),
                    "detail": check.detail,
                }
                for check in checks
            ],
        },
        [
            *lines,
            "",
            f"{outcome.value}, as of {times.format_time(facts.as_of_ms)}; anchored: {anchored}",
        ],
    )
    return 0 if outcome is Outcome.VALID else 1


def _told(check: Check) -> str:
    """A check's reason and detail in a line."""
    sentence = "" if check.reason is None else check.reason.value.removesuffix(".")
    return ": ".join(filter(None, (sentence, check.detail)))


def _schema(file: Path | None, micro_credential: bool) -> Schema | None:
    if file is None and not micro_credential:
        return None
    content = micro_credential_document() if file is None else read_at_most(file, MAX_ATTACHMENT_BYTES)
    try:
        return Schema(load(content))
    except (DocumentError, SchemaError) as error:
        do = "give the schema as it was published: `matricula schema show ID --version V --out FILE`"
        raise Explained(f"not a schema: {error}", where=file or "", do=do) from error


def _signed_file(file: Path) -> Path:
    return file.with_name(file.name.removesuffix(".json") + SUFFIX)


def _unsigned(files: list[Path]) -> tuple[list[Path], list[Path]]:
    """The files to sign, and those that were signed before: `awards/*.json` names new ones beside old ones.

    Raises Explained where there is none to sign.
    """
    named = [file for file in files if not file.name.endswith((SUFFIX, ANCHOR_SUFFIX))] or files
    left_out = [file for file in named if _signed_file(file).exists()]
    if left_out == named:
        do = "it is signed already; move the file away to sign anew"
        raise Explained("the file is there already", where=_signed_file(named[0]), do=do)
    return [file for file in named if file not in left_out], left_out


def _read(file: Path, issuer: str, schema: Schema | None) -> Document:
    """An unsigned credential of that issuer which conforms to the schema."""
    document = _load(file)
    if "proof" in document:
        raise Explained("it is signed already", where=file, do="sign the unsigned credential")
    named = document.get("issuer")
    found = named.get("id") if isinstance(named, dict) else named
    if found != issuer:
        do = "put the DID that signs into `issuer`, or sign with that issuer's key: --key and --as"
        raise Explained(f"its issuer is {found!r}, the key is of {issuer}", where=file, do=do)
    violations = schema.violations(document) if schema is not None else ()
    if violations:
        first = violations[0]
        more = f", and {len(violations) - 1} more" if len(violations) > 1 else ""
        raise Explained(
            f"it does not conform to the schema: {first.message}{more}",
            where=f"{file} at {first.path or 'the top'}",
            do="correct it; nothing was signed",
        )
    return document


def _load(file: Path) -> Document:
    data = read_at_most(file, MAX_BYTES)
    try:
        return load(data)
    except DocumentError as error:
        raise Explained(f"not a credential: {error}", where=file, do="is it a credential in JSON?") from error


def _require_active(signing: Signing, key_id: str, public_key: bytes) -> str:
    """That the ledger knows the key as an active one for credentials; as of when. Raises Explained."""
    known = look_up(signing.connection, Kind.DID, signing.did)
    body: Did | None = known.body
    key = None if body is None else body.key(key_id.partition("#")[2])
    do = "see its keys with `matricula did show DID`; nothing was signed"
    if key is None:
        raise Explained(f"the ledger has no key {key_id}", where=signing.did, do=do)
    if key.multikey != ed25519.to_multikey(public_key):
        raise Explained("the ledger has another key under this name", where=key_id, do=do)
    if key.purpose is not Purpose.ASSERTION_METHOD:
        raise Explained("the key is for signing transactions, not credentials", where=key_id, do=do)
    state = key.state_at(known.as_of_ms)
    if state is not KeyState.ACTIVE:
        word = "not active yet" if state is None else state.name.lower()
        raise Explained(f"the key is {word}", where=key_id, do=do)
    return as_of(known.checked.verdict)


def _keep(path: Path, credential: Document) -> None:
    data = json_format.dumps(credential, indent=2, ensure_ascii=False).encode() + b"\n"
    try:
        write_whole(path, data, replace=False)
    except FileExistsError as error:
        do = "it is signed already; move the file away to sign anew"
        raise Explained("the file is there already", where=path, do=do) from error
