"""What must hold after every step of a simulated network; `node.simulation.monitor` watches over it."""

from enum import StrEnum


class Invariant(StrEnum):
    """Each value is the sentence that was found not to hold."""

    PREFIX_AGREEMENT = "any two processes' committed blocks are one a prefix of the other"
    EQUAL_VERDICTS = (
        "every process that executes a block finds the same: valid, with the roots in its header, or not"
    )
    ONE_NOTARIZATION = "a view has at most one notarization"
    FINAL_OR_NULL = "no view has both a finalization and a nullification"
    FINAL_IS_NOTARIZED = "what an honest validator votes to finalize has a notarization"
    PARENT_IS_CERTIFIED = "the parent of what an honest validator notarizes has a notarization"
    SKIPPED_IS_NULLIFIED = "every view that a notarized candidate skips has a nullification"
    VOTES_IN_CURRENT_VIEW = (
        "an honest validator notarizes and nullifies only the lowest view it has not seen cleared"
    )
    FINAL_BLOCKS_ARE_PROVED = (
        "a committed block comes with its certificate and a nullification of every view it skips"
    )
    NO_CONTRADICTION = (
        "an honest validator never signs two contradictory votes, across restarts too, nor where an old "
        "copy of its disk was put back, unless too few others could tell it"
    )
    VALID_BEFORE_VOTED = (
        "an honest validator notarizes only what it has itself executed, or built, and found valid"
    )
    SYNCED_BEFORE_SENT = "a vote is durable before it is sent"
    CERTIFICATE_IS_BACKED = "a certificate that an honest process sends has a quorum of real votes behind it"
    EVIDENCE_IS_TRUE = "evidence names only attackers"
    HONEST_LINK_KEPT = "an honest process never drops the link to another for misbehaviour"
    HONEST_NOT_CHARGED = "no honest process charges another for more in vain than there is occasion for"
    HONEST_NOT_ACCUSED = "over calm links no honest process accuses another of withholding attachments"
    NO_FALSE_STOP = "an honest process with its guard intact does not stop"
    NO_CRASH = "no event makes a replica raise an error"
    BUFFERS_BOUNDED = "every buffer stays within its cap"
    PROGRESS = "a healed quorum commits more blocks within the bound"
    IDLE_TRANSACTION = "a transaction known to one process in an idle network is ordered"
    IDLE_FINALITY = "in an idle network every healed process learns the last final block"
    EVERY_TRANSACTION_ENDS = (
        "a transaction that no block can hold leaves every pool within the bound, and its client is told"
    )
    REFUSED_FOR_GOOD = "a transaction that a client was told no block will hold is in no final block"
    HEARTBEAT = "an idle network still orders a block whenever the heartbeat is due"
    QUIET_WHEN_IDLE = "an idle network makes no block but one empty one for each heartbeat"


class Violated(Exception):
    """An invariant was found not to hold."""

    def __init__(self, invariant: Invariant, detail: str) -> None:
        super().__init__(f"{invariant.name}: {detail}")
        self.invariant = invariant
        self.detail = detail
