"""Why something could not be fetched from the web."""

from typing import Final

from registry.primitives.reason import Reason

_ISSUER: Final = (
    "Tell the issuer: what it publishes cannot be read. Until it is mended, nobody can check this."
)
_LATER: Final = "Try again in a moment. If it stays so, tell the issuer."
_PERMIT: Final = (
    "If it is a server of your own, permit it by its exact origin, such as http://10.0.0.5:8080 "
    "(`verification.permitted` of a node's settings). If not, do not trust a credential that names it."
)


class FetchFault(Reason):
    """Why something could not be fetched from the web. Whoever verifies a credential meets it."""

    NOT_FETCHED = (
        "not-fetched",
        "It was not looked up: this verifier fetches nothing from the web.",
        "Judge the credential with `matricula credential verify`, or switch fetching on "
        "(`verification.fetch` of a node's settings).",
    )
    TOO_MUCH = (
        "too-much",
        "It was not looked up: the credential names more than one verification fetches.",
        "Judge its credentials one by one.",
    )
    BUSY = "fetching-busy", "It was not looked up: too much is being fetched at the moment.", _LATER
    NOT_A_URL = "not-a-url", "It is not one absolute URL with a host.", _ISSUER
    NOT_HTTPS = "not-https", "It is not https, and what comes without TLS may be anybody's.", _PERMIT
    OTHER_PORT = "other-port", "The URL names another port than that of https.", _PERMIT
    USER_INFO = "user-info", "The URL holds a user name or a password.", _ISSUER
    HOST_MALFORMED = (
        "host-malformed",
        "The host is neither a whole name nor an IP address in its usual form.",
        _ISSUER,
    )
    PRIVATE_ADDRESS = (
        "private-address",
        "The address is not on the public internet, but in a private or special network.",
        _PERMIT,
    )
    NAME_UNKNOWN = "name-unknown", "The name of the host is not known here.", _LATER
    UNREACHABLE = "unreachable", "Nothing answers there.", _LATER
    TLS = (
        "tls",
        "There is no TLS connection that this machine trusts.",
        "Check this machine's clock and its list of authorities. If both are right, tell the issuer.",
    )
    TOO_SLOW = "too-slow", "It did not come whole in time.", _LATER
    NOT_HTTP = "not-http", "What answers there is no HTTP, or its head is too large.", _ISSUER
    CUT_OFF = "cut-off", "The answer ended before it was whole.", _LATER
    TOO_LARGE = "too-large", "It is larger than this verifier takes.", _ISSUER
    ENCODING = "encoding", "It is compressed in a way that this verifier does not read.", _ISSUER
    WRONG_MEDIA_TYPE = (
        "wrong-media-type",
        "What is served there is of another kind, such as a web page.",
        _ISSUER,
    )
    TOO_MANY_REDIRECTS = "too-many-redirects", "It is redirected more than three times.", _ISSUER
    REDIRECT_MALFORMED = "redirect-malformed", "It is redirected without a place to go to.", _ISSUER
    STATUS_UNEXPECTED = "status-unexpected", "The server answers in a way that nobody asked for.", _ISSUER
    STATUS_4XX = "status-4xx", "The server says that it does not have it, or does not give it.", _ISSUER
    STATUS_5XX = "status-5xx", "The server says that it cannot answer now.", _LATER


class FetchError(Exception):
    """What could not be fetched: the reason, and what is known of this occurrence, for people. It may hold
    foreign text."""

    def __init__(self, fault: FetchFault, detail: str = "") -> None:
        super().__init__(fault.with_detail(detail))
        self.fault = fault
        self.detail = detail
