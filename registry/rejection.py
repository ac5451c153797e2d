"""Why a transaction, or a block that holds it, is refused. Each reason has one name, and one sentence for
people.

The names are part of the interface: the API makes a problem type of each (RFC 9457), and tests name them.
"""

from enum import StrEnum


class RejectionReason(StrEnum):
    """One member for each way to fail; `description` is its sentence."""

    description: str

    def __new__(cls, value: str, description: str) -> "RejectionReason":
        """A member is its name, with the sentence beside it."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.description = description
        return member

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

    # DIDs and keys.
    DID_EXISTS = "did-exists", "The DID is registered already."
    DID_DEACTIVATED = "did-deactivated", "The DID has been deactivated."
    DID_NOT_DERIVED = "did-not-derived", "The did:matricula is not the hash of its registration."
    NO_INVOCATION_KEY = "no-invocation-key", "The DID would have no active key that may sign transactions."
    TOO_MANY_KEYS = "too-many-keys", "The DID has had as many keys as a DID may have."
    KEY_ID_REUSED = "key-id-reused", "The DID has, or had, a key of this name."
    KEY_REUSED = "key-reused", "The DID has, or had, this very key under another name."
    KEY_UNSUPPORTED = "key-unsupported", "The new key is not an Ed25519 multikey."
    KEY_INVALID = (
        "key-invalid",
        "The new key is no Ed25519 public key: no private key belongs to it.",
    )
    BAD_POSSESSION = "bad-possession", "A new key's proof of possession is missing or does not verify."
    KEY_UNKNOWN = "key-unknown", "The DID has no key of the name that the operation gives."
    KEY_NOT_ACTIVE = "key-not-active", "The key that the operation would retire is not active."
    PURPOSE_DIFFERS = "purpose-differs", "A key can be rotated only to one of the same purpose."
    SINCE_IN_FUTURE = "since-in-future", "The stated beginning of the compromise lies after the block's time."
    SINCE_NOT_EARLIER = (
        "since-not-earlier",
        "The key is reported compromised since then or before already.",
    )
    TOO_MANY_REPORTS = "too-many-reports", "The key's timeline has as many periods as it may have."

    # Schemas.
    SCHEMA_VERSION_EXISTS = (
        "schema-version-exists",
        "This version of the schema is published, and immutable.",
    )
    SCHEMA_VERSION_UNKNOWN = "schema-version-unknown", "The schema has no such version."
    SCHEMA_STATE_NOT_LATER = (
        "schema-state-not-later",
        "A version goes from active to deprecated to withdrawn.",
    )
    TOO_MANY_VERSIONS = "too-many-versions", "The schema has as many versions as a schema may have."
    SCHEMA_TOO_LONG = "schema-too-long", "The schema's content has more than 128 KiB."
    SCHEMA_UNREADABLE = "schema-unreadable", "The schema's content is not JSON as the registry reads it."
    SCHEMA_UNIDENTIFIED = (
        "schema-unidentified",
        "The schema lacks a textual `$id` or `$schema`.",
    )

    # Status lists and anchors.
    STATUS_LIST_EXISTS = "status-list-exists", "The issuer has a status list of this name."
    STATUS_LIST_UNKNOWN = "status-list-unknown", "The issuer has no status list of this name."
    STATUS_LIST_SIZE = "status-list-size", "A list has 131,072 to 4,194,304 entries, a multiple of 1,024."
    INDEX_OUT_OF_RANGE = "index-out-of-range", "The status list has no entry of this index."
    SET_AND_CLEARED = "set-and-cleared", "One operation would both set and clear an entry."
    NOTHING_TO_CHANGE = "nothing-to-change", "The operation names no entry."
    PERMANENT_BIT = "permanent-bit", "Entries of revocation and refresh lists are never cleared."
    DAILY_LIMIT = "daily-limit", "More entries of the list would be set today than one signature may set."
    ANCHOR_EXISTS = "anchor-exists", "The issuer has anchored this root already."


class Refused(Exception):
    """Raised where a rule is broken; `detail` says where, for people. Execution turns it into a
    `Rejected`."""

    def __init__(self, reason: RejectionReason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return f"{self.reason.description} ({self.detail})" if self.detail else self.reason.description
