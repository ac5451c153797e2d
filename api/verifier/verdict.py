"""What a verifier concludes from an answer: an outcome, the reason for it, and what was proved."""

from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Final, TypeAlias

from consensus.light_client import AnchoredBy, HeaderRefusal
from registry.checking import AnchorFinding, Entries, Flaw, Found, InLedger, RecordFinding
from registry.kinds.status_list.record import StatusList


class Outcome(StrEnum):
    """What a verifier concludes."""

    VALID = "valid"
    INVALID = "invalid"
    INDETERMINATE = "indeterminate"


class AnswerFlaw(StrEnum):
    """What keeps an answer from being valid, beside flaws of its proof and of its header; the value is
    its sentence.
    """

    MALFORMED = "The answer does not have the form that answers have."
    UNSUPPORTED_VERSION = "The answer has a form that this verifier is too old to read."
    IMPOSSIBLE_QUESTION = "Nobody can ask the question: no ledger could hold what it is about."
    OTHER_QUESTION = "The answer is to another question."
    OTHER_PROOF = "The proof is not of a kind that answers the question."
    NOT_FINAL = "The header comes without a finalization."
    OTHER_EPOCH = (
        "The validators of the header's epoch are not known: epoch proofs, or a newer answer, are needed."
    )
    STALE = "The header is older than the greatest age asked for."
    FROM_FUTURE = "The header is dated after the reader's clock."
    UNREADABLE = "What is proved cannot be read by this version."


def code_of(reason: Enum) -> str:
    """A reason as a stable code for programs, such as `other-question`: its name, which never changes."""
    return reason.name.lower().replace("_", "-")


VerdictReason: TypeAlias = AnswerFlaw | Flaw | HeaderRefusal

INCONCLUSIVE: Final[frozenset[VerdictReason]] = frozenset(
    {
        AnswerFlaw.UNSUPPORTED_VERSION,
        AnswerFlaw.NOT_FINAL,
        AnswerFlaw.OTHER_EPOCH,
        AnswerFlaw.STALE,
        AnswerFlaw.FROM_FUTURE,
        AnswerFlaw.UNREADABLE,
        Flaw.KNOWN_AT_AHEAD,
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
        return None if self.reason is None else code_of(self.reason)
