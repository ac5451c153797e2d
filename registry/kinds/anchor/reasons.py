"""Why an operation on anchors is refused."""

from registry.rejection import RejectionReason


class AnchorReason(RejectionReason):
    """About anchors alone."""

    ANCHOR_EXISTS = (
        "anchor-exists",
        "The issuer has anchored this root already.",
        "Nothing of this transaction was recorded. The first anchor stands, with its time. Run the command "
        "again: it leaves out what is anchored already.",
    )
