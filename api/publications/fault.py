"""Why a publication is not taken."""

from registry.primitives.reason import Reason

_SIGN_AGAIN = "Make it again with `matricula status publish`."
_CLOCK = "Set this machine's clock, and publish again."


class PublicationFault(Reason):
    """Why no node takes a publication. Its issuer meets it, in the answer to what was sent; a node whose peer
    gave it meets it in the log.
    """

    MALFORMED = (
        "publication-malformed",
        "The publication is not in the one form that a publication of this media type has.",
        _SIGN_AGAIN,
    )
    TOO_LARGE = (
        "publication-too-large",
        "The publication, or the list in it, is longer than a status list can be.",
        _SIGN_AGAIN,
    )
    OTHER_URL = (
        "publication-other-url",
        "The publication names another list than the one for which it was sent.",
        "Give the address at which this list is published: a URL that ends with /status/ISSUER/NAME.",
    )
    LIST_UNKNOWN = (
        "publication-list-unknown",
        "The ledger has no status list of this name.",
        "See the issuer's lists with `matricula status list DID`. If the list was created just now, send the "
        "publication again in a moment.",
    )
    OTHER_ISSUER = (
        "publication-other-issuer",
        "The publication names another issuer than the owner of the list, or a key of somebody else.",
        "Sign it as the DID that the list belongs to.",
    )
    OTHER_PURPOSE = (
        "publication-other-purpose",
        "The publication says that the list has another purpose than the ledger says.",
        _SIGN_AGAIN,
    )
    KEY_UNFIT = (
        "publication-key-unfit",
        "The key that signed it was not an active assertionMethod key of the issuer at the time of the "
        "publication.",
        "Sign it with a key that `matricula did show DID` lists as active and for credentials.",
    )
    KEY_LOST = (
        "publication-key-lost",
        "The key that signed it is reported compromised, or was revoked.",
        "Publish the list again with another key.",
    )
    SIGNATURE_WRONG = (
        "publication-signature-wrong",
        "The signature is not of this publication by the key that it names.",
        "Do not use it: it was changed, or somebody else made it. The issuer makes it again with "
        "`matricula status publish`.",
    )
    DATES_WRONG = (
        "publication-dates-wrong",
        "The publication ends before it begins, or has ended already.",
        _CLOCK,
    )
    TOO_LONG_LIVED = (
        "publication-too-long-lived",
        "The publication would stay valid for longer than 30 days: for as long somebody could show it in "
        "place of a newer one.",
        "Publish it for 30 days at most (--days).",
    )
    DATED_AHEAD = (
        "publication-dated-ahead",
        "The publication is dated more than five minutes after the ledger's last block.",
        _CLOCK,
    )
    CONTRADICTS_LEDGER = (
        "publication-contradicts-ledger",
        "The bits of the publication are not those of the list in the ledger, in no version of it.",
        "Make it again from the ledger with `matricula status publish`. If the list was changed just now, "
        "this node may be a moment behind: send it again.",
    )
    SUPERSEDED = (
        "publication-superseded",
        "The ledger has a newer version of the list, and has had it for longer than a publication may be "
        "behind (5 minutes).",
        _SIGN_AGAIN,
    )
    OLDER = (
        "publication-older",
        "A newer publication of this list is held, or this very one.",
        "Nothing has to be done if the newer one is yours. `matricula status published` shows it.",
    )
    TOO_SOON = (
        "publication-too-soon",
        "A publication of the same bits was made less than ten minutes earlier.",
        "Nothing has to be done: that one is served. To change its address or its end, publish again ten "
        "minutes after it.",
    )

    @property
    def may_pass(self) -> bool:
        """Whether a node that follows the rules may have taken it a moment ago, so that a peer that gives it
        is not at fault.
        """
        return self in _MAY_PASS


_MAY_PASS = frozenset(
    {
        PublicationFault.LIST_UNKNOWN,
        PublicationFault.KEY_UNFIT,
        PublicationFault.KEY_LOST,
        PublicationFault.DATES_WRONG,
        PublicationFault.DATED_AHEAD,
        PublicationFault.SUPERSEDED,
        PublicationFault.OLDER,
        PublicationFault.TOO_SOON,
    }
)


class PublicationError(ValueError):
    """A publication refused, with the reason."""

    def __init__(self, fault: PublicationFault, detail: str = "") -> None:
        super().__init__(fault.with_detail(detail))
        self.fault = fault
        self.detail = detail
