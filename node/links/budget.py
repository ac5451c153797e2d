"""What each peer may have this node do in vain: budgets by kind of message. Pure.

A message that tells the replica something new is never charged, for there are only so many of them; one that
does not costs its peer a unit of its kind, its bytes, and the time that handling it took. Rules, each named
by the tests that prove it:

- **W1 What the rules give occasion for.** An allowance covers what a node that follows the rules sends in
  vain at most, whatever happens to it: so much at once (`burst`) and in the long run (`per_s`); so much for
  each view that begins (`per_view`: late votes, relays of what is known); so much for each view without a
  final block, all of which is said again at every standstill and on every new link (`per_open_view`, R8); and
  the answers to what this node asked for (`owed`).
- **W2 Slowed.** A peer beyond an allowance is made to wait until it is within it again, `MAX_WAIT_S` at most
  at a time: nothing is taken from it meanwhile, and the wait passes on to its sender.
- **W3 Dropped.** One that goes on for `PATIENCE_S` loses its link.
- **W4 Kept.** Accounts belong to the peer, not to the link: coming back does not fill them. (Only peers that
  a validator set lists can have one.)
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from consensus.events import Waste
from consensus.fetching import MAX_ANSWERS
from consensus.messages import GetBlock, GetCertificates, Message
from node.observing.misconduct import Misconduct
from node.wording.units import MIB

MAX_WAIT_S: Final = 0.5
PATIENCE_S: Final = 3.0
OWED_CAP: Final = 8_192
"""The most units beyond the burst that views and questions of this node's own can add up to."""


class Charge(Enum):
    """What is counted beside messages of each kind."""

    BYTES = auto()
    SECONDS = auto()
    OLD_TRANSACTION = auto()
    """One that waits here already, is final or came too late: an honest node may have admitted it."""
    UNFIT_TRANSACTION = auto()
    """A transaction that its sender should not have taken either: expired long ago, of an unknown signer …"""
    PUBLICATION = auto()
    """News of a publication that is held already, or that the peer then does not give, or that is not taken
    any more."""


ChargedKind = Waste | Charge


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much of a kind a peer may send in vain (W1), and what it is named for beyond that."""

    fault: Misconduct
    burst: float
    per_s: float
    per_view: float = 0.0
    per_open_view: float = 0.0


ALLOWANCES: Final[Mapping[ChargedKind, Allowance]] = {
    Waste.VOTE: Allowance(Misconduct.TOO_MANY_VOTES, 512, 64, 8, 4),
    Waste.CERTIFICATE: Allowance(Misconduct.TOO_MANY_CERTIFICATES, 1_024, 128, 8, 4),
    Waste.PROPOSAL: Allowance(Misconduct.TOO_MANY_PROPOSALS, 32, 4, 2, 0),
    Waste.QUESTION: Allowance(Misconduct.TOO_MANY_QUESTIONS, 256, 32),
    Waste.BLOCK: Allowance(Misconduct.UNASKED_BLOCKS, 8, 0.5),
    Waste.STATUS: Allowance(Misconduct.TOO_MANY_STATUSES, 32, 4),
    Charge.BYTES: Allowance(Misconduct.TOO_MANY_BYTES, 32 * MIB, 4 * MIB),
    Charge.SECONDS: Allowance(Misconduct.TOO_MUCH_WORK, 2.0, 0.2),
    Charge.OLD_TRANSACTION: Allowance(Misconduct.TOO_MANY_OLD_TRANSACTIONS, 40_000, 2_000, 1_024),
    Charge.UNFIT_TRANSACTION: Allowance(Misconduct.UNFIT_TRANSACTIONS, 500, 50),
    Charge.PUBLICATION: Allowance(Misconduct.TOO_MUCH_NEWS, 256, 8),
}
"""R8 says up to four things again for each open view, at most every 1.8 s, and on a new link, of which there
are at most one in two seconds. A pool holds 20,000 transactions, all of which a new link is sent. Of a
publication only the node tells that took it from its issuer, and two that are asked at once may both give
it."""


@dataclass(frozen=True, slots=True)
class Excess:
    """A peer is beyond an allowance: it waits until that time, and loses its link if `is_dropped`."""

    fault: Misconduct
    until_s: float
    is_dropped: bool


@dataclass(slots=True)
class _Account:
    left: float
    owed: float
    at_s: float
    views_begun: int


@dataclass(slots=True)
class _Peer:
    accounts: dict[ChargedKind, _Account] = field(default_factory=dict)
    over_since_s: float = 0.0
    over_until_s: float = float("-inf")


class Budgets:
    """The accounts of all peers. Times are monotonic, in seconds."""

    def __init__(self, allowances: Mapping[ChargedKind, Allowance] = ALLOWANCES) -> None:
        self._allowances = allowances
        self._peers: dict[str, _Peer] = {}
        self._view = 0
        self._views_begun = 0
        self._open_views = 0

    def moved(self, view: int, open_views: int) -> None:
        """The replica's view, and how many views lie above the last final one (W1)."""
        self._views_begun += max(0, view - self._view)  # an epoch begins with a low one
        self._view, self._open_views = view, open_views

    def asked(self, peer_id: str, message: Message, now_s: float) -> None:
        """This was sent to the peer: of the answer, if it is a question, all may turn out to be known."""
        match message:
            case GetBlock():
                self.owe(peer_id, Waste.BLOCK, 1, now_s)
            case GetCertificates():
                self.owe(peer_id, Waste.CERTIFICATE, MAX_ANSWERS, now_s)
            case _:
                pass

    def owe(self, peer_id: str, kind: ChargedKind, units: int, now_s: float) -> None:
        """So many units of what the peer will send are not its own doing."""
        account = self._account(peer_id, kind, now_s)
        account.owed = min(OWED_CAP, account.owed + units)

    def charge(self, peer_id: str, costs: Mapping[ChargedKind, float], now_s: float) -> Excess | None:
        """Something of the peer was in vain and cost that much; the worst excess, if it is beyond an
        allowance (W2, W3)."""
        excesses = [
            (wait_s, allowance.fault)
            for kind, units in costs.items()
            if (wait_s := self._spend(peer_id, kind, allowance := self._allowances[kind], units, now_s)) > 0
        ]
        if not excesses:
            return None
        wait_s, fault = max(excesses)
        return self._exceeded(self._peers[peer_id], fault, now_s, now_s + min(wait_s, MAX_WAIT_S))

    def _account(self, peer_id: str, kind: ChargedKind, now_s: float) -> _Account:
        accounts = self._peers.setdefault(peer_id, _Peer()).accounts
        if kind not in accounts:
            burst = self._burst(self._allowances[kind])
            accounts[kind] = _Account(burst, 0.0, now_s, self._views_begun)
        return accounts[kind]

    def _burst(self, allowance: Allowance) -> float:
        return allowance.burst + 4 * allowance.per_open_view * self._open_views

    def _spend(
        self, peer_id: str, kind: ChargedKind, allowance: Allowance, units: float, now_s: float
    ) -> float:
        """Takes the units from what the peer is owed, then from what flows in; the seconds until it is out of
        debt, 0 where it has none."""
        account = self._account(peer_id, kind, now_s)
        views, account.views_begun = self._views_begun - account.views_begun, self._views_begun
        account.owed = min(OWED_CAP, account.owed + views * allowance.per_view)
        per_s = allowance.per_s + allowance.per_open_view * self._open_views
        inflow = (now_s - account.at_s) * per_s
        account.left, account.at_s = min(self._burst(allowance), account.left + inflow), now_s
        from_owed = min(units, account.owed)
        account.owed -= from_owed
        account.left -= units - from_owed
        if account.left >= 0:
            return 0.0
        wait_s = -account.left / per_s
        account.left = max(account.left, -per_s * MAX_WAIT_S)  # what was sent long ago is not held against it
        return wait_s

    @staticmethod
    def _exceeded(peer: _Peer, fault: Misconduct, now_s: float, until_s: float) -> Excess:
        """An excess that begins within `PATIENCE_S` after the end of one goes on with it."""
        if now_s - peer.over_until_s > PATIENCE_S:
            peer.over_since_s = now_s
        peer.over_until_s = until_s
        return Excess(fault, until_s, now_s - peer.over_since_s >= PATIENCE_S)
