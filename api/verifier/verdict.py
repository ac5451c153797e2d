"""What a verifier concludes from an answer: an outcome, the reason for it, and what was proved."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

from consensus.light_client import AnchoredBy, HeaderRefusal
from registry.checking import AnchorFinding, Entries, Found, InLedger, ProofFlaw, RecordFinding
from registry.kinds.status_list.record import StatusList
from registry.primitives.reason import REFUTED, Reason


class Outcome(StrEnum):
    """What a verifier concludes."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"


_INSTALL: Final = "Install a newer version of this software."


class AnswerFlaw(Reason):
    """What keeps an answer from being valid, beside flaws of its proof and of its header. A verifier meets
    it.
    """

    MALFORMED = (
        "malformed",
        "The bytes do not have the form that answers have.",
        "Check that this is an answer, whole and as it was given. If it is, ask another node (--node): the "
        "one that gave it is broken. Tell its operator.",
    )
    UNSUPPORTED_VERSION = (
        "unsupported-version",
        "The answer's form has another version than 1, which is the one that this verifier reads.",
        "If the version is higher, install a newer version of this software. If it is lower, ask another "
        "node (--node): no version below 1 was ever in use.",
    )
    IMPOSSIBLE_QUESTION = (
        "impossible-question",
        "Nobody can ask the question: no ledger could hold what it is about.",
        "Write the id as it is recorded, and ask again.",
    )
    OTHER_QUESTION = (
        "other-question",
        "The answer is to another question than the one that was asked.",
        "Check that two files or two questions were not confused. If a node gave this answer to this "
        "question, ask another node (--node). The first one is broken or lies: tell its operator.",
    )
    OTHER_PROOF = "other-proof", "The proof is not of a kind that answers the question.", REFUTED
    NOT_FINAL = (
        "not-final",
        "The header comes without a finalization, so nothing shows that its block is final.",
        "If the network was founded just now, wait half a minute and ask again. If not, ask another node "
        "(--node): this one left the certificate out.",
    )
    OTHER_EPOCH = (
        "other-epoch",
        "The validators of the header's epoch are not known.",
        "Get the epoch proofs (/v1/epochs of a node), or a newer answer.",
    )
    STALE = (
        "stale",
        "The answer's block is older than the greatest age asked for.",
        "Ask another node (--node), or try later: this node is cut off, or the network has no quorum. Or "
        "take an older answer with a larger --max-age: what is proved was true at that block.",
    )
    FROM_FUTURE = (
        "from-future",
        "The answer's block is dated ahead of this machine's clock.",
        "Compare this machine's clock with an outside source (NTP). If it is right, clocks of nodes are "
        "wrong or the ledger is dated ahead: `matricula doctor` on a node says by how much.",
    )
    UNREADABLE = "unreadable", "What is proved cannot be read by this version.", _INSTALL


VerdictReason: TypeAlias = AnswerFlaw | ProofFlaw | HeaderRefusal

INCONCLUSIVE: Final[frozenset[VerdictReason]] = frozenset(
    {
        AnswerFlaw.UNSUPPORTED_VERSION,
        AnswerFlaw.NOT_FINAL,
        AnswerFlaw.OTHER_EPOCH,
        AnswerFlaw.STALE,
        AnswerFlaw.FROM_FUTURE,
        AnswerFlaw.UNREADABLE,
        ProofFlaw.KNOWN_AT_AHEAD,
        HeaderRefusal.UNKNOWN_VERSION,
        HeaderRefusal.UNKNOWN_RULESET,
        HeaderRefusal.ANCHOR_TOO_OLD,
    }
)
"""Reasons that make an answer indeterminate; all others make it invalid."""


@dataclass(frozen=True, slots=True)
class StatusBits:
    """Bits of a status list at K: entry `first` and on. `record` says since when they have been so."""

    record: Found
    status_list: StatusList
    first: int
    bits: bytes

    def is_set(self, index: int) -> bool:
        """The bit of entry `index` of the list, which must be among those shown."""
        offset = index - self.first
        if not 0 <= offset < 8 * len(self.bits):
            raise IndexError(f"entry {index} is not among those shown")
        return bool(self.bits[offset >> 3] & (0x80 >> (offset & 7)))


Finding: TypeAlias = RecordFinding | AnchorFinding | Entries | InLedger | StatusBits


@dataclass(frozen=True, slots=True)
class Verdict:
    """What follows from an answer.

    `reason` is None exactly for a valid one. `as_of_ms`, `height` and `epoch` are the header's,
    `anchored_by` what the trust in its validators rests on; all None where the header is not believed.
    `finding` is what is proved.
    """

    outcome: Outcome
    reason: VerdictReason | None = None
    detail: str = ""
    finding: Finding | None = None
    as_of_ms: int | None = None
    height: int | None = None
    epoch: int | None = None
    anchored_by: AnchoredBy | None = None

    @classmethod
    def from_flaw(cls, reason: VerdictReason, detail: str = "") -> "Verdict":
        """The verdict on an answer with this flaw, whose header is not believed."""
        outcome = Outcome.INDETERMINATE if reason in INCONCLUSIVE else Outcome.INVALID
        return cls(outcome, reason, detail)

    @property
    def code(self) -> str | None:
        """The reason as a stable code, such as `successor-left-out`."""
        return None if self.reason is None else self.reason.code
