"""What a token says it is: its `typ`, a media type without `application/`.

A token that was made for one purpose must not serve another: a status list, a presentation or a login token
holds claims of somebody as well, under the same key (RFC 8725, §3.11).

Source: RFC 7515, §4.1.9; VC-JOSE-COSE, §3.1.1; SD-JWT VC, §3.2.1.
"""

from typing import Final

from api.credentials.document import Document
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw, Flaw

CREDENTIAL_TYPES: Final[frozenset[str | None]] = frozenset({"vc+jwt", "vc+ld+jwt", "vc-ld+jwt"})
"""Data model 2.0, as the recommendation and two drafts of it write it."""
JWT_TYPES: Final = CREDENTIAL_TYPES | {None, "jwt"}
"""Data model 1.1 gives a token no type of its own."""
SD_JWT_TYPES: Final[frozenset[str | None]] = frozenset(
    {"dc+sd-jwt", "vc+sd-jwt", "vc+ld+sd-jwt", "vc-ld+sd-jwt"}
)
KEY_BINDING_TYPE: Final = "kb+jwt"

_OTHERS: Final = {
    "statuslist+jwt": "a status list",
    "vp+jwt": "a presentation",
    "vp+ld+jwt": "a presentation",
    "vp+sd-jwt": "a presentation",
    KEY_BINDING_TYPE: "a holder's proof of a key",
    "at+jwt": "a key to an interface",
    "logout+jwt": "a message of a login service",
    "secevent+jwt": "a message about an event",
    "entity-statement+jwt": "a statement of a federation",
    "openid4vci-proof+jwt": "a wallet's request",
    "dpop+jwt": "a proof of a request",
}


def type_of(header: Document) -> str | None:
    """The type in lower case, without `application/`; None where there is none. What is no text is "-"."""
    named = header.get("typ")
    if named is None:
        return None
    return named.lower().removeprefix("application/") if isinstance(named, str) else "-"


def type_flaw(header: Document, accepted: frozenset[str | None], wanted: str) -> Flaw | None:
    """Why a token of this type is none of the `accepted` ones, which a message calls by `wanted`."""
    found = type_of(header)
    if found in accepted:
        return None
    hint = f"that is {_OTHERS[found]}" if found in _OTHERS else f"{wanted} is needed"
    return Flaw(CredentialFlaw.TYPE, detail_of(f"typ is {excerpt(header.get('typ'))}", hint))
