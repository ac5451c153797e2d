"""Who a node is: its keys, and whether it may vote with them."""

from dataclasses import dataclass

from node.storage.guard_records import LostGuard
from node.wording.explained import Explained
from registry.primitives import ed25519
from registry.primitives.reason import as_clause


@dataclass(frozen=True, slots=True)
class NodeIdentity:
    """Without a consensus key the node follows the others and never votes; without the peer's it announces no
    address. `unused_key` is the public consensus key of a node that was started without it."""

    peer_id: str
    consensus_seed: bytes | None
    peer_seed: bytes | None = None
    unused_key: bytes | None = None

    @property
    def public_key(self) -> bytes | None:
        """The key that validator sets name it by."""
        return None if self.consensus_seed is None else ed25519.public_key(self.consensus_seed)

    def sign(self, message: bytes) -> bytes:
        """The message signed with the consensus key."""
        if self.consensus_seed is None:
            raise AssertionError("only a node that may vote has a guard")
        return ed25519.sign(self.consensus_seed, message)


class GuardLost(Explained):
    """The vote guard is lost (R12): this node could contradict what it signed before."""

    def __init__(self, lost: LostGuard) -> None:
        why = f"{lost.loss.sentence} {lost.detail}".rstrip(". ")
        what = f"the vote guard is lost, so this node must not vote. {why}"
        super().__init__(what, do=as_clause(lost.loss.remedy))
        self.loss = lost.loss
