"""Whole replicas over a simulated network, each driven by the code that drives it in a node: they order
blocks, follow, fetch, recover and stay silent when idle.

Signatures are real and every packet goes through its bytes, since the seed is one of those for which the
simulator does so.
"""

from collections.abc import Callable, Iterable

from consensus.fetching import SYNC_AHEAD
from consensus.messages import BlockMessage, CertificateMessage, Propose, VoteKind
from node.simulation.network import Packet, RangeAnswer, Weather
from node.simulation.world import REAL_CODEC_EVERY, World
from tests.simulation.stage import begin_voting, heights, lose_nothing, run, stage

SEED = 2 * REAL_CODEC_EVERY
STEADY = Weather(delay_min_ms=20, delay_max_ms=20)


def steady(validators: int = 4) -> World:
    """A network in which everybody votes and a packet takes 20 ms."""
    world = stage(validators, seed=SEED)
    world.network.calm(STEADY, frozenset(range(validators)))
    begin_voting(world)
    return world


def order(world: World, *transactions: bytes, every_ms: int = 0) -> None:
    """Clients give each transaction to every process that runs, then so much time passes."""
    for transaction in transactions:
        for process in world.processes:
            if process.running:
                process.submit(transaction)
        run(world, every_ms)


def numbered(count: int) -> list[bytes]:
    return [b"transaction %d" % number for number in range(count)]


def stop(world: World, numbers: Iterable[int]) -> None:
    for number in numbers:
        world.processes[number].end(None)


def start(world: World, numbers: Iterable[int]) -> None:
    for number in numbers:
        world.processes[number].start_again()


def within(world: World, duration_ms: int, holds: Callable[[], bool]) -> bool:
    """Let time pass; ends early once `holds` does, and says whether it did."""
    return world.schedule.run(world.schedule.now_ms + duration_ms, holds)


def agrees(world: World) -> bool:
    """Whether every chain is a prefix of the longest, from the first block to its proofs."""
    chains = [[final.candidate for final in process.machine.durable.chain] for process in world.processes]
    longest = max(chains, key=len)
    return all(longest[: len(chain)] == chain for chain in chains)


def test_four_replicas_order_a_transaction_in_one_block() -> None:
    world = steady()
    before = heights(world)
    order(world, b"a transaction")
    assert within(world, 1_000, lambda: min(heights(world)) > max(before))
    blocks = [process.machine.durable.chain[max(before)].block for process in world.processes]
    assert [block.transactions for block in blocks] == [(b"a transaction",)] * 4
    assert agrees(world)


def test_a_single_validator_orders_alone() -> None:
    world = steady(1)
    order(world, b"a transaction")
    assert within(world, 5_000, lambda: heights(world) == [1])


def test_r14_an_idle_network_is_silent_but_for_its_heartbeat() -> None:
    world = steady()
    order(world, b"a transaction")
    run(world, 10_000)
    assert heights(world) == [1] * 4
    run(world, 25_000)
    after = heights(world)
    run(world, 30_000)
    assert [later - before for later, before in zip(heights(world), after, strict=True)] == [1] * 4


def test_an_observer_follows_and_never_votes() -> None:
    world = steady(5)
    observer = world.processes[4]
    observer.end(None)
    observer.lose_disk()
    observer.start_again()
    order(world, *numbered(20), every_ms=200)
    run(world, 2_000)
    assert agrees(world)
    assert observer.height == world.processes[0].height > 0
    assert observer.machine.durable.votes == {}


def test_f_of_n_may_stop() -> None:
    world = steady(7)
    stop(world, [1, 4])
    order(world, *numbered(5), every_ms=1_000)
    assert within(world, 20_000, lambda: not world.processes[0].waiting)
    assert agrees(world)


def test_more_than_f_stopped_stop_the_chain_and_return_to_it() -> None:
    world = steady()
    before = max(heights(world))
    stop(world, [1, 2])
    order(world, b"a transaction")
    assert not within(world, 30_000, lambda: max(heights(world)) > before)
    start(world, [1, 2])
    assert within(world, 20_000, lambda: min(heights(world)) > before)
    assert agrees(world)


def test_r17_a_replica_far_behind_takes_ranges_and_votes_again() -> None:
    world = steady()
    behind = world.processes[3]
    stop(world, [3])
    before = behind.height
    order(world, *numbered(SYNC_AHEAD + 1), every_ms=1_000)
    assert not world.processes[0].waiting
    assert world.processes[0].height - before > SYNC_AHEAD
    start(world, [3])
    stop(world, [0])
    order(world, b"one more")
    assert within(world, 30_000, lambda: not world.processes[1].waiting)
    assert within(world, 5_000, lambda: len(set(heights(world)[1:])) == 1)
    assert agrees(world)


def test_all_restart_at_once_and_go_on() -> None:
    world = steady()
    order(world, *numbered(10), every_ms=130)
    before = max(heights(world))
    stop(world, range(4))
    start(world, range(4))
    run(world, 500)
    order(world, b"one more")
    assert within(world, 20_000, lambda: min(heights(world)) > before)
    assert agrees(world)
    assert [process.halted for process in world.processes] == [False] * 4


def test_r9_a_proposal_withheld_from_one_replica_is_fetched() -> None:
    world = steady()
    before = world.processes[3].height
    world.network.loses = lambda source, destination, packet: destination == 3 and isinstance(packet, Propose)
    order(world, *numbered(5), every_ms=1_000)
    assert within(world, 10_000, lambda: len(set(heights(world))) == 1)
    assert world.processes[3].height >= before + 5
    assert agrees(world)


def test_r8_lost_finalizations_are_said_again() -> None:
    world = steady()

    def loses(source: int, destination: int, packet: Packet) -> bool:
        is_final = isinstance(packet, CertificateMessage) and packet.certificate.kind is VoteKind.FINALIZE
        is_block = isinstance(packet, Propose | BlockMessage | RangeAnswer)
        return destination == 3 and (is_final or is_block)

    before = world.processes[3].height
    world.network.loses = loses
    order(world, b"a transaction")
    run(world, 3_000)
    assert world.processes[3].height == before
    lose_nothing(world)
    assert within(world, 5_000, lambda: world.processes[3].height > before)
    assert agrees(world)
