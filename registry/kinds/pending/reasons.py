"""Why a proposal, its approval or its withdrawal is refused, and an operation that only a proposal can do."""

from registry.rejection import RejectionReason


class PendingReason(RejectionReason):
    """About proposals and their approvals alone."""

    APPROVALS_NEEDED = (
        "approvals-needed",
        "The operation takes more keys than the one that signs a transaction.",
        "Propose it (--propose NAME), and let the others approve it with `matricula proposal approve`.",
    )
    NOT_BY_APPROVAL = (
        "not-by-approval",
        "One key does this operation, so a proposal cannot hold it.",
        "Do it without a proposal.",
    )
    PROPOSAL_PERIOD = (
        "proposal-period",
        "The end of the proposal has passed, or is later than the network allows.",
        "Choose an end in the future, at most 30 days from now.",
    )
    PROPOSAL_EXISTS = (
        "proposal-exists",
        "The proposer has, or had, a proposal of this name.",
        "Choose another name. The name of a proposal is never used twice.",
    )
    TOO_MANY_PROPOSALS = (
        "too-many-proposals",
        "The proposer has as many open proposals as are allowed.",
        "Withdraw one that is no longer wanted: see them with `matricula proposal list --by DID`.",
    )
    PROPOSAL_UNKNOWN = (
        "proposal-unknown",
        "Before this transaction the proposer had no proposal of this name.",
        "See the proposer's open proposals with `matricula proposal list --by DID`. Approve in another "
        "transaction than the one that proposes.",
    )
    PROPOSAL_ENDED = (
        "proposal-ended",
        "The proposal was completed or withdrawn already.",
        "See what became of it with `matricula proposal show ID`.",
    )
    PROPOSAL_EXPIRED = (
        "proposal-expired",
        "The proposal has expired.",
        "Propose it again under another name.",
    )
    APPROVED_ALREADY = (
        "approved-already",
        "This key has approved the proposal already.",
        "Let somebody else approve it, or approve it with another key (--key FILE). `matricula proposal show "
        "ID` lists who has approved.",
    )
    TOO_MANY_APPROVALS = (
        "too-many-approvals",
        "The proposal has been given as many approvals as a proposal may be given.",
        "Propose it again under another name.",
    )
