"""Consensus over the real executor: four replicas agree on registrations and on every root after them."""

from collections.abc import Iterator

from node.simulation.clock import EPOCH_MS
from node.simulation.registry_ledger import RegistryApplication, RegistryLedger
from node.simulation.world import REAL_EXECUTOR_SEED, World
from registry.kinds.did.record import DID_RECORD
from registry.record_type import record_key
from registry.state import State
from registry.tables import Table
from tests.registry.network import owned
from tests.simulation.stage import begin_voting, heights, is_served, run, stage


def registrations(world: World, count: int) -> Iterator[tuple[str, bytes]]:
    """DIDs and the transactions that register them."""
    application = world.genesis.application
    assert isinstance(application, RegistryApplication)
    member = application.members[0]
    for number in range(count):
        builder = application.builder(number)
        did = builder.register_did(member, [owned(f"issuer {number}")])
        yield did, application.sign(builder, member, EPOCH_MS + world.schedule.now_ms)


def test_four_replicas_agree_on_registrations_and_roots() -> None:
    world = stage(seed=REAL_EXECUTOR_SEED)
    begin_voting(world)
    made = list(registrations(world, 6))
    for _, transaction in made:
        for process in world.processes:
            process.submit(transaction)
        run(world, 150)
    world.demand_agreement()
    assert all(map(is_served, world.processes))
    assert min(heights(world)) > 0
    for process in world.processes:
        ledger = process.thread.ledger
        assert isinstance(ledger, RegistryLedger)
        rebuilt = State.rebuild(ledger.store)
        last = process.machine.durable.chain[-1].block.header
        found = rebuilt.state_root, rebuilt.log_size, rebuilt.log_root
        assert found == (last.state_root, last.log_size, last.log_root)
        for did, _ in made:
            assert ledger.store.get(Table.RECORD, record_key(DID_RECORD, did)) is not None
