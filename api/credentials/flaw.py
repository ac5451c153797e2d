"""What keeps a credential from being valid: the reasons that formats, data models and judging share."""

from dataclasses import dataclass
from typing import Final

from registry.primitives.reason import Reason

_TEMPLATE: Final = "`matricula credential template` prints one of the right form."
_ASK_ISSUER: Final = "Ask the issuer for a credential in the right form, and accept it only then."
_NEW_ONE: Final = "Do not accept the credential. Ask the issuer for a new one."
_LATER: Final = "Check this machine's clock. If it is right, judge the credential again after that time."
_ANOTHER: Final = "Judge the credential with another verifier that knows it, or ask the issuer."
_TELL_OF_LIST: Final = (
    "Do not take the credential for good. Ask the issuer for its status, and tell them of the list."
)
_ENTRY_TAKEN: Final = "Draw another entry. This one is taken."


class CredentialFlaw(Reason):
    """What keeps a credential from being valid. A verifier meets it, and the remedy is for them.

    `correction` is for the issuer, whose draft has the flaw before it is signed: what to change in it. It is
    empty where no draft can have the flaw.
    """

    correction: str

    def __new__(cls, code: str, sentence: str, remedy: str, correction: str = "") -> "CredentialFlaw":
        """A member is its code, with sentence, remedy and correction beside it."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        member.remedy = remedy
        member.correction = correction
        return member

    CONTEXT = (
        "context",
        "Its @context does not say which data model it follows.",
        _ASK_ISSUER,
        f"Correct its @context. {_TEMPLATE}",
    )
    TYPE = (
        "type",
        "Its type does not say that it is a verifiable credential.",
        _ASK_ISSUER,
        "Put VerifiableCredential into its type.",
    )
    SUBJECT = (
        "subject",
        "It says nothing about anybody: credentialSubject is missing or empty.",
        _ASK_ISSUER,
        "Put whom or what it is about into credentialSubject.",
    )
    ISSUER_UNNAMED = (
        "issuer-unnamed",
        "It names no issuer by a URL.",
        _ASK_ISSUER,
        "Put the DID that signs into issuer.",
    )
    MEMBER = (
        "member",
        "A member does not have the form that the data model gives it.",
        _ASK_ISSUER,
        f"Correct the member that is named. {_TEMPLATE}",
    )

    NO_READABLE_PROOF = (
        "no-readable-proof",
        "It has no proof that this verifier can read.",
        "Ask the holder for the file as the issuer gave it: what nobody has signed proves nothing. If it is "
        "signed in another way, judge it with a verifier that knows it.",
    )
    PROOF_MALFORMED = "proof-malformed", "The proof does not have the form of its cryptosuite.", _NEW_ONE
    PROOF_PURPOSE = (
        "proof-purpose",
        "The issuer made the proof for another purpose than to assert what it says.",
        _NEW_ONE,
    )
    PROOF_NOT_YET = "proof-not-yet", "The proof is dated after now.", _LATER
    PROOF_EXPIRED = "proof-expired", "The proof counted only until an earlier time.", _NEW_ONE
    WRONG_SIGNATURE = (
        "wrong-signature",
        "The signature is not of this document by the issuer's key.",
        "Do not accept the credential: it was changed, or the issuer did not sign it. Ask the holder for the "
        "file as the issuer gave it.",
    )
    OTHER_ISSUER = (
        "other-issuer",
        "It names another issuer than the one whose key signed it.",
        "Do not accept the credential. Ask the issuer that it names whether it is theirs.",
    )
    UNKNOWN_ISSUER = (
        "unknown-issuer",
        "The registry has no such issuer.",
        "Ask another registry, or the issuer itself. This registry says nothing about them.",
        "Register it first with `matricula did register`. Or write it as it is registered (a host in lower "
        "case, a port as %3A8443), here and in --as.",
    )
    UNREGISTERED = (
        "unregistered",
        "The registry does not hold the issuer: only the keys of its DID are known.",
        "Find out by other means whose DID it is. Its keys do not say who holds them.",
    )
    DID_UNREACHABLE = (
        "did-unreachable",
        "The DID document of the issuer could not be fetched.",
        "Judge the credential again later. If it stays like this, ask the issuer.",
    )
    DID_DOCUMENT_WRONG = (
        "did-document-wrong",
        "What was fetched is not the DID document of the issuer.",
        "Do not accept the credential now. Tell the issuer that its DID document is wrong.",
    )
    DID_MALFORMED = (
        "did-malformed",
        "The issuer's DID does not have the form of its method, so it has no keys.",
        _NEW_ONE,
    )
    METHOD_UNSUPPORTED = (
        "method-unsupported",
        "The issuer's DID is of a method that this verifier does not know.",
        _ANOTHER,
    )
    NOT_LOOKED_UP = (
        "not-looked-up",
        "Whether the registry knows who signed was not asked.",
        "Ask the registry about that DID, if this proof matters to you.",
    )
    ALGORITHM_MISMATCH = (
        "algorithm-mismatch",
        "The proof names another algorithm than its key is for.",
        _NEW_ONE,
    )
    SUITE_UNSUPPORTED = (
        "suite-unsupported",
        "The proof is made in a way that this verifier does not know.",
        _ANOTHER,
    )
    CONTEXT_UNKNOWN = (
        "context-unknown",
        "It names a JSON-LD context that this verifier does not hold, and none is fetched.",
        "If you have it from somebody you trust, import it with `matricula context import FILE --url URL`. "
        "Or judge the credential with another verifier.",
    )
    TERM_UNDEFINED = (
        "term-undefined",
        "A member is defined by none of its JSON-LD contexts, so no signature covers it.",
        "Do not accept the credential: somebody may have added the member. Ask the issuer for a new one.",
    )
    TYPE_UNDEFINED = (
        "type-undefined",
        "A type is defined by none of its JSON-LD contexts, so no signature covers it.",
        "Ask the issuer for a credential whose contexts define its types. Somebody may have added this one.",
    )
    NOT_COMPACTED = (
        "not-compacted",
        "It is written in a form of JSON-LD in which what readers see may not be what is signed.",
        "Ask the holder for the credential as the issuer wrote it, with members under their plain names.",
    )
    TOO_MUCH_WORK = (
        "too-much-work",
        "Checking it takes more work than any honest credential needs.",
        "Do not accept the credential. Ask the issuer for a simpler one.",
    )
    SEAL_UNCHECKED = (
        "seal-unchecked",
        "It is a European Digital Credential, whose seal this verifier does not check.",
        "Check its seal with the European viewer (https://europa.eu/europass), or ask the issuer.",
    )
    UNKNOWN_KEY = (
        "unknown-key",
        "The issuer has no key of this name.",
        "Do not accept the credential. Ask the issuer whether it is theirs.",
    )
    KEY_PURPOSE = "key-purpose", "The key is not for signing credentials.", _NEW_ONE
    KEY_UNREADABLE = (
        "key-unreadable",
        "The key is of an algorithm that this verifier does not know.",
        _ANOTHER,
    )
    KEY_NOT_YET = "key-not-yet", "The key does not count yet.", _LATER
    KEY_COMPROMISED = (
        "key-compromised",
        "The key is in other hands, and no anchor shows that the credential is older.",
        "Ask the holder for the anchor proof of the credential (--anchor). Without it, ask the issuer for a "
        "new credential.",
    )
    KEY_ENDED = (
        "key-ended",
        "The key has ended, and no anchor shows that the credential is older.",
        "Ask the holder for the anchor proof of the credential (--anchor). Without it, ask the issuer "
        "whether the credential is theirs.",
    )
    ANCHOR_UNPROVED = (
        "anchor-unproved",
        "The anchor proof does not lead to a root that the issuer recorded.",
        "Ask the holder for the anchor proof that belongs to this credential, unchanged.",
    )

    NOT_YET_VALID = (
        "not-yet-valid",
        "It is valid only from a later time on.",
        _LATER,
    )
    EXPIRED = (
        "expired",
        "It was valid only until an earlier time.",
        "Ask the issuer for a newer credential.",
        "Correct its end. Or sign it all the same with --even-if-expired.",
    )
    DATES_UNREADABLE = (
        "dates-unreadable",
        "A date is not an XML Schema dateTimeStamp, such as 2026-01-31T12:00:00Z.",
        _ASK_ISSUER,
        "Write the date like 2026-01-31T12:00:00Z.",
    )
    DATES_UNSUPPORTED = (
        "dates-unsupported",
        "A date has a year that this verifier cannot compare: not among 1 to 9999.",
        _ANOTHER,
        "Leave the date out if it never ends.",
    )
    DATES_CONTRADICT = (
        "dates-contradict",
        "It ends before it begins.",
        _ASK_ISSUER,
        "Correct one of the two dates.",
    )

    REVOKED = (
        "revoked",
        "It is revoked.",
        "Do not accept the credential. Only the issuer can say why, and give a new one.",
        _ENTRY_TAKEN,
    )
    SUSPENDED = (
        "suspended",
        "It is suspended.",
        "Do not accept the credential now. Judge it again later, or ask the issuer: a suspension can be "
        "taken back.",
        _ENTRY_TAKEN,
    )
    STATUS_ELSEWHERE = (
        "status-elsewhere",
        "It names a status list that is not in the registry.",
        "Look the status up where it names the list.",
        "Name a list of yours in this registry, at https://NODE/status/DID/NAME or "
        "https://NODE/v1/status-lists/DID/status-lists/NAME, as `matricula credential template` does.",
    )
    STATUS_OF_OTHER = (
        "status-of-other",
        "It names a status list of somebody else, or of another purpose.",
        _NEW_ONE,
        "Name a list of yours of this purpose. `matricula status list DID` shows them.",
    )
    STATUS_UNKNOWN = (
        "status-unknown",
        "The registry has no such status list or entry.",
        "Ask the issuer for the status.",
        "Create the list with `matricula status create NAME`. Or draw an entry within its size: "
        "`matricula status show ID` shows it.",
    )
    STATUS_UNREADABLE = (
        "status-unreadable",
        "A status entry does not have the form of its type.",
        _ASK_ISSUER,
        f"Correct the status entry. {_TEMPLATE}",
    )
    STATUS_UNSUPPORTED = (
        "status-unsupported",
        "Its status is kept in a way that this verifier does not know.",
        _ANOTHER,
        "Name at most 8 entries, those of the registry's lists each a BitstringStatusListEntry of one bit.",
    )
    STATUS_UNREACHABLE = (
        "status-unreachable",
        "Its status list could not be fetched, so whether it was revoked is not known.",
        "Judge the credential again later. If it stays like this, ask the issuer for the status.",
    )
    STATUS_TYPE_UNSUPPORTED = (
        "status-type-unsupported",
        "Its status is of a type that this verifier does not know, so whether it was revoked is not known.",
        _ANOTHER,
        "Name a list of yours in this registry, as `matricula credential template` does.",
    )
    LIST_MALFORMED = (
        "list-malformed",
        "What was fetched is no status list, so whether it was revoked is not known.",
        _TELL_OF_LIST,
    )
    LIST_OF_OTHER = (
        "list-of-other",
        "The status list is of another issuer, or another list than the one that is named.",
        _TELL_OF_LIST,
    )
    LIST_EXPIRED = (
        "list-expired",
        "The status list does not count at this time, so whether it was revoked is not known.",
        _TELL_OF_LIST,
    )
    LIST_UNSIGNED = (
        "list-unsigned",
        "The status list is not signed by a key of its issuer, so nothing it says counts.",
        _TELL_OF_LIST,
    )
    LIST_TOO_SHORT = (
        "list-too-short",
        "The status list is shorter than the entry's index, or than any list may be.",
        _TELL_OF_LIST,
    )

    SCHEMA_UNREACHABLE = (
        "schema-unreachable",
        "A schema that it names could not be fetched, so whether it conforms is not known.",
        "Judge the credential again later, if you need to know that it conforms to its schema.",
    )
    SCHEMA_UNSUPPORTED = (
        "schema-unsupported",
        "It names a schema of a kind that this verifier does not know, or more than are looked up.",
        _ANOTHER,
    )
    SCHEMA_CHANGED = (
        "schema-changed",
        "The schema is not the one that it names: its bytes have another digest.",
        "Ask the issuer for the schema as it was. It may conform to that one.",
    )
    SCHEMA_UNPROVED = (
        "schema-unproved",
        "The schema is in a credential of its own, which is not shown to be signed by its issuer.",
        "Ask the issuer of the schema. Whether the credential conforms is not known.",
    )
    SCHEMA_VIOLATED = (
        "schema-violated",
        "It does not conform to a schema that it names.",
        _ASK_ISSUER,
    )
    HOLDER_UNPROVED = (
        "holder-unproved",
        "Nobody has proved to be the one whom it is about.",
        "Ask whoever presents it to prove it: by a presentation signed for you, or by their papers.",
    )
    NAMES_DIFFER = (
        "names-differ",
        "It calls its issuer by a name that the registry does not record for them.",
        "Go by the name in the registry. If the other one matters to you, ask the issuer about it.",
    )
    NOT_ANCHORED = (
        "not-anchored",
        "Only its own dates say since when it exists, and the policy asks for a proof of time.",
        "Ask the holder for the anchor proof of the credential (--anchor), or the issuer to anchor it.",
    )
    TOO_OLD = (
        "too-old",
        "It is older than the policy takes.",
        "Ask for a newer credential, or judge it under a policy that takes older ones.",
    )
    UNDATED = (
        "undated",
        "Nothing says since when it exists, and the policy takes none beyond an age.",
        "Ask the holder for the anchor proof of the credential (--anchor), or the issuer for its date.",
    )
    TOO_FEW_PROOFS = (
        "too-few-proofs",
        "Fewer of its proofs hold than the policy asks for.",
        "Ask the holder for the credential with the proofs of all who signed it.",
    )
    PROOFS_UNDECIDED = (
        "proofs-undecided",
        "Too few of its proofs are known to hold, and whether others do is not known.",
        "See what keeps the other proofs from being judged, and judge the credential again.",
    )
    HOLDER_PROOF_WRONG = (
        "holder-proof-wrong",
        "The holder's proof does not belong to this credential, to its key, or to the question.",
        "Do not accept the credential. Ask whoever presents it to present it anew, for you.",
    )


INCONCLUSIVE: Final = frozenset(
    {
        CredentialFlaw.NO_READABLE_PROOF,
        CredentialFlaw.UNKNOWN_ISSUER,
        CredentialFlaw.UNREGISTERED,
        CredentialFlaw.DID_UNREACHABLE,
        CredentialFlaw.DID_DOCUMENT_WRONG,
        CredentialFlaw.METHOD_UNSUPPORTED,
        CredentialFlaw.NOT_LOOKED_UP,
        CredentialFlaw.SUITE_UNSUPPORTED,
        CredentialFlaw.CONTEXT_UNKNOWN,
        CredentialFlaw.TYPE_UNDEFINED,
        CredentialFlaw.NOT_COMPACTED,
        CredentialFlaw.TOO_MUCH_WORK,
        CredentialFlaw.SEAL_UNCHECKED,
        CredentialFlaw.KEY_UNREADABLE,
        CredentialFlaw.KEY_ENDED,
        CredentialFlaw.DATES_UNSUPPORTED,
        CredentialFlaw.STATUS_ELSEWHERE,
        CredentialFlaw.STATUS_UNKNOWN,
        CredentialFlaw.STATUS_UNSUPPORTED,
        CredentialFlaw.STATUS_UNREACHABLE,
        CredentialFlaw.STATUS_TYPE_UNSUPPORTED,
        CredentialFlaw.LIST_MALFORMED,
        CredentialFlaw.LIST_OF_OTHER,
        CredentialFlaw.LIST_EXPIRED,
        CredentialFlaw.LIST_UNSIGNED,
        CredentialFlaw.LIST_TOO_SHORT,
        CredentialFlaw.SCHEMA_UNREACHABLE,
        CredentialFlaw.SCHEMA_UNSUPPORTED,
        CredentialFlaw.SCHEMA_CHANGED,
        CredentialFlaw.SCHEMA_UNPROVED,
        CredentialFlaw.HOLDER_UNPROVED,
        CredentialFlaw.NAMES_DIFFER,
        CredentialFlaw.NOT_ANCHORED,
        CredentialFlaw.UNDATED,
        CredentialFlaw.PROOFS_UNDECIDED,
    }
)
"""Flaws that leave the question open; all others answer it with no."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """A reason, and what is said of it for people: at most 200 characters, which may hold foreign text."""

    reason: CredentialFlaw
    detail: str = ""
