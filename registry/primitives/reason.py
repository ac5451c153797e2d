"""The one form of every "no": a code for programs, a sentence that says what happened, and the remedy
(decision 0114).

A family of reasons is an enumeration that derives from `Reason`: why a transaction is rejected, what is wrong
with a proof, why a request has no answer, what damaged a store. A reason is passed on as the object, never
as its name. Where it comes over a wire it is looked up once by its code, and a code that nobody here knows
stays text.
"""

from enum import StrEnum
from typing import Final

REFUTED: Final = (
    "Do not rely on this answer. Ask another node (--node). The node that gave it is broken or lies: tell "
    "its operator."
)
"""The remedy of all reasons that refute an answer, in whichever package they are found."""


class Reason(StrEnum):
    """The base of all families; it has no members of its own.

    A member is its `code`, kebab-case, which never changes its meaning. `sentence` says what happened,
    `remedy` what the person who meets it can do; both end with a full stop. Where nothing can be done, the
    remedy says so.

    Members of two families may have one code and are then equal as text: compare them by `is`.
    """

    sentence: str
    remedy: str

    def __new__(cls, code: str, sentence: str, remedy: str) -> "Reason":
        """A member is its code, with sentence and remedy beside it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        member.remedy = remedy
        return member

    @property
    def code(self) -> str:
        """What programs and wires know it by, such as `state-root`."""
        return self.value

    def with_detail(self, detail: str) -> str:
        """The sentence, with what is known of this occurrence in brackets."""
        return f"{self.sentence} ({detail})" if detail else self.sentence


def as_clause(text: str) -> str:
    """A sentence as part of a longer one, and without its last full stop."""
    return in_sentence(text.removesuffix("."))


def in_sentence(text: str) -> str:
    """The same text within a sentence: its first letter is small, unless its first word is written in
    capitals.
    """
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
