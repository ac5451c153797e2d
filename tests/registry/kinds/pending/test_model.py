"""Whatever is proposed, approved, withdrawn and lost, in whatever order: as a model of a page says."""

from dataclasses import dataclass, field
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.execution import ExecutionResult
from registry.kinds.pending.record import PendingState
from tests.registry.kinds.pending.proposals import Issuing
from tests.registry.network import INVOKE, owned

LIFE_MS = 20_000
WHO = ("first", "second", "controller")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("propose"), st.sampled_from(WHO), st.integers(0, 1)),
        st.tuples(st.just("approve"), st.sampled_from(WHO), st.integers(0, 1)),
        st.tuples(st.just("withdraw"), st.sampled_from(WHO), st.integers(0, 1)),
        st.tuples(st.just("retire"), st.sampled_from(WHO), st.just(0)),
        st.tuples(st.just("wait"), st.just(""), st.sampled_from([2_000, LIFE_MS])),
    ),
    max_size=14,
)
Step: TypeAlias = tuple[str, str, int]


@dataclass
class Proposal:
    """What a proposal is in the model: who stands by it, until when, and what it has come to."""

    by: list[str]
    expires_ms: int
    state: PendingState = PendingState.OPEN


@dataclass
class Model:
    """All proposals are the issuer's or the controller's, by DID and number; each sets the bit of its own."""

    retired: set[str] = field(default_factory=set)
    proposals: dict[tuple[bool, int], Proposal] = field(default_factory=dict)

    def propose(self, who: str, number: int, now_ms: int) -> bool:
        """Whether it is accepted."""
        name = (who == "controller", number)
        if who in self.retired or name in self.proposals:
            return False
        self.proposals[name] = Proposal([who], now_ms + LIFE_MS)
        return True

    def approve(self, who: str, name: tuple[bool, int], now_ms: int) -> bool:
        """Whether it is accepted."""
        proposal = self._open(who, name, now_ms)
        if proposal is None or who in proposal.by:
            return False
        proposal.by = [*(other for other in proposal.by if other not in self.retired), who]
        if len(proposal.by) >= 2:
            proposal.state = PendingState.COMPLETED
        return True

    def withdraw(self, who: str, name: tuple[bool, int], now_ms: int) -> bool:
        """Whether it is accepted."""
        proposal = self._open(who, name, now_ms)
        if proposal is not None:
            proposal.state = PendingState.WITHDRAWN
        return proposal is not None

    def _open(self, who: str, name: tuple[bool, int], now_ms: int) -> Proposal | None:
        proposal = self.proposals.get(name)
        if proposal is None or proposal.state is not PendingState.OPEN or now_ms >= proposal.expires_ms:
            return None
        return None if who in self.retired else proposal


class Played(Issuing):
    """The network of the model: nobody ever loses the last key for transactions."""

    def __init__(self) -> None:
        super().__init__()
        self.add_third_key()
        signed = self.by("controller")
        signed.build.add_key(self.controller, owned("spare", INVOKE, "key-2"))
        self.commit(signed.bytes())

    def accepts(self, data: bytes) -> bool:
        """Whether the next block takes it; it is made in any case."""
        accepted = isinstance(self.attempt(data), ExecutionResult)
        self.commit(*([data] if accepted else []))
        return accepted

    def retiring(self, who: str) -> bytes:
        """A transaction that retires somebody's key, signed by a key that stays."""
        if who == "controller":
            signed = self.signed_by(f"{self.controller}#key-2", "spare")
            signed.build.retire_key(self.controller, "key-1")
        else:
            signed = self.by("third")
            signed.build.retire_key(self.issuer, {"first": "key-1", "second": "key-2"}[who])
        return signed.bytes()


@settings(derandomize=True, max_examples=60, deadline=None)
@given(steps=STEPS, of_controller=st.lists(st.booleans(), min_size=14, max_size=14))
def test_proposals_do_as_the_model(steps: list[Step], of_controller: list[bool]) -> None:
    network, model = Played(), Model()
    for (what, who, number), theirs in zip(steps, of_controller, strict=False):
        name, text, now_ms = (theirs, number), f"p{number}", network.next_time_ms
        proposer = network.controller if theirs else network.issuer
        match what:
            case "propose":
                data = network.proposing(who, text, [number + 2 * (who == "controller")], LIFE_MS)
                assert network.accepts(data) == model.propose(who, number, now_ms)
            case "approve":
                data = network.approving(who, text, proposer)
                assert network.accepts(data) == model.approve(who, name, now_ms)
            case "withdraw":
                signed = network.by(who)
                signed.build.withdraw(proposer, text)
                assert network.accepts(signed.bytes()) == model.withdraw(who, name, now_ms)
            case "retire" if who not in model.retired:
                assert network.accepts(network.retiring(who))
                model.retired.add(who)
            case "wait":
                network.time_ms += number
    completed = [each for each in model.proposals.values() if each.state is PendingState.COMPLETED]
    assert network.status_list.ones == len(completed)
    for (theirs, number), proposal in model.proposals.items():
        body = network.pending(f"p{number}", network.controller if theirs else "")
        assert body.state is proposal.state
