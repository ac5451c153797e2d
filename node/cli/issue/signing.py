"""Whose key signs a command's transaction, and what is told of it once it is proved to be in the ledger
(decision 0080).
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from api.issuer.key import SeedKey, SigningKey
from api.issuer.not_done import MalformedPart, NotProved
from api.issuer.recording import Change, Clocks, Recorded, record
from node.cli.arguments.options import passphrase_for, passphrase_from
from node.cli.arguments.refused_parts import explain_malformed, require_did
from node.cli.asking.connection import Connection, GenesisFile, MaxAge, MaybeConfig, NodeUrls, connect
from node.cli.asking.proved import proof_document, source_lines
from node.cli.asking.refusals import explain_no_answer
from node.cli.issue.current_key import NamedKey, current_key
from node.cli.terminal.console import Output, command_line
from node.files.keystore import MINIMAL, MODERATE, GuessCost, KeyPurpose, Passphrase, least_cost, open_key
from node.process import clock
from node.wording.explained import Explained
from node.wording.times import format_duration, format_time
from registry.build import TransactionBuilder
from registry.network_kind import NetworkKind
from registry.transaction import NONCE_SIZE

KeyFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--key",
        help="The key file that signs, or a folder of them: then the one that is active on the ledger. "
        "Default: the keys folder of --config.",
    ),
]
SignAs: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--as", help="Whose key it is: a DID, or DID#FRAGMENT. Default: the institution in --config."
    ),
]
PassphraseFile: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        help="A file whose first line opens the key. Default: as the settings say, else you are asked."
    ),
]


@dataclass(frozen=True)
class Signing:
    """Whose key signs a command's transaction, where it is kept, and where the transaction goes.

    `place` is a key file or a folder of them; `fragment` is None where the ledger is asked which is active.
    """

    connection: Connection
    did: str
    fragment: str | None
    place: Path
    passphrase: Passphrase

    @property
    def writing(self) -> Connection:
        """The connection for what is looked up before a write: the ledger may be dated ahead of the clock."""
        return replace(self.connection, takes_ahead=True)

    def key(self, purpose: KeyPurpose) -> NamedKey:
        """The key to sign with. Raises Explained, KeystoreError, NoAnswer and Forked."""
        if self.fragment is not None and not self.place.is_dir():
            return NamedKey(f"{self.did}#{self.fragment}", self.place)
        connection = self.writing if purpose is KeyPurpose.INSTITUTION else self.connection
        return current_key(connection, self.did, self.fragment, self.place, purpose)

    def open_key(self, purpose: KeyPurpose) -> SigningKey:
        """The same, opened. Raises as `key` does."""
        key = self.key(purpose)
        return SeedKey(key.id, open_key(key.file, purpose, self.passphrase, least=self.least))

    @property
    def cost(self) -> GuessCost:
        """How dearly new key files are protected; in a demonstration anybody may know the keys."""
        return MINIMAL if self.connection.genesis.kind is NetworkKind.DEMO else MODERATE

    @property
    def least(self) -> GuessCost:
        """How dearly a key file must be protected to be used in this network."""
        return least_cost(self.connection.genesis.kind)

    def key_name(self, named: str | None) -> tuple[str, str]:
        """DID and fragment of a key named `DID#FRAGMENT`, or `#FRAGMENT` for one of the signer's own."""
        did, hash_sign, fragment = (named or "").partition("#")
        if not hash_sign or not fragment:
            raise Explained(
                f"{named!r} names no key", do="name it as DID#FRAGMENT: `matricula did show DID` lists them"
            )
        return require_did(did, named or "") if did else self.did, fragment


@dataclass(frozen=True)
class Sent:
    """A transaction that is proved to be in the ledger, for programs and for people."""

    recorded: Recorded

    def document(self) -> dict[str, Any]:
        """The members that every change of the ledger reports, for programs."""
        leaf = self.recorded.leaf
        return {
            "transaction": self.recorded.id.hex(),
            "height": leaf.height,
            "index": leaf.index,
            "timeMs": leaf.time_ms,
            "tookMs": self.recorded.took_ms,
            **proof_document(self.recorded.checked),
        }

    def lines(self) -> list[str]:
        """The same for people."""
        leaf = self.recorded.leaf
        checked, *failures = source_lines(self.recorded.checked)
        return [
            f"transaction  {self.recorded.id.hex()}",
            f"final        in block {leaf.height}, {format_time(leaf.time_ms)}, "
            f"after {self.recorded.took_ms} ms",
            f"checked      {checked}",
            *failures,
        ]


def sign_with(
    key: KeyFile = None,
    as_: SignAs = None,
    passphrase_file: PassphraseFile = None,
    node: NodeUrls = None,
    genesis: GenesisFile = None,
    config: MaybeConfig = None,
    max_age: MaxAge = 120,
) -> Signing:
    """The signing key that the shared options describe."""
    connection = connect(node, genesis, config, max_age)
    settings = connection.settings
    if passphrase_file is not None or settings is None:
        passphrase = passphrase_from(passphrase_file)
    else:
        passphrase = passphrase_for(settings, has_option=True)
    if settings is not None:
        key = key or settings.path(settings.settings.keys.directory)
        as_ = as_ or settings.settings.institution.did
    if key is None or as_ is None:
        missing = "--key FILE" if key is None else "--as DID"
        do = f"give {missing} as well, or name a node's settings with --config FILE"
        raise Explained("signing needs a key, and the DID that the key belongs to", do=do)
    did, _, fragment = as_.partition("#")
    require_did(did, "--as" if settings is None else "--as, or institution.did in the settings")
    return Signing(connection, did, fragment or None, key, passphrase)


def send(signing: Signing, output: Output, collect: Callable[[TransactionBuilder], object]) -> Sent:
    """Sign the transaction whose operations `collect` adds, send it, and see it through.

    Raises Explained (also for a part that is outside its bounds), KeystoreError, Refused, Forked.
    """
    key = signing.open_key(KeyPurpose.INSTITUTION)
    change = Change(signing.connection.genesis.genesis_hash, os.urandom(NONCE_SIZE), key)
    clocks = Clocks(clock.now_ms, clock.CLOCK.monotonic_ms)
    leads_ms = list[int]()
    try:
        change.collect(collect)
        with output.busy("Waiting until it is final …"):
            return Sent(signing.writing.run(lambda client: record(client, change, clocks, leads_ms.append)))
    except MalformedPart as error:
        raise explain_malformed(error.malformed, error.operations) from error
    except NotProved as error:
        raise _not_proved(signing.connection, error) from error
    finally:
        _tell_ahead(output, leads_ms)


def _tell_ahead(output: Output, leads_ms: Sequence[int]) -> None:
    for lead_ms in leads_ms:
        output.remark(
            f"The ledger is dated {format_duration(lead_ms)} ahead of this machine's clock, so this was "
            "signed again with the ledger's time."
        )


def _not_proved(connection: Connection, error: NotProved) -> Explained:
    """What is told of a transaction that may have been taken."""
    explained = explain_no_answer(error.error)
    if not error.may_count:
        return explained
    return Explained(
        f"it is not proved that the transaction is final: {explained.what}",
        where=explained.where,
        do="it may still become final: before you send another one, ask with",
        command=command_line("get", "transaction", error.transaction_id.hex(), "--verify", *connection.named),
    )
