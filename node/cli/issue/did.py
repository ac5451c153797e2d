"""`matricula did`: names of issuers and the keys that speak for them."""

from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from node.cli.app import UsedWrongly
from node.cli.arguments.commands import given, group
from node.cli.arguments.options import JsonOption, Yes, confirm
from node.cli.arguments.refused_parts import require_did
from node.cli.arguments.times import At, KnownAt, parse_time
from node.cli.asking.connection import Connection, connect
from node.cli.asking.proved import exit_code, look_up, look_up_to_show
from node.cli.issue.did_compare import compare
from node.cli.issue.did_table import show_did
from node.cli.issue.did_web_files import web_files
from node.cli.issue.signing import Sent, Signing, send, sign_with
from node.cli.terminal.console import Output
from node.files.keystore import KeyPurpose, create_key, open_key
from node.wording.times import format_time
from registry.build import OwnedKey
from registry.kinds.did.record import DID_RECORD, Purpose

command = group("Names of issuers (DIDs) and the keys that speak for them.")
command.command("web-files")(web_files)
command.command("compare")(compare)


class KeyPurposeName(StrEnum):
    """The purposes of keys as DID Core 1.0 names them."""

    ASSERTION_METHOD = "assertionMethod"
    CAPABILITY_INVOCATION = "capabilityInvocation"


PURPOSES = {
    KeyPurposeName.ASSERTION_METHOD: (Purpose.ASSERTION_METHOD, KeyPurpose.CREDENTIAL),
    KeyPurposeName.CAPABILITY_INVOCATION: (Purpose.CAPABILITY_INVOCATION, KeyPurpose.INSTITUTION),
}
"""What a key of each purpose is on the ledger, and in its file."""
CREDENTIALS, TRANSACTIONS = "credentials-1", "transactions-1"

KeyName: TypeAlias = Annotated[
    str, typer.Argument(help="The key, as DID#FRAGMENT; #FRAGMENT for one of the signer's own DID.")
]
NewKeyFile: TypeAlias = Annotated[
    Path, typer.Option("--new-key", help="Where the new key is kept. A file that is there is used as it is.")
]


@command.command("register")
@given(signing=sign_with)
def register(
    folder: Annotated[Path, typer.Argument(help="A folder for the new DID's two keys.")],
    signing: Signing,
    did: Annotated[
        str,
        typer.Option("--did", help="A did:web of your domain. Default: a did:matricula, made of the keys."),
    ] = "",
    controller: Annotated[
        str | None,
        typer.Option(help="A DID that may change the keys as well."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Register a DID of an issuer, sponsored by your institution, with two new keys.

    credentials-1 signs credentials, transactions-1 signs changes to the ledger. The passphrase that opens the
    institution's key protects them. Run again after an interruption, it goes on with the same keys.
    """
    output = Output(json)
    for option, written in (("--did", did or None), ("--controller", controller)):
        if written is not None:
            require_did(written, option)
    with _making_keys(output, signing):
        keys = [
            _owned(signing, folder / f"{name}.key", name, purpose)
            for name, purpose in (
                (CREDENTIALS, KeyPurposeName.ASSERTION_METHOD),
                (TRANSACTIONS, KeyPurposeName.CAPABILITY_INVOCATION),
            )
        ]
    names: list[str] = []
    sponsor = signing.did
    sent = send(
        signing,
        output,
        lambda builder: names.append(builder.register_did(sponsor, keys, did=did, controller=controller)),
    )
    (name,) = names
    output.result(
        {
            "did": name,
            "keys": [f"{name}#{key.fragment}" for key in keys],
            "folder": str(folder),
            **sent.document(),
        },
        [
            f"registered   {name}",
            f"keys         {folder / CREDENTIALS}.key signs credentials",
            f"             {folder / TRANSACTIONS}.key signs transactions",
            "             back up both; sign as this DID with",
            f"             --key {folder} --as {name}",
            *sent.lines(),
        ],
    )


@command.command("add-key")
@given(signing=sign_with)
def add_key(
    name: KeyName,
    signing: Signing,
    new_key: NewKeyFile,
    purpose: Annotated[
        KeyPurposeName,
        typer.Option(help="assertionMethod signs credentials, capabilityInvocation signs transactions."),
    ],
    json: JsonOption = False,
) -> None:
    """Add a key to a DID."""
    output = Output(json)
    did, fragment = signing.key_name(name)
    with _making_keys(output, signing):
        key = _owned(signing, new_key, fragment, purpose)
    sent = send(signing, output, lambda builder: builder.add_key(did, key))
    _report(
        output, sent, f"{did}#{fragment}", f"added        {did}#{fragment} ({purpose}), kept in {new_key}"
    )


@command.command("rotate")
@given(signing=sign_with)
def rotate(
    name: KeyName,
    signing: Signing,
    new_key: NewKeyFile,
    to: Annotated[str, typer.Option(help="The fragment of the new key; never one that was used before.")],
    json: JsonOption = False,
) -> None:
    """Replace a key by a new one of the same purpose. What was signed before, and anchored, stays good."""
    output = Output(json)
    did, fragment = signing.key_name(name)
    purpose = _purpose_of(signing, did, fragment)
    with _making_keys(output, signing):
        key = _owned(signing, new_key, to.removeprefix("#"), purpose)
    sent = send(signing, output, lambda builder: builder.rotate_key(did, fragment, key))
    _report(
        output,
        sent,
        f"{did}#{key.fragment}",
        f"rotated      {did}#{fragment} is retired; {did}#{key.fragment}, kept in {new_key}, is active",
    )


@command.command("retire")
@given(signing=sign_with)
def retire(name: KeyName, signing: Signing, json: JsonOption = False) -> None:
    """End the use of a key. What was signed before, and anchored, stays good."""
    output = Output(json)
    did, fragment = signing.key_name(name)
    sent = send(signing, output, lambda builder: builder.retire_key(did, fragment))
    _report(output, sent, f"{did}#{fragment}", f"retired      {did}#{fragment}")


@command.command("report-compromised")
@given(signing=sign_with)
def report_compromised(
    name: KeyName,
    signing: Signing,
    since: Annotated[
        str,
        typer.Option(help="The earliest time at which somebody else may have had the key (RFC 3339 or ms)."),
    ],
    json: JsonOption = False,
) -> None:
    """Report that a key is in other hands. Credentials it signed count only if anchored before that time."""
    output = Output(json)
    did, fragment = signing.key_name(name)
    since_ms = parse_time(since) or 0
    sent = send(signing, output, lambda builder: builder.report_compromised(did, fragment, since_ms))
    text = f"reported     {did}#{fragment} is compromised since {format_time(since_ms)}; rotate it next"
    _report(output, sent, f"{did}#{fragment}", text)


@command.command("deactivate")
@given(signing=sign_with)
def deactivate(
    did: Annotated[str, typer.Argument(help="The DID to end.")],
    signing: Signing,
    yes: Yes = False,
    json: JsonOption = False,
) -> None:
    """End a DID and revoke its keys, for good."""
    output = Output(json)
    require_did(did, "")
    confirm(f"End {did} for good?", yes)
    sent = send(signing, output, lambda builder: builder.deactivate_did(did))
    output.result({"did": did, **sent.document()}, [f"deactivated  {did}", *sent.lines()])


@command.command("show")
@given(connection=connect)
def show(
    did: Annotated[str, typer.Argument(help="The DID.")],
    connection: Connection,
    at: At = None,
    known_at: KnownAt = None,
    json: JsonOption = False,
) -> int:
    """Show a DID and its keys, with the periods in which each counts. The answer is checked.

    The exit code is 0 for a valid answer, 1 for any other.
    """
    known = look_up_to_show(connection, DID_RECORD, did, parse_time(known_at))
    show_did(Output(json), known, parse_time(at))
    return exit_code(known.checked.verdict)


def _report(output: Output, sent: Sent, key: str, text: str) -> None:
    output.result({"key": key, **sent.document()}, [text, *sent.lines()])


def _making_keys(output: Output, signing: Signing) -> AbstractContextManager[object]:
    """Says why it takes so long. The passphrase is asked before: a question is not seen behind a spinner."""
    signing.passphrase()
    return output.busy("Making keys: some seconds each, so that guessing the passphrase takes long …")


def _owned(signing: Signing, file: Path, fragment: str, purpose: KeyPurposeName) -> OwnedKey:
    """A new key in a new file; or the one in a file that an interrupted command left.

    The file is on the disk before the ledger hears of the key. Raises KeystoreError.
    """
    on_ledger, in_file = PURPOSES[purpose]
    if not file.exists():
        create_key(file, in_file, signing.passphrase, cost=signing.cost)
    return OwnedKey(fragment, on_ledger, open_key(file, in_file, signing.passphrase, least=signing.least))


def _purpose_of(signing: Signing, did: str, fragment: str) -> KeyPurposeName:
    """The purpose of a key on the ledger, which its successor must share."""
    body = look_up(signing.writing, DID_RECORD, did).body
    key = None if body is None else body.key(fragment)
    if key is None:
        raise UsedWrongly(
            f"the ledger has no key {did}#{fragment}",
            do="see the names of its keys with `matricula did show DID`",
        )
    return next(name for name, (purpose, _) in PURPOSES.items() if purpose is key.purpose)
