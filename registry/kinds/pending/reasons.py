"""Why an operation on proposals, or one that takes a proposal, is refused."""

from registry.rejection import RejectionReason


class PendingReason(RejectionReason):
    """About proposals and their approvals alone."""

    APPROVALS_NEEDED = (
        "approvals-needed",
        "The operation takes more keys than the one that signs a transaction: it has to be proposed.",
    )
    NOT_BY_APPROVAL = (
        "not-by-approval",
        "One key does this operation: a proposal cannot hold it.",
    )
    PROPOSAL_PERIOD = (
        "proposal-period",
        "A proposal expires after the block's time, and not later than the ruleset allows.",
    )
    PROPOSAL_EXISTS = "proposal-exists", "The proposer has, or had, a proposal of this name."
    TOO_MANY_PROPOSALS = (
        "too-many-proposals",
        "The proposer has as many open proposals as are allowed.",
    )
    PROPOSAL_UNKNOWN = "proposal-unknown", "The proposer had no proposal of this name before."
    PROPOSAL_ENDED = "proposal-ended", "The proposal was completed or withdrawn already."
    PROPOSAL_EXPIRED = "proposal-expired", "The proposal has expired."
    APPROVED_ALREADY = "approved-already", "This key has approved the proposal already."
    TOO_MANY_APPROVALS = (
        "too-many-approvals",
        "The proposal has been given as many approvals as a proposal may be given.",
    )
