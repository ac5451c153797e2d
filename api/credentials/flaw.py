"""What keeps a credential from being valid: the reasons that formats, data models and judging share."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class CredentialFlaw(StrEnum):
    """What keeps a credential from being valid; the value is its sentence."""

    CONTEXT = "Its @context does not say which data model it follows."
    TYPE = "Its type does not say that it is a verifiable credential."
    SUBJECT = "It says nothing about anybody: credentialSubject is missing or empty."
    ISSUER_UNNAMED = "It names no issuer by a URL."
    MEMBER = "A member does not have the form that the data model gives it."

    NO_READABLE_PROOF = "It has no proof that this verifier can read."
    PROOF_MALFORMED = "The proof does not have the form of its cryptosuite."
    PROOF_PURPOSE = "The issuer made the proof for another purpose than to assert what it says."
    PROOF_NOT_YET = "The proof is dated after now."
    PROOF_EXPIRED = "The proof counted only until an earlier time."
    WRONG_SIGNATURE = "The signature is not of this document by the issuer's key."
    OTHER_ISSUER = "It names another issuer than the one whose key signed it."
    UNKNOWN_ISSUER = "The registry has no such issuer."
    NOT_LOOKED_UP = "Whether the registry knows who signed was not asked."
    UNKNOWN_KEY = "The issuer has no key of this name."
    KEY_PURPOSE = "The key is not for signing credentials."
    KEY_UNREADABLE = "The key is of an algorithm that this verifier does not know."
    KEY_NOT_YET = "The key does not count yet."
    KEY_COMPROMISED = "The key is in other hands, and no anchor shows that the credential is older."
    KEY_ENDED = "The key has ended, and no anchor shows that the credential is older."
    ANCHOR_UNPROVED = "The anchor proof does not lead to a root that the issuer recorded."

    NOT_YET_VALID = "It is valid only from a later time on."
    EXPIRED = "It was valid only until an earlier time."
    DATES_UNREADABLE = "A date is not an XML Schema dateTimeStamp, such as 2026-01-31T12:00:00Z."
    DATES_UNSUPPORTED = "A date has a year that this verifier cannot compare: not among 1 to 9999."
    DATES_CONTRADICT = "It ends before it begins."

    REVOKED = "It is revoked."
    SUSPENDED = "It is suspended."
    STATUS_ELSEWHERE = "It names a status list that is not in the registry."
    STATUS_OF_OTHER = "It names a status list of somebody else, or of another purpose."
    STATUS_UNKNOWN = "The registry has no such status list or entry."
    STATUS_UNREADABLE = "A status entry does not have the form of its type."
    STATUS_UNSUPPORTED = "Its status is kept in a way that this verifier does not know."


INCONCLUSIVE: Final = frozenset(
    {
        CredentialFlaw.NO_READABLE_PROOF,
        CredentialFlaw.UNKNOWN_ISSUER,
        CredentialFlaw.NOT_LOOKED_UP,
        CredentialFlaw.KEY_UNREADABLE,
        CredentialFlaw.KEY_ENDED,
        CredentialFlaw.DATES_UNSUPPORTED,
        CredentialFlaw.STATUS_ELSEWHERE,
        CredentialFlaw.STATUS_UNKNOWN,
        CredentialFlaw.STATUS_UNSUPPORTED,
    }
)
"""Flaws that leave the question open; all others answer it with no."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A reason, and what is said of it for people: at most 200 characters, which may hold foreign text."""

    reason: CredentialFlaw
    detail: str = ""
