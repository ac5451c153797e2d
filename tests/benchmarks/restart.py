"""Starting a node whose store holds a large registry.

The store is filled without a network: blocks are built, executed and written by the node's own ledger, and
finalized with the four validators' keys, so the node that starts finds what it would have written itself.
"""

import asyncio
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from consensus.events import Build, Commit
from consensus.header import block_hash
from consensus.messages import Block, Candidate, Certificate, FinalBlock, VoteKind
from consensus.signing import vote_bytes
from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.ledger.candidates import WaitingTransaction
from node.ledger.decoding import DecodedTransactions
from node.ledger.ledger import Branch, Ledger, LedgerDependencies
from node.ledger.opening import open_ledger
from node.process.clock import now_ms
from node.setup.founding import DATA_DIRECTORY
from node.setup.localnet import PASSPHRASE, PROFILES, Localnet
from node.storage.chain_records import ChainRecords
from node.storage.failpoints import FailPoints
from node.storage.guard_records import GuardRecords
from node.storage.read_view import ReadView, take_snapshot
from node.storage.store import Store
from registry.kinds.parameters.record import Parameters
from registry.network_kind import NetworkKind
from registry.primitives import ed25519
from registry.transaction import Transaction
from tests.benchmarks.figures import Measured, Setting
from tests.benchmarks.machine import resident_megabytes
from tests.benchmarks.network import NODES, Issuer, records, registrations

RECORDS = 100
"""Records that one transaction makes: so few that it is a light one, of which a block takes many."""
TRANSACTIONS = 40
"""Transactions in a block."""
BLOCK_MS = 100
HALF_AN_HOUR_MS = 30 * 60 * 1000
WHOLE = 16
LOOK_S = 0.02


async def restart(setting: Setting) -> Mapping[str, Measured]:
    """From the start of the process to its first answer over HTTP."""
    setting.say(f"building a store of {setting.records} records")
    local = prepared(setting.folder / "network")
    began = time.monotonic()
    heights = await asyncio.to_thread(fill, local, setting.records)
    built_s = time.monotonic() - began
    setting.say("starting the node")
    began = time.monotonic()
    local.start(0)
    try:
        await _answers(local.api_urls[0], heights)
        taken = time.monotonic() - began
        process = local.nodes[0].process
        assert process is not None
        held = resident_megabytes(process.pid)
    finally:
        await local.stop_all()
    how = (
        f"to the first answer over HTTP, {setting.records} records in {heights} blocks, file cache warm;"
        f" every row read and the map rebuilt; {held:.0f} MB resident; the store was built in {built_s:.0f} s"
    )
    return {"restart": Measured(taken, how)}


def prepared(folder: Path) -> Localnet:
    """A network of which no node runs yet, with room for many records."""
    local = Localnet.prepare(
        folder,
        PROFILES[:NODES],
        time_ms=now_ms() - HALF_AN_HOUR_MS,
        parameters=Parameters(record_quota=2**40, block_cost=10_000_000),
    )
    if local.genesis.kind is not NetworkKind.DEMO:
        raise RuntimeError("only a demonstration's keys are for benchmarks")
    return local


@dataclass
class _Chain:
    """The first node's ledger, and the keys that finalize its blocks."""

    local: Localnet
    store: Store
    ledger: Ledger
    tip: Branch
    seeds: list[bytes]

    def append(self, queue: tuple[WaitingTransaction, ...], sponsor: str) -> None:
        """One more final block, with all of these transactions."""
        genesis, header = self.local.genesis, self.tip.header
        height = header.height + 1
        order = Build(0, height, self.tip.hash, height, header.time_ms + BLOCK_MS, WHOLE)
        built = self.ledger.build(order, genesis.validators.digest(), 0, {sponsor: queue})
        if built is None:
            raise RuntimeError("a block was not built")
        if built.rejected:
            raise RuntimeError(f"a block rejects {built.rejected[0]}")
        if len(built.block.transactions) != len(queue):
            raise RuntimeError(f"a block took {len(built.block.transactions)} of {len(queue)} transactions")
        final = self._finalize(built.block)
        (self.tip,) = self.ledger.write([Commit((final,))]).blocks

    def _finalize(self, block: Block) -> FinalBlock:
        height, named = block.header.height, block_hash(block.header)
        candidate = Candidate(0, height, height - 1, named)
        content = vote_bytes(self.local.genesis.genesis_hash, VoteKind.FINALIZE, 0, height, candidate)
        signers = tuple(range(self.local.genesis.validators.quorum))
        signatures = tuple(ed25519.sign(self.seeds[signer], content) for signer in signers)
        certificate = Certificate(VoteKind.FINALIZE, 0, height, candidate, signers, signatures)
        return FinalBlock(block, candidate, certificate, ())


def fill(local: Localnet, total: int) -> int:
    """Fills the first node's store with so many records; the last height."""
    store = Store.open(local.nodes[0].folder / DATA_DIRECTORY)
    try:
        chain = _open(local, store)
        ((issuer, registration),) = registrations(local, 1, now_ms())
        chain.append((_pending(registration, issuer),), issuer.sponsor)
        for count in _portions(total, RECORDS * TRANSACTIONS):
            until_ms = chain.tip.header.time_ms + HALF_AN_HOUR_MS
            queue = tuple(
                _pending(records(local.genesis.genesis_hash, issuer, part, until_ms), issuer)
                for part in _portions(count, RECORDS)
            )
            chain.append(queue, issuer.sponsor)
        return chain.tip.header.height
    finally:
        store.close()


def _portions(total: int, size: int) -> Iterator[int]:
    """`total` in parts of at most `size`."""
    for start in range(0, total, size):
        yield min(size, total - start)


def _pending(transaction: bytes, issuer: Issuer) -> WaitingTransaction:
    decoded = Transaction.decode(transaction)
    return WaitingTransaction(decoded.id, transaction, issuer.sponsor, decoded.payload.valid_until_ms)


def _open(local: Localnet, store: Store) -> _Chain:
    genesis, by_key = local.genesis, {}
    for node in local.nodes:
        seed = open_key(node.keys / "consensus.key", KeyPurpose.CONSENSUS, lambda: PASSPHRASE, least=MINIMAL)
        by_key[ed25519.public_key(seed)] = seed
    own = open_key(
        local.nodes[0].keys / "consensus.key", KeyPurpose.CONSENSUS, lambda: PASSPHRASE, least=MINIMAL
    )
    chain = ChainRecords(store.reader, GuardRecords(store.reader, ed25519.public_key(own)))
    opened = open_ledger(store, chain, genesis)
    document, genesis_hash = genesis.encode(), genesis.genesis_hash

    def show(tip: Branch, final: FinalBlock | None) -> ReadView:
        certificate = None if final is None else final.certificate
        snapshot = take_snapshot(store)
        validators = genesis.validators
        return ReadView(genesis_hash, document, tip.header, certificate, validators, tip.state.map, snapshot)

    dependencies = LedgerDependencies(
        store=store,
        chain=chain,
        document=genesis,
        show=show,
        contents=lambda _: None,
        decoded=DecodedTransactions(),
        verify=ed25519.verify,
        monotonic_ms=lambda: 0,
        build_ms=1,
        failpoints=FailPoints(),
    )
    ledger = Ledger(dependencies, opened.tip)
    seeds = [by_key[validator.public_key] for validator in genesis.validators.validators]
    return _Chain(local, store, ledger, opened.tip, seeds)


async def _answers(url: str, height: int) -> None:
    """Waits until the node answers, and checks that it has the height that its store has."""
    async with aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"{url}/healthz") as response:
                    found = (await response.json())["height"]
            except OSError:
                await asyncio.sleep(LOOK_S)
                continue
            if found != height:
                raise RuntimeError(f"the node stands at height {found}, its store at {height}")
            return
