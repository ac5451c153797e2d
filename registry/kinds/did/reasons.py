"""Why an operation on DIDs and keys is refused."""

from registry.rejection import RejectionReason


class DidReason(RejectionReason):
    """About DIDs and keys alone."""

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
