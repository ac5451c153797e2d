"""What is told of an answer in which only freshness is missing: how old it is, and what would make it valid.

It is for readers who have no node of their own: what they can do is to ask another one, to wait, or to take
an older answer.
"""

from api.verifier.verdict import AnswerFlaw, Verdict
from node.wording.times import format_duration, format_time
from registry.primitives.reason import as_clause

_MINUTE_MS = 60_000


def age_told(verdict: Verdict, now_ms: int) -> str:
    """How old the block of an answer is by this machine's clock, or how far ahead of it, and when it was."""
    time_ms = verdict.as_of_ms or 0
    block = f"block {verdict.height} of {format_time(time_ms)}"
    if verdict.reason is AnswerFlaw.FROM_FUTURE:
        return f"{block} is {format_duration(time_ms - now_ms)} ahead of this machine's clock"
    return f"{block} is {format_duration(now_ms - time_ms)} old"


def freshness_remedy(verdict: Verdict, now_ms: int) -> str:
    """What the reader can do about it."""
    if verdict.reason is AnswerFlaw.FROM_FUTURE:
        return f"{as_clause(verdict.reason.remedy)}. A larger --max-age does not help"
    minutes = (now_ms - (verdict.as_of_ms or 0)) // _MINUTE_MS + 2  # one more than it takes now
    return (
        f"this was true at that block; --max-age {60 * minutes} accepts it. To learn what is true now, ask "
        "another node with --node, or try later: this node is cut off, or the network has no quorum. Also "
        "check this machine's clock"
    )


def needs_freshness(verdict: Verdict) -> bool:
    """Whether the finding is proved, and only its age keeps the verdict from being valid."""
    of_time = (AnswerFlaw.STALE, AnswerFlaw.FROM_FUTURE)
    return verdict.finding is not None and any(verdict.reason is reason for reason in of_time)
