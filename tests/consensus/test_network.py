"""Whole replicas over an in-memory network: they order blocks, follow, fetch, recover and stay silent
when idle."""

from consensus.fetching import SYNC_AHEAD
from consensus.messages import BlockMessage, CertificateMessage, Message, Propose, VoteKind
from tests.consensus.network import Network


def test_four_replicas_order_a_transaction_in_one_block() -> None:
    network = Network(4)
    network.order(b"a transaction")
    assert network.run(1_000, until=lambda: min(network.heights()) >= 1)
    assert [node.disk.chain[0].block.transactions for node in network.nodes.values()] == [
        (b"a transaction",)
    ] * 4
    assert network.agrees()


def test_a_single_validator_orders_alone() -> None:
    network = Network(1)
    network.order(b"a transaction")
    assert network.run(5_000, until=lambda: network.heights() == [1])


def test_r14_an_idle_network_is_silent_but_for_its_heartbeat() -> None:
    network = Network(4)
    network.order(b"a transaction")
    network.run(10_000)
    assert network.heights() == [2] * 4
    network.run(25_000)
    after = network.heights()
    network.run(30_000)
    assert [later - before for later, before in zip(network.heights(), after, strict=True)] == [1] * 4


def test_an_observer_follows_and_never_votes() -> None:
    network = Network(4, observers=1)
    for number in range(20):
        network.order(b"transaction %d" % number)
        network.run(200)
    network.run(2_000)
    observer = network.nodes[4]
    assert network.agrees()
    assert len(observer.disk.chain) == len(network.nodes[0].disk.chain) > 0
    assert observer.disk.votes == []


def test_f_of_n_may_stop() -> None:
    network = Network(7)
    network.nodes[1].stop()
    network.nodes[4].stop()
    for number in range(5):
        network.order(b"transaction %d" % number)
        network.run(1_000)
    assert network.run(20_000, until=lambda: network.nodes[0].pool == [])
    assert network.agrees()


def test_more_than_f_stopped_stop_the_chain_and_return_to_it() -> None:
    network = Network(4)
    network.nodes[1].stop()
    network.nodes[2].stop()
    network.order(b"a transaction")
    assert not network.run(30_000, until=lambda: max(network.heights()) > 0)
    for index in (1, 2):
        network.nodes[index].start()
        network.link(network.nodes[index])
    assert network.run(20_000, until=lambda: min(network.heights()) >= 1)
    assert network.agrees()


def test_r17_a_replica_far_behind_takes_ranges_and_votes_again() -> None:
    network = Network(4)
    network.nodes[3].stop()
    for number in range(50):
        network.order(b"transaction %d" % number)
        network.run(1_000)
    assert network.nodes[0].pool == []
    assert network.nodes[3].disk.chain == []
    assert len(network.nodes[0].disk.chain) > SYNC_AHEAD
    network.nodes[3].start()
    network.link(network.nodes[3])
    network.nodes[0].stop()
    network.order(b"one more")
    assert network.run(30_000, until=lambda: network.nodes[1].pool == [])
    assert network.run(5_000, until=lambda: len(set(network.heights()[1:])) == 1)
    assert network.agrees()


def test_all_restart_at_once_and_go_on() -> None:
    network = Network(4)
    for number in range(10):
        network.order(b"transaction %d" % number)
        network.run(130)
    before = max(network.heights())
    for node in network.nodes.values():
        node.stop()
    for node in network.nodes.values():
        node.start()
    for node in network.nodes.values():
        network.link(node)
    network.order(b"one more")
    assert network.run(20_000, until=lambda: min(network.heights()) > before)
    assert network.agrees()
    assert [node.halted for node in network.nodes.values()] == [None] * 4


def test_r9_a_proposal_withheld_from_one_replica_is_fetched() -> None:
    network = Network(4)
    network.is_cut = lambda source, target, message: target == 3 and isinstance(message, Propose)
    for number in range(5):
        network.order(b"transaction %d" % number)
        network.run(1_000)
    assert network.run(10_000, until=lambda: len(set(network.heights())) == 1)
    assert len(network.nodes[3].disk.chain) >= 5
    assert network.agrees()


def test_r8_lost_finalizations_are_said_again() -> None:
    network = Network(4)

    def is_cut(source: int, target: int, message: Message) -> bool:
        is_final = isinstance(message, CertificateMessage) and message.certificate.kind is VoteKind.FINALIZE
        return target == 3 and (is_final or isinstance(message, Propose | BlockMessage))

    network.is_cut = is_cut
    network.order(b"a transaction")
    network.run(3_000)
    network.is_cut = lambda source, target, message: False
    assert network.run(5_000, until=lambda: min(network.heights()) >= 1)
    assert network.agrees()
