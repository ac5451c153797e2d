"""Which peer is asked for which attachments, and when. Pure: no clock, no I/O.

Rules, each named by the tests that prove it:

- **A1 Once.** An attachment is wanted once, however many blocks and transactions name it; each of them may
  add peers that should have it.
- **A2 All at once.** What is wanted is asked for at once, up to `REQUEST_ADDRESSES` in a request. Blocks come
  before transactions. At most `REQUESTS_PER_PEER` requests of one peer are open, and `FOR_TRANSACTIONS` for
  transactions alone: who does not answer keeps nobody else's attachments waiting.
- **A3 The next one soon.** A peer that declines or fails is followed by the next at once. Where one keeps
  silent, twice as many are asked for a block after each `HEDGE_MS`: f silent ones cost log2(f) pauses. One
  that had nothing may have it later: it is asked again after `AGAIN_MS`, and at once if it names it itself.
- **A4 The quick ones first.** Of those that should have it, whoever is at fault (A6) comes last, a quick one
  goes before a slow one by steps of `HEDGE_MS`, and then whoever named it before the others. A slow one that
  named it is asked at once all the same: else one that withholds would be asked no more, and never be named.
- **A5 An end.** What every peer was asked for in vain, or was not there after `PATIENCE_MS`, is given up:
  whoever still needs it asks again.
- **A6 Whoever names it gives it.** A peer withholds if it does not give what it has named: it declines, or it
  leaves a request open for `ANSWER_MS` over a link that is up. Once is enough where a block of its own names
  it. For transactions each such request weighs `WEIGHT` and each one answered takes one back. From `AT_FAULT`
  on the peer is at fault, and for `PAUSE_MS` nothing is asked for on the strength of a transaction that it
  sent.

Why A6 blames nobody who follows the rules. Such a node names an attachment in two ways. It proposes a block,
and has executed and stored that with all its attachments before the proposal leaves. Or it sends on what its
own clients gave it, and holds the attachments of that while it waits, and afterwards as long as there is
room, which no client's offer takes (`node.links.contents`). A link that is silent for less than `ANSWER_MS`
goes down, which is no fault of this kind.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, takewhile

from node.links.bulk import REQUEST_ADDRESSES

HEDGE_MS = 150
ANSWER_MS = 5_000
"""Longer than a link stays up without a sign of life (`TransportTimings.silence_s`)."""
PATIENCE_MS = 10_000
PAUSE_MS = 10_000
REQUESTS_PER_PEER = 3
"""One fewer than the transport lets through, so that a range of blocks need not wait."""
FOR_TRANSACTIONS = 2
QUICK = (False, 0)
"""The rank (A4) of who is not at fault and not slow."""
AGAIN_MS = 500
"""After which one that had nothing for a block is asked again, while another still keeps silent."""
WEIGHT = 2
AT_FAULT = 4
MAX_FOR_BLOCKS = 8_192
"""Attachments wanted for blocks at one time; more is refused and asked for later."""


@dataclass(frozen=True, slots=True)
class AttachmentRequest:
    """A request to be sent; `Asking.answered` or `Asking.failed` is told what became of it. `promised` holds
    those of its addresses that the peer has named itself (A6)."""

    number: int
    peer: str
    addresses: tuple[bytes, ...]
    promised: frozenset[bytes]
    for_block: bool
    sent_ms: int


@dataclass(frozen=True, slots=True)
class AskingStep:
    """What is to be done now: requests to send, and what is given up (A5)."""

    asks: tuple[AttachmentRequest, ...]
    given_up: tuple[bytes, ...]


@dataclass(slots=True)
class _Want:
    """An attachment that is wanted. `sources` should have it, those that named it first."""

    since_ms: int
    sources: dict[str, None] = field(default_factory=dict)
    named_by: set[str] = field(default_factory=set)
    asked: dict[str, int] = field(default_factory=dict)
    """When each was asked last."""
    open: dict[int, str] = field(default_factory=dict)
    """Whom a request is open to, by its number."""
    first_ask_ms: int | None = None

    def may_be_open(self, now_ms: int) -> int:
        """How many requests for it may be open (A3)."""
        pauses = 0 if self.first_ask_ms is None else (now_ms - self.first_ask_ms) // HEDGE_MS
        return 1 << min(pauses, 16)

    def offered_by(self, peer: str) -> None:
        """The peer says that it has it, now at least (A6)."""
        self.named_by.add(peer)
        self.sources.setdefault(peer)
        if peer not in self.open.values():
            self.asked.pop(peer, None)

    def askable(self, now_ms: int, linked: Container[str]) -> list[str]:
        """Who may be asked: those that were not yet, or may have got it since."""
        due_ms = now_ms - AGAIN_MS
        return [
            peer
            for peer in self.sources
            if peer in linked and self.asked.get(peer, due_ms) <= due_ms and peer not in self.open.values()
        ]

    def is_in_vain(self, now_ms: int) -> bool:
        """Whether nobody can be asked for it any more, or it has taken too long (A5)."""
        nobody = not self.open and self.asked.keys() >= self.sources.keys()
        return nobody or now_ms - self.since_ms >= PATIENCE_MS

    def opened(self, ask: "AttachmentRequest") -> None:
        """It is asked for by this request too."""
        self.open[ask.number] = ask.peer
        self.asked[ask.peer] = ask.sent_ms
        if self.first_ask_ms is None:
            self.first_ask_ms = ask.sent_ms


@dataclass(slots=True)
class _Peer:
    """How a peer has answered of late, and which addresses of its transactions it was not asked for yet."""

    open: dict[int, AttachmentRequest] = field(default_factory=dict)
    queue: dict[bytes, None] = field(default_factory=dict)
    expected_ms: float = 0
    withheld: int = 0
    paused_until_ms: int = 0

    @property
    def is_at_fault(self) -> bool:
        return self.withheld >= AT_FAULT

    def has_room(self, *, for_block: bool) -> bool:
        others = sum(not ask.for_block for ask in self.open.values())
        return len(self.open) < REQUESTS_PER_PEER and (for_block or others < FOR_TRANSACTIONS)

    def rank(self, now_ms: int) -> tuple[bool, int]:
        """The smaller, the sooner it is asked (A4)."""
        longest_ms = max((now_ms - ask.sent_ms for ask in self.open.values()), default=0)
        return self.is_at_fault, int(max(self.expected_ms, longest_ms)) // HEDGE_MS


class Asking:
    """What is wanted, what is asked for, and how each peer answers."""

    def __init__(self) -> None:
        self._blocks: dict[bytes, _Want] = {}
        self._transactions: dict[bytes, _Want] = {}
        self._peers: dict[str, _Peer] = {}
        self._doubtful: dict[bytes, None] = {}
        self._asks = 0

    def __len__(self) -> int:
        return len(self._blocks) + len(self._transactions)

    def want_for_block(
        self, addresses: Sequence[bytes], named_by: Sequence[str], others: Iterable[str], now_ms: int
    ) -> bool:
        """A block names these. Those in `named_by` have thereby said that they have them (A6), the others may
        have them. False if too much is wanted already."""
        if len(self._blocks) + len(addresses) > MAX_FOR_BLOCKS:
            return False
        others = tuple(others)
        for address in addresses:
            want = self._blocks.get(address)
            if want is None:
                want = self._transactions.pop(address, None) or _Want(now_ms)
                want.since_ms = now_ms
                self._blocks[address] = want
            for peer in named_by:
                want.offered_by(peer)
            for peer in others:
                want.sources.setdefault(peer)
        return True

    def want_for_transaction(self, addresses: Iterable[bytes], named_by: str, now_ms: int) -> bool:
        """A transaction that this peer sent names these. False while the peer is paused (A6)."""
        if self.is_paused(named_by, now_ms):
            return False
        peer = self._peer(named_by)
        for address in addresses:
            want = self._want(address)
            if want is None:
                want = self._transactions[address] = _Want(now_ms)
            want.offered_by(named_by)
            if address in self._transactions and named_by not in want.asked:
                peer.queue[address] = None
        return True

    def is_paused(self, name: str, now_ms: int) -> bool:
        """Whether nothing is asked for on the strength of this peer's transactions (A6)."""
        peer = self._peers.get(name)
        return peer is not None and peer.paused_until_ms > now_ms

    def arrived(self, addresses: Iterable[bytes]) -> None:
        """These are here, whoever brought them."""
        for address in addresses:
            self._blocks.pop(address, None)
            self._transactions.pop(address, None)

    def step(self, now_ms: int, linked: Container[str]) -> AskingStep:
        """What to do now (A2 to A5)."""
        asks = (*self._for_blocks(now_ms, linked), *self._for_transactions(now_ms, linked))
        return AskingStep(asks, self._give_up(now_ms))

    def answered(self, ask: AttachmentRequest, contents: Container[bytes], now_ms: int) -> bool:
        """The peer has answered with these, which `arrived` is told of too. True if it is at fault (A6)."""
        peer = self._close(ask)
        peer.expected_ms += 0.3 * (now_ms - ask.sent_ms - peer.expected_ms)
        if any(address not in contents for address in ask.promised):
            return self._withheld(ask, peer, now_ms)
        peer.withheld = max(0, peer.withheld - 1)
        return False

    def failed(self, ask: AttachmentRequest, now_ms: int, *, left_open: bool) -> bool:
        """There is no answer. `left_open`: the peer let `ANSWER_MS` pass over a link that is up. True if the
        peer is at fault (A6)."""
        peer = self._close(ask)
        return left_open and bool(ask.promised) and self._withheld(ask, peer, now_ms)

    def _close(self, ask: AttachmentRequest) -> _Peer:
        """The request is over: what nobody else can be asked for is given up (A5)."""
        peer = self._peers[ask.peer]
        del peer.open[ask.number]
        for address in ask.addresses:
            want = self._want(address)
            if want is not None:
                want.open.pop(ask.number, None)
                self._doubtful[address] = None
        return peer

    def _withheld(self, ask: AttachmentRequest, peer: _Peer, now_ms: int) -> bool:
        peer.withheld += AT_FAULT if ask.for_block else WEIGHT
        if peer.withheld < AT_FAULT:
            return False
        peer.withheld = AT_FAULT
        peer.paused_until_ms = now_ms + PAUSE_MS
        for address in peer.queue:
            want = self._transactions.get(address)
            if want is not None:
                want.asked[ask.peer] = now_ms  # in vain, as it is now
                self._doubtful[address] = None
        peer.queue.clear()
        return True

    def _give_up(self, now_ms: int) -> tuple[bytes, ...]:
        """What cannot be had any more is wanted no longer (A5)."""
        for wants in (self._blocks, self._transactions):
            old = takewhile(lambda pair: now_ms - pair[1].since_ms >= PATIENCE_MS, wants.items())
            self._doubtful.update((address, None) for address, _ in old)
        given_up = []
        for address in self._doubtful:
            want = self._want(address)
            if want is not None and want.is_in_vain(now_ms):
                given_up.append(address)
        self._doubtful.clear()
        self.arrived(given_up)
        return tuple(given_up)

    def _want(self, address: bytes) -> _Want | None:
        return self._blocks.get(address) or self._transactions.get(address)

    def _for_blocks(self, now_ms: int, linked: Container[str]) -> Iterator[AttachmentRequest]:
        batches: dict[str, list[bytes]] = {}
        ranks = {name: peer.rank(now_ms) for name, peer in self._peers.items()}
        full: set[str] = set()
        for address, want in list(self._blocks.items()):
            askable = want.askable(now_ms, linked)
            if not askable and not want.open:
                want.asked.update(dict.fromkeys(want.sources, now_ms))  # who is not linked cannot be asked
                self._doubtful[address] = None
            askable.sort(key=lambda name: ranks.get(name, QUICK))
            more = want.may_be_open(now_ms) - len(want.open)
            for chosen in askable:
                is_slow = chosen in want.named_by and ranks.get(chosen, QUICK) > QUICK
                if more <= 0 and (not is_slow or self._peer(chosen).is_at_fault):
                    continue
                if chosen in full or not self._peer(chosen).has_room(for_block=True):
                    full.add(chosen)
                    continue
                more -= 1
                batch = batches.setdefault(chosen, [])
                batch.append(address)
                if len(batch) == REQUEST_ADDRESSES:
                    yield self._open(chosen, batches.pop(chosen), now_ms, for_block=True)
        for chosen, batch in batches.items():
            yield self._open(chosen, batch, now_ms, for_block=True)

    def _for_transactions(self, now_ms: int, linked: Container[str]) -> Iterator[AttachmentRequest]:
        for name, peer in self._peers.items():
            while peer.queue and name in linked and peer.has_room(for_block=False):
                batch = list(islice(self._due(peer.queue, now_ms), REQUEST_ADDRESSES))
                if not batch:
                    break
                for address in batch:
                    del peer.queue[address]
                yield self._open(name, batch, now_ms, for_block=False)

    def _due(self, queue: dict[bytes, None], now_ms: int) -> Iterator[bytes]:
        """Which of these the peer may be asked for; forgets those that no transaction waits for."""
        for address in list(islice(queue, 2 * REQUEST_ADDRESSES)):
            want = self._transactions.get(address)
            if want is None:
                del queue[address]
            elif len(want.open) < want.may_be_open(now_ms):
                yield address

    def _open(self, name: str, addresses: list[bytes], now_ms: int, *, for_block: bool) -> AttachmentRequest:
        wants = self._blocks if for_block else self._transactions
        promised = frozenset(address for address in addresses if name in wants[address].named_by)
        self._asks += 1
        ask = AttachmentRequest(self._asks, name, tuple(addresses), promised, for_block, now_ms)
        for address in addresses:
            wants[address].opened(ask)
        self._peers[name].open[ask.number] = ask
        return ask

    def _peer(self, name: str) -> _Peer:
        return self._peers.setdefault(name, _Peer())
