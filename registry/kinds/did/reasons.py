"""Why an operation on DIDs and keys is refused."""

from registry.rejection import RejectionReason


class DidReason(RejectionReason):
    """About DIDs and keys alone."""

    DID_EXISTS = (
        "did-exists",
        "The DID is registered already.",
        "Choose another name. Or add a key to the DID that is there with `matricula did add-key`.",
    )
    DID_DEACTIVATED = (
        "did-deactivated",
        "The DID has been deactivated.",
        "Register another DID. A deactivated DID never changes again.",
    )
    DID_NOT_DERIVED = (
        "did-not-derived",
        "The did:matricula is not the hash of its registration.",
        "Build the registration again, and let the software compute the id from it.",
    )
    NO_INVOCATION_KEY = (
        "no-invocation-key",
        "The DID would have no active key that may sign transactions.",
        "Add another such key first with `matricula did add-key`.",
    )
    TOO_MANY_KEYS = (
        "too-many-keys",
        "The DID has had as many keys as a DID may have.",
        "Register another DID for new keys. Keys that have ended count as well.",
    )
    KEY_ID_REUSED = (
        "key-id-reused",
        "The DID has, or had, a key of this name.",
        "Choose a new fragment. The name of a key is never used twice.",
    )
    KEY_REUSED = (
        "key-reused",
        "The DID has, or had, this very key under another name.",
        "Make a new key file. A key never comes back under another name.",
    )
    KEY_UNSUPPORTED = (
        "key-unsupported",
        "The new key is not an Ed25519 multikey.",
        "Make an Ed25519 key. The ledger holds no others.",
    )
    KEY_INVALID = (
        "key-invalid",
        "The new key is no Ed25519 public key: no private key belongs to it.",
        "Make a new key file. The key in this one was damaged or forged.",
    )
    BAD_POSSESSION = (
        "bad-possession",
        "A new key's proof of possession is missing or does not verify.",
        "Build the transaction again with the file of the new key. The new key signs the proof, for this "
        "network and for this transaction's nonce.",
    )
    KEY_UNKNOWN = (
        "key-unknown",
        "The DID has no key of the name that the operation gives.",
        "See the names of its keys with `matricula did show DID`.",
    )
    KEY_NOT_ACTIVE = (
        "key-not-active",
        "The key that the operation would retire is not active.",
        "Do nothing. `matricula did show DID` shows since when it has ended.",
    )
    PURPOSE_DIFFERS = (
        "purpose-differs",
        "The new key has another purpose than the key that it replaces.",
        "Make a new key of the same purpose. Or add the new key with `matricula did add-key`, and retire the "
        "old one.",
    )
    SINCE_IN_FUTURE = (
        "since-in-future",
        "The stated beginning of the compromise lies after the block's time.",
        "Give the earliest time at which somebody else may have had the key. It is not in the future.",
    )
    SINCE_NOT_EARLIER = (
        "since-not-earlier",
        "The key is already reported compromised since that time or an earlier one.",
        "Do nothing, or give an earlier time. A report can only move the beginning back.",
    )
    TOO_MANY_REPORTS = (
        "too-many-reports",
        "The key's timeline has as many periods as it may have.",
        "Do nothing. The earlier reports stand, and nobody can sign with the key.",
    )
