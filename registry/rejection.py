"""Why a transaction, or a block that holds it, is refused.

The codes are part of the interface: the API makes a problem type of each (RFC 9457), and tests name them.
"""

from registry.primitives.reason import Reason


class RejectionReason(Reason):
    """The base of all reasons to refuse a transaction; an issuer meets them.

    `TransactionReason` has those that are about a transaction whatever its operations; the others stand with
    the kind of record that they are about. `registry.ruleset.Ruleset.reasons` has all.
    """


_SHOW_KEYS = (
    "Give --as DID without #FRAGMENT: the command then finds the right key. "
    "`matricula did show DID` lists all keys."
)
_CLOCK = (
    "If that is refused as well, compare this machine's clock with an outside source (NTP). If the clock is "
    "right, the ledger is dated ahead: `matricula doctor` on a node says by how much."
)


class TransactionReason(RejectionReason):
    """About a transaction, whatever its operations are."""

    # The envelope.
    TOO_LONG = (
        "too-long",
        "The transaction has more than 60 KiB.",
        "Put fewer operations into one transaction.",
    )
    MALFORMED = (
        "malformed",
        "The transaction is not encoded in the one form that is permitted.",
        "Build the transaction again with this software, and send its bytes unchanged.",
    )
    PROTECTED_HEADER = (
        "protected-header",
        "The protected header is not exactly algorithm -19, the content type and a key id.",
        "Write exactly these three into the protected header, and sign the transaction again.",
    )
    UNSUPPORTED_VERSION = (
        "unsupported-version",
        "The payload has a version that this ruleset does not know.",
        "Sign the transaction again with the version of Matricula that the network's nodes run.",
    )
    WRONG_GENESIS = (
        "wrong-genesis",
        "The transaction was made for another network.",
        "Use the genesis document of this network, and sign the transaction again. "
        "`matricula fingerprint FILE` shows which network a genesis document is of.",
    )
    EXPIRED = (
        "expired",
        "The transaction's valid_until has passed.",
        "First, if you sent it before: ask whether it is final, with `matricula get transaction ID --verify` "
        "(HTTP: /v1/transactions/{id} at several nodes). Second, if it is not: send it again with a new "
        "nonce and a later valid_until. It may be one hour after now, or after the last block that you have "
        "verified if that is later. Third: " + _CLOCK[0].lower() + _CLOCK[1:],
    )
    VALID_TOO_LONG = (
        "valid-too-long",
        "The transaction's valid_until is more than one hour after the block's time.",
        "Send it again with a new nonce and a valid_until within one hour. " + _CLOCK,
    )
    REPLAYED = (
        "replayed",
        "A transaction of this id is on the ledger already.",
        "If you sent it twice, do nothing: it counts once. To do the same again, sign a new transaction with "
        "a new nonce.",
    )

    # The block's room and the member's quotas.
    TOO_COSTLY = (
        "too-costly",
        "The transaction alone costs more than a whole block may.",
        "Split it into several transactions with fewer operations each.",
    )
    BLOCK_FULL = (
        "block-full",
        "The block has no room for the transaction.",
        "Wait. A later block may have room, and the nodes try it again without you.",
    )
    RECORD_QUOTA = (
        "record-quota",
        "The sponsoring member has as many records as its quota allows.",
        "Ask the network's operators for a larger quota.",
    )
    BYTE_QUOTA = (
        "byte-quota",
        "The sponsoring member has stored as many bytes as its quota allows.",
        "Ask the network's operators for a larger quota.",
    )

    # The signer.
    UNKNOWN_SIGNER = (
        "unknown-signer",
        "The ledger has no DID of the name that the key id gives.",
        "Write the DID exactly as it is registered. In a command it stands after --as.",
    )
    UNKNOWN_KEY = "unknown-key", "The signer's DID has no key of this name.", _SHOW_KEYS
    KEY_PURPOSE = (
        "key-purpose",
        "The key is for signing credentials, not transactions.",
        "Sign with a capabilityInvocation key. " + _SHOW_KEYS,
    )
    KEY_INACTIVE = (
        "key-inactive",
        "The signing key is retired, reported compromised or revoked.",
        "Sign with an active key. " + _SHOW_KEYS,
    )
    SIGNER_DEACTIVATED = (
        "signer-deactivated",
        "The signer's DID has been deactivated.",
        "Sign as another DID. A deactivated DID never signs again.",
    )
    BAD_SIGNATURE = (
        "bad-signature",
        "The signature does not fit the transaction and the named key.",
        "Sign with the key file that belongs to this name: the ledger has another key under it. "
        + _SHOW_KEYS,
    )

    # Authority.
    NOT_AUTHORISED = (
        "not-authorised",
        "The signer has no authority over the record that the operation names.",
        "Sign as the DID that you want to change, or as its controller (--key and --as).",
    )
    SPONSOR_INACTIVE = (
        "sponsor-inactive",
        "The member that sponsors the signer's DID is not active.",
        "Ask the sponsoring member, or the network's operators, to settle its membership. Until then the DID "
        "can change nothing.",
    )
    ROLE_MISSING = (
        "role-missing",
        "The signer's institution does not have a role that may do this.",
        "Ask the network's operators to give the institution the role first.",
    )

    # Attachments.
    ATTACHMENT_UNLISTED = (
        "attachment-unlisted",
        "An operation names an attachment that the transaction does not list.",
        "Add its address to the transaction's list of attachments, and sign the transaction again.",
    )
    ATTACHMENT_UNUSED = (
        "attachment-unused",
        "The transaction lists an attachment that no operation names.",
        "Take it out of the list, and sign the transaction again.",
    )


class Refused(Exception):
    """Raised where a rule is broken; `detail` says where, for people. Execution turns it into a
    `Rejected`."""

    def __init__(self, reason: RejectionReason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return self.reason.with_detail(self.detail)
