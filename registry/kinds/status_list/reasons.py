"""Why an operation on status lists is refused."""

from registry.rejection import RejectionReason


class StatusListReason(RejectionReason):
    """About status lists alone."""

    STATUS_LIST_EXISTS = "status-list-exists", "The issuer has a status list of this name."
    STATUS_LIST_UNKNOWN = "status-list-unknown", "The issuer has no status list of this name."
    STATUS_LIST_SIZE = "status-list-size", "A list has 131,072 to 4,194,304 entries, a multiple of 1,024."
    INDEX_OUT_OF_RANGE = "index-out-of-range", "The status list has no entry of this index."
    SET_AND_CLEARED = "set-and-cleared", "One operation would both set and clear an entry."
    NOTHING_TO_CHANGE = "nothing-to-change", "The operation names no entry."
    PERMANENT_BIT = "permanent-bit", "Entries of revocation and refresh lists are never cleared."
    DAILY_LIMIT = (
        "daily-limit",
        "More entries of this list would be set on this UTC day than one key may set.",
    )
