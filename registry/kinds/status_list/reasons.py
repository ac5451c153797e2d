"""Why an operation on status lists is refused."""

from registry.rejection import RejectionReason


class StatusListReason(RejectionReason):
    """About status lists alone."""

    STATUS_LIST_EXISTS = (
        "status-list-exists",
        "The issuer has a status list of this name.",
        "Choose another name, or use the list that is there.",
    )
    STATUS_LIST_UNKNOWN = (
        "status-list-unknown",
        "The issuer has no status list of this name.",
        "See the issuer's lists with `matricula status list DID`.",
    )
    STATUS_LIST_SIZE = (
        "status-list-size",
        "The size of the list is not among 131,072 to 4,194,304, or not a multiple of 1,024.",
        "Give a size within these bounds. 131,072 is enough for most lists.",
    )
    INDEX_OUT_OF_RANGE = (
        "index-out-of-range",
        "The status list has no entry of this index.",
        "See the list's size with `matricula status show ID`. Entries are counted from 0.",
    )
    SET_AND_CLEARED = (
        "set-and-cleared",
        "One operation would both set and clear an entry.",
        "Name each entry once: to set it, or to clear it.",
    )
    NOTHING_TO_CHANGE = (
        "nothing-to-change",
        "The operation names no entry.",
        "Name at least one entry to set or to clear.",
    )
    PERMANENT_BIT = (
        "permanent-bit",
        "Entries of revocation and refresh lists are never cleared.",
        "Issue a new credential. Only a suspension can be taken back.",
    )
    DAILY_LIMIT = (
        "daily-limit",
        "More entries of this list would be set on this UTC day than one key may set.",
        "Add --propose NAME, and let somebody with a second key approve it. Or give fewer entries today, and "
        "the rest tomorrow (UTC). Nothing was set. The limit is for each list and UTC day, and bounds what a "
        "stolen key can do.",
    )
