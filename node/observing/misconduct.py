"""What peers are named for."""

from enum import StrEnum
from typing import TypeAlias

from consensus.events import LeaderFailing, PeerFault


class Misconduct(StrEnum):
    """What a peer did that no node does which follows the rules, beside the faults that the replica finds."""

    MALFORMED_MESSAGE = "a message that is not in the protocol's form"
    MALFORMED_RANGE = "a range of final blocks that is not in the protocol's form"
    FALSE_ATTACHMENT = "an attachment that is not the one asked for"
    WITHHELD_ATTACHMENT = "it named an attachment and does not give it"
    TWO_PLACES = "its peer key is used in two places at once"
    FALSE_ADDRESS = "an announcement of addresses that the node in it did not sign"
    CONTRADICTION = "signed two votes that contradict each other"
    TOO_MANY_VOTES = "far more votes than the protocol needs"
    TOO_MANY_CERTIFICATES = "far more known certificates than the protocol needs"
    TOO_MANY_PROPOSALS = "far more proposals than the protocol needs"
    TOO_MANY_QUESTIONS = "far more questions than the protocol needs"
    TOO_MANY_STATUSES = "far more statuses than the protocol needs"
    TOO_MANY_BYTES = "far more bytes than the protocol needs"
    TOO_MUCH_WORK = "useless messages that take too much of this node's time"
    TOO_MANY_OLD_TRANSACTIONS = "far more known transactions than the protocol needs"
    UNASKED_BLOCKS = "blocks that nobody asked for"
    UNFIT_TRANSACTIONS = "many transactions that it should have refused"
    BROKEN_CONNECTION = "a broken connection: endless heartbeats or streams, or a frame that is too long"
    FALSE_PUBLICATION = "a published list that contradicts the ledger, or is not the one that it named"
    TOO_MUCH_NEWS = "far more news of published lists than there are"
    FALSE_TRANSACTION = "a transaction that no node that follows the rules takes"


Fault: TypeAlias = PeerFault | LeaderFailing | Misconduct
"""What peers are named for. Its value is a sentence for people, its name in lower case the metric's label."""
