"""Signing transactions and seeing them through: whose key, and then the proof that the ledger has them
(decision 0080).

A command that changes the ledger ends when the transaction is final *and* its inclusion was proved and
checked here; a node's word alone is never enough.
"""

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import typer

from api.client import Checked, Client, FailureKind, NoAnswer, Rejected, submit
from consensus.timing import PRECISION_MS
from node.cli.arguments.options import passphrase_for, passphrase_from
from node.cli.arguments.refused_parts import explain_malformed, require_did
from node.cli.asking.connection import Connection, GenesisFile, MaxAge, MaybeConfig, NodeUrls, connect
from node.cli.asking.proved import look_up, proof_document, source_lines
from node.cli.asking.refusals import explain_no_answer
from node.cli.issue.current_key import NamedKey, current_key
from node.cli.terminal.console import Output, command_line
from node.files.keystore import MINIMAL, MODERATE, GuessCost, KeyPurpose, Passphrase, least_cost, open_key
from node.process import clock
from node.wording.explained import Explained
from node.wording.times import format_duration, format_time
from registry.attachments import Attachment
from registry.build import TransactionBuilder
from registry.checking import InLedger
from registry.kinds.did.record import DID_RECORD
from registry.network_kind import NetworkKind
from registry.primitives.codec import Malformed
from registry.record_log import LedgerLeaf
from registry.rejection import TransactionReason
from registry.transaction import NONCE_SIZE, Transaction

VALID_FOR_MS = 10 * 60_000
"""How long a transaction may wait to be ordered; the ruleset allows an hour."""

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
    """A transaction that is proved to be in the ledger."""

    id: bytes
    leaf: LedgerLeaf
    checked: Checked
    took_ms: int

    def document(self) -> dict[str, Any]:
        """The members that every change of the ledger reports, for programs."""
        return {
            "transaction": self.id.hex(),
            "height": self.leaf.height,
            "index": self.leaf.index,
            "timeMs": self.leaf.time_ms,
            "tookMs": self.took_ms,
            **proof_document(self.checked),
        }

    def lines(self) -> list[str]:
        """The same for people."""
        checked, *failures = source_lines(self.checked)
        return [
            f"transaction  {self.id.hex()}",
            f"final        in block {self.leaf.height}, {format_time(self.leaf.time_ms)}, "
            f"after {self.took_ms} ms",
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
    key = signing.key(KeyPurpose.INSTITUTION)
    seed = open_key(key.file, KeyPurpose.INSTITUTION, signing.passphrase, least=signing.least)
    builder = TransactionBuilder(signing.connection.genesis.genesis_hash, os.urandom(NONCE_SIZE))

    def dated(now_ms: int) -> bytes:
        return builder.sign(key.id, seed, now_ms + VALID_FOR_MS)

    try:
        collect(builder)
        data = dated(clock.now_ms())
    except Malformed as error:
        raise explain_malformed(error, builder.operations) from error
    try:
        return _see_through(signing, output, data, builder.attachments)
    except Rejected as rejected:
        ahead_ms = _dated_ahead(signing, rejected)
        if ahead_ms is None:
            raise
        lead = format_duration(ahead_ms - clock.now_ms())
        output.remark(
            f"The ledger is dated {lead} ahead of this machine's clock, so this was signed again "
            "with the ledger's time."
        )
        return _see_through(signing, output, dated(ahead_ms), builder.attachments)


def _dated_ahead(signing: Signing, rejected: Rejected) -> int | None:
    """The proved time of the ledger, where a transaction has expired because that is ahead of the clock here.

    Proved, because a node that made one sign for a day in the future could hold the transaction back for as
    long.
    """
    refusals = [failure for failure in rejected.failures if failure.kind is FailureKind.REFUSED]
    if not refusals or any(failure.reason is not TransactionReason.EXPIRED for failure in refusals):
        return None
    known = look_up(signing.writing, DID_RECORD, signing.did)
    return known.as_of_ms if known.as_of_ms > clock.now_ms() + PRECISION_MS else None


def _see_through(signing: Signing, output: Output, data: bytes, attachments: Sequence[Attachment]) -> Sent:
    """Send a transaction until it is proved to be in the ledger."""
    transaction_id = Transaction.decode(data).id

    async def sending(client: Client) -> Sent:
        begun_ns = time.monotonic_ns()
        checked = await submit(client, data, attachments)
        took_ms = (time.monotonic_ns() - begun_ns) // 1_000_000
        found = checked.verdict.finding
        if not isinstance(found, InLedger):
            raise AssertionError("the verifier calls valid what is no entry of the ledger")
        return Sent(transaction_id, found.leaf, checked, took_ms)

    try:
        with output.busy("Waiting until it is final …"):
            return signing.writing.run(sending)
    except Rejected:
        raise
    except NoAnswer as error:
        raise _not_proved(signing.connection, transaction_id, error) from error


def _not_proved(connection: Connection, transaction_id: bytes, error: NoAnswer) -> Explained:
    """The transaction may have been taken: whoever sends another must know that this one may count."""
    explained = explain_no_answer(error)
    may_be_pending = any(failure.kind is not FailureKind.UNREACHABLE for failure in error.failures)
    if not may_be_pending:
        return explained
    return Explained(
        f"it is not proved that the transaction is final: {explained.what}",
        where=explained.where,
        do="it may still become final: before you send another one, ask with",
        command=command_line("get", "transaction", transaction_id.hex(), "--verify", *connection.named),
    )
