"""Publications between nodes (rules E1 to E5), over a link that the test answers itself."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pytest

from api.publications.fault import PublicationError, PublicationFault
from api.publications.form import PublicationForm
from node.links.budget import Charge, ChargedKind
from node.links.bulk import BulkRequest, GetPublication, GetPublished, decode_request, encode_request
from node.links.frames import FrameKind, PublicationNews, read_news, split
from node.links.network import Links
from node.links.publication_exchange import (
    FIRST,
    MAX_WANTED,
    PAGE,
    PublicationCopy,
    PublicationExchange,
    summary_of,
)
from node.observing.misconduct import Fault, Misconduct
from node.transport.port import Declined, RequestFailed, RequestFailure
from registry.primitives.digest import sha256

LIST = "did:web:a.example/status-lists/degrees"


def copy_of(data: bytes) -> PublicationCopy:
    return PublicationCopy(LIST, PublicationForm.JWT, data)


class Shelf:
    """Publications by digest; what is refused is refused with `fault`."""

    def __init__(self, *held: bytes) -> None:
        self.kept = {sha256(data): data for data in held}
        self.withheld: set[bytes] = set()
        self.fault: PublicationFault | None = None

    def holds(self, digest: bytes) -> bool:
        return digest in self.kept

    def served(self) -> Sequence[bytes]:
        return sorted(self.kept.keys() - self.withheld)

    def copy(self, digest: bytes) -> PublicationCopy | None:
        data = None if digest in self.withheld else self.kept.get(digest)
        return None if data is None else copy_of(data)

    async def take(self, copy: PublicationCopy) -> None:
        if self.fault is not None:
            raise PublicationError(self.fault)
        self.kept[sha256(copy.data)] = copy.data


class Wire:
    """The part of the links, and of their transport, that an exchange needs; the peer is another exchange, or
    what a test says."""

    def __init__(self) -> None:
        self.linked = ["peer"]
        self.sent: list[tuple[str, bytes]] = []
        self.asked: list[BulkRequest] = []
        self.dropped: list[Fault] = []
        self.peer: PublicationExchange | None = None
        self.answer: bytes | None = None

    @property
    def transport(self) -> "Wire":
        return self

    def send(self, peer_id: str, frame: bytes) -> bool:
        self.sent.append((peer_id, frame))
        return True

    def drop(self, peer_id: str, fault: Fault) -> None:
        self.dropped.append(fault)

    async def request(self, peer_id: str, body: bytes, *, timeout_s: float) -> bytes:
        request = decode_request(body)
        self.asked.append(request)
        await asyncio.sleep(0)
        if self.answer is not None:
            return self.answer
        try:
            assert self.peer is not None
            match request:
                case GetPublished():
                    return self.peer.answer_published(request)
                case GetPublication():
                    return self.peer.answer_publication(request)
                case _:
                    raise AssertionError(request)
        except Declined:
            raise RequestFailed(peer_id, RequestFailure.DECLINED) from None


class Node:
    """An exchange with its shelf and its wire."""

    def __init__(self, *held: bytes, height: int = 7) -> None:
        self.height = height
        self.shelf, self.wire = Shelf(*held), Wire()
        self.exchange = PublicationExchange(cast(Links, self.wire), self.shelf, lambda: self.height)
        self.charged: list[Mapping[ChargedKind, float]] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.exchange.attach(lambda _, costs: self.charged.append(costs), self._begin)

    def _begin(self, peer_id: str) -> None:
        self.tasks.append(asyncio.create_task(self.exchange.pull(peer_id)))

    async def quiet(self) -> None:
        while self.tasks:
            await self.tasks.pop()


def pair(*held: bytes) -> tuple[Node, Node]:
    """A node that lacks these and its peer, which has them."""
    node, peer = Node(), Node(*held)
    node.wire.peer = peer.exchange
    return node, peer


async def test_e1_who_lacks_it_asks_the_teller() -> None:
    node, peer = pair(b"one")
    peer.exchange.announce(sha256(b"one"))
    ((_, frame),) = peer.wire.sent
    kind, body = split(frame)
    assert (kind, read_news(body)) == (FrameKind.NEWS, PublicationNews(7, sha256(b"one")))
    assert node.exchange.heard("peer", read_news(body))
    await node.quiet()
    assert node.shelf.kept == peer.shelf.kept
    assert not node.exchange.heard("peer", read_news(body))
    assert node.wire.asked == [GetPublication(sha256(b"one"))]


async def test_e1_news_of_a_higher_ledger_waits_for_it() -> None:
    node, _ = pair(b"one")
    assert node.exchange.heard("peer", PublicationNews(9, sha256(b"one")))
    assert (node.wire.asked, node.tasks) == ([], [])
    node.height = 9
    node.exchange.advanced()
    await node.quiet()
    assert node.shelf.holds(sha256(b"one"))


async def test_e2_nodes_compare_and_ask_for_what_they_lack() -> None:
    node, peer = pair(*(str(number).encode() for number in range(5)))
    node.shelf.kept[sha256(b"3")] = b"3"
    await node.exchange.compare("peer")
    await node.quiet()
    assert node.shelf.kept == peer.shelf.kept
    node.wire.asked.clear()
    await node.exchange.compare("peer")
    assert node.wire.asked == [GetPublished(summary_of(peer.shelf.served()), FIRST)]


async def test_e2_a_peer_that_names_new_ones_without_end_is_asked_once() -> None:
    node, peer = pair()
    node.height = 3
    peer.shelf.kept = {number.to_bytes(32, "big"): b"" for number in range(2 * PAGE)}
    await node.exchange.compare("peer")
    assert node.wire.asked == [GetPublished(summary_of(()), FIRST)]


async def test_e3_only_so_many_wait_for_one_peer() -> None:
    node, _ = pair()
    news = [PublicationNews(100, number.to_bytes(32, "big")) for number in range(MAX_WANTED + 1)]
    assert [node.exchange.heard("peer", told) for told in news] == [True] * MAX_WANTED + [False]
    assert node.exchange.heard("another", news[-1])


async def test_e4_what_is_named_and_not_given_is_charged() -> None:
    node, _ = pair()
    node.exchange.heard("peer", PublicationNews(7, sha256(b"one")))
    await node.quiet()
    assert node.charged == [{Charge.PUBLICATION: 1}]
    assert node.wire.dropped == []


@pytest.mark.parametrize("fault", PublicationFault)
async def test_e4_what_nobody_could_have_taken_costs_the_link(fault: PublicationFault) -> None:
    node, _ = pair(b"one")
    node.shelf.fault = fault
    node.exchange.heard("peer", PublicationNews(7, sha256(b"one")))
    await node.quiet()
    assert node.wire.dropped == ([] if fault.may_pass else [Misconduct.FALSE_PUBLICATION])
    assert [set(costs) for costs in node.charged] == (
        [{Charge.PUBLICATION, Charge.BYTES, Charge.SECONDS}] if fault.may_pass else []
    )


@pytest.mark.parametrize("answer", [b"", b"\x83", b"\xff" * 100])
async def test_e4_bytes_outside_the_protocol_cost_the_link(answer: bytes) -> None:
    node, _ = pair(b"one")
    node.wire.answer = answer
    node.exchange.heard("peer", PublicationNews(7, sha256(b"one")))
    await node.quiet()
    await node.exchange.compare("peer")
    assert node.wire.dropped == [Misconduct.FALSE_PUBLICATION, Misconduct.MALFORMED_MESSAGE]


async def test_e4_another_publication_than_the_one_asked_for_costs_the_link() -> None:
    node, peer = pair(b"one", b"two")
    node.wire.answer = peer.exchange.answer_publication(GetPublication(sha256(b"two")))
    node.exchange.heard("peer", PublicationNews(7, sha256(b"one")))
    await node.quiet()
    assert node.wire.dropped == [Misconduct.FALSE_PUBLICATION]
    assert node.shelf.kept == {}


async def test_e5_what_is_withheld_is_neither_told_nor_given() -> None:
    node, peer = pair(b"one", b"two")
    peer.shelf.withheld = {sha256(b"one")}
    await node.exchange.compare("peer")
    await node.quiet()
    assert node.shelf.kept == {sha256(b"two"): b"two"}
    with pytest.raises(Declined):
        peer.exchange.answer_publication(GetPublication(sha256(b"one")))


async def test_a_peer_that_is_gone_is_not_asked() -> None:
    node, _ = pair(b"one")
    node.wire.linked = []
    node.exchange.heard("peer", PublicationNews(7, sha256(b"one")))
    await node.quiet()
    assert node.wire.asked == []


@pytest.mark.parametrize("request_", [GetPublished(bytes(32), bytes(32)), GetPublication(bytes(32))])
def test_the_requests_are_frozen(request_: Any) -> None:
    encoded = {
        GetPublished: "83035820" + 32 * "00" + "5820" + 32 * "00",
        GetPublication: "82045820" + 32 * "00",
    }
    assert encode_request(request_).hex() == encoded[type(request_)]
    assert decode_request(encode_request(request_)) == request_
