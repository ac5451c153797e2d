"""Why a transaction, or a block that holds it, is refused. Each reason has one name, and one sentence for
people.

The names are part of the interface: the API makes a problem type of each (RFC 9457), and tests name them.
"""

from enum import StrEnum


class RejectionReason(StrEnum):
    """One member of a subclass for each way to fail; `description` is its sentence.

    `TransactionReason` has those that are about a transaction whatever its operations; the others stand with
    the kind of record that they are about. `registry.ruleset.Ruleset.reasons` has all.
    """

    description: str

    def __new__(cls, value: str, description: str) -> "RejectionReason":
        """A member is its name, with the sentence beside it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member


class TransactionReason(RejectionReason):
    """About a transaction, whatever its operations are."""

    # The envelope.
    TOO_LONG = "too-long", "The transaction has more than 60 KiB."
    MALFORMED = "malformed", "The transaction is not in the one encoding that its content has."
    PROTECTED_HEADER = (
        "protected-header",
        "The protected header is not exactly algorithm -19, the content type and a key id.",
    )
    UNSUPPORTED_VERSION = "unsupported-version", "The payload's version is not known to this ruleset."
    WRONG_GENESIS = "wrong-genesis", "The transaction was made for another network."
    EXPIRED = "expired", "The block's time is not before the transaction's valid_until."
    VALID_TOO_LONG = (
        "valid-too-long",
        "The transaction would be valid for more than an hour.",
    )
    REPLAYED = "replayed", "A transaction of this id is on the ledger already."

    # The block's room and the member's quotas.
    TOO_COSTLY = "too-costly", "The transaction alone costs more than a block may."
    BLOCK_FULL = "block-full", "The block has no room for the transaction; another block may."
    RECORD_QUOTA = "record-quota", "The sponsoring member has as many records as its quota allows."
    BYTE_QUOTA = "byte-quota", "The sponsoring member has stored as many bytes as its quota allows."

    # The signer.
    UNKNOWN_SIGNER = "unknown-signer", "The key id names no DID on the ledger."
    UNKNOWN_KEY = "unknown-key", "The signer's DID has no key of this name."
    KEY_PURPOSE = "key-purpose", "The key is for signing credentials, not transactions."
    KEY_INACTIVE = "key-inactive", "The signing key is retired, reported compromised or revoked."
    SIGNER_DEACTIVATED = "signer-deactivated", "The signer's DID has been deactivated."
    BAD_SIGNATURE = "bad-signature", "The signature does not verify under the named key."

    # Authority.
    NOT_AUTHORISED = "not-authorised", "The signer has no authority over what the operation concerns."
    SPONSOR_INACTIVE = "sponsor-inactive", "The member that sponsors the signer's DID is not active."
    ROLE_MISSING = "role-missing", "The signer is no member in a role that may do this."

    # Attachments.
    ATTACHMENT_UNLISTED = (
        "attachment-unlisted",
        "An operation names an attachment that is not listed.",
    )
    ATTACHMENT_UNUSED = "attachment-unused", "The transaction lists an attachment that no operation names."


class Refused(Exception):
    """Raised where a rule is broken; `detail` says where, for people. Execution turns it into a
    `Rejected`."""

    def __init__(self, reason: RejectionReason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason.description} ({self.detail})" if self.detail else self.reason.description
