"""Why an operation on anchors is refused."""

from registry.rejection import RejectionReason


class AnchorReason(RejectionReason):
    """About anchors alone."""

    ANCHOR_EXISTS = (
        "anchor-exists",
        "The issuer has anchored this root already.",
        "Do nothing. The first anchor stands, with its time.",
    )
