"""Why a DID gives no keys: the reasons that all methods share."""

from typing import Final

from registry.primitives.reason import Reason

_ASK_ISSUER: Final = "Ask whoever the DID belongs to. Until then nothing that its keys signed can be checked."
_AS_GIVEN: Final = "Take the DID as it was given, unchanged. If it is right, ask whoever gave it."


class DidFault(Reason):
    """Why a DID gives no keys. A verifier meets it, in the detail of a `CredentialFlaw`."""

    METHOD_UNSUPPORTED = (
        "did-method-unsupported",
        "The DID is of a method that is not read here.",
        "Judge the credential with another verifier that knows the method, or ask the issuer.",
    )
    DID_MALFORMED = "did-malformed", "The DID does not have the form of its method.", _AS_GIVEN
    OTHER_DOCUMENT = "other-did-document", "The DID document is of another DID.", _ASK_ISSUER
    DOCUMENT_MALFORMED = (
        "did-document-malformed",
        "A member of the DID document does not have the form that DID Core gives it.",
        _ASK_ISSUER,
    )
    KEY_TWICE = "key-id-twice", "Two keys of the DID document have one id.", _ASK_ISSUER
    TOO_MANY_KEYS = "too-many-keys", "The DID document has more keys than are read.", _ASK_ISSUER


class DidError(ValueError):
    """A DID or its document refused, with the reason."""

    def __init__(self, fault: DidFault, detail: str = "") -> None:
        super().__init__(f"{fault.sentence} {detail}".rstrip())
        self.fault = fault
        self.detail = detail
