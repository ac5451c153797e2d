"""Whether a publication agrees with the ledger, so that a node may store it, pass it on and serve it.

Rules, each named by the tests that prove it:

- **P1 The list's own.** It names the list for which it was sent, by a URL that the registry reads as that
  list; its issuer is the list's owner, its purpose the list's.
- **P2 The issuer's key.** The key is an assertionMethod key of the issuer that was active at the
  publication's time (by the ledger's last block, where that is earlier) or up to `AHEAD_MS` later, because
  the issuer's clock may be behind. It is neither revoked nor reported compromised. Retired keys do no harm:
  what they signed before stays good.
- **P3 The ledger's bits.** The bits have the root of a version of the list, and the newest such version is
  meant. The ledger has not been ahead of it for longer than `TTL_MS`.
- **P4 Its dates.** It begins at most `AHEAD_MS` after the ledger's last block, has not ended by it, and lasts
  at most `MAX_LIFE_MS`: so long could a reader be shown it in place of a newer one.
- **P5 The order.** Of two the one of the newer version counts, of two of one version the one that begins
  later. It replaces what is held only if it comes after it, and one of the same version only if it begins
  `RENEWAL_MS` later.

All times are the ledger's: no clock of a node has a say, and all nodes say the same of the same state.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from api.credentials.list_url import lists_named
from api.publications.bits import root_of_bits
from api.publications.fault import PublicationError, PublicationFault
from api.publications.forms import Publication
from api.publications.statement import TTL_MS
from registry.kinds.did.record import Did, Key, KeyState, Purpose
from registry.kinds.status_list.record import StatusList
from registry.names import owner_of
from registry.primitives import ed25519

AHEAD_MS: Final = 300_000
MAX_LIFE_MS: Final = 30 * 86_400_000
RENEWAL_MS: Final = 600_000
MAX_VERSIONS: Final = 1_024
"""Versions that are looked at, from the newest back: two a second for longer than a publication may be
behind."""


@dataclass(frozen=True, slots=True)
class ListVersion:
    """A version of a list in the ledger: when it was recorded, and the root over its bits."""

    time_ms: int
    root: bytes


@dataclass(frozen=True, slots=True)
class LedgerList:
    """A status list as the ledger holds it at `as_of_ms`, the time of its last block.

    `versions` counts its versions, and `version` gives one by its number from 0. `did` is its owner's record.
    """

    list_id: str
    status_list: StatusList
    did: Did | None
    as_of_ms: int
    versions: int
    version: Callable[[int], ListVersion]


@dataclass(frozen=True, slots=True, order=True)
class PublicationOrder:
    """What orders the publications of one list and form (P5): the version whose bits it has, then when it
    begins.
    """

    version: int
    from_ms: int


def check_publication(
    publication: Publication,
    list_id: str,
    ledger: LedgerList | None,
    *,
    max_life_ms: int = MAX_LIFE_MS,
) -> PublicationOrder:
    """Its place in the order, where it agrees with the ledger; raises `PublicationError` where not.

    `ledger` is None where there is no such list.
    """
    statement = publication.statement
    if list_id not in lists_named(statement.url):
        raise PublicationError(PublicationFault.OTHER_URL)
    if ledger is None:
        raise PublicationError(PublicationFault.LIST_UNKNOWN)
    if statement.issuer != owner_of(list_id):
        raise PublicationError(PublicationFault.OTHER_ISSUER)
    if statement.purpose is not ledger.status_list.purpose:
        raise PublicationError(PublicationFault.OTHER_PURPOSE)
    _require_dates(publication, ledger, max_life_ms)
    _require_signature(publication, _fit_key(publication, ledger))
    return PublicationOrder(_version_of(publication.unpacked(), ledger), statement.from_ms)


def require_after(order: PublicationOrder, held: PublicationOrder | None) -> None:
    """P5. Raises `PublicationError`."""
    if held is None or order.version > held.version:
        return
    if order <= held:
        raise PublicationError(PublicationFault.OLDER)
    if order.from_ms < held.from_ms + RENEWAL_MS:
        raise PublicationError(PublicationFault.TOO_SOON)


def key_of(did: Did | None, key_id: str) -> Key | None:
    """The key of a DID's record that a DID URL names; None where there is none."""
    return None if did is None else did.key(key_id.partition("#")[2])


def is_lost(key: Key, as_of_ms: int) -> bool:
    """Whether nothing that the key signed is served any more (P2)."""
    return key.state_at(as_of_ms) in (KeyState.COMPROMISED, KeyState.REVOKED)


def _require_dates(publication: Publication, ledger: LedgerList, max_life_ms: int) -> None:
    """P4."""
    from_ms, until_ms = publication.statement.from_ms, publication.statement.until_ms
    if from_ms > ledger.as_of_ms + AHEAD_MS:
        raise PublicationError(PublicationFault.DATED_AHEAD)
    if until_ms - from_ms > max_life_ms:
        raise PublicationError(PublicationFault.TOO_LONG_LIVED)
    if until_ms <= max(from_ms, ledger.as_of_ms):
        raise PublicationError(PublicationFault.DATES_WRONG)


def _fit_key(publication: Publication, ledger: LedgerList) -> bytes:
    """The public key that signs (P2)."""
    key = key_of(ledger.did, publication.statement.key)
    if key is None or key.purpose is not Purpose.ASSERTION_METHOD:
        raise PublicationError(PublicationFault.KEY_UNFIT)
    if is_lost(key, ledger.as_of_ms):
        raise PublicationError(PublicationFault.KEY_LOST)
    from_ms = publication.statement.from_ms
    times_ms = (min(time_ms, ledger.as_of_ms) for time_ms in (from_ms, from_ms + AHEAD_MS))
    if KeyState.ACTIVE not in map(key.state_at, times_ms):
        raise PublicationError(PublicationFault.KEY_UNFIT)
    try:
        return ed25519.from_multikey(key.multikey)
    except ValueError as error:
        raise PublicationError(PublicationFault.KEY_UNFIT, str(error)) from None


def _require_signature(publication: Publication, public_key: bytes) -> None:
    if not ed25519.verify(public_key, publication.message, publication.signature):
        raise PublicationError(PublicationFault.SIGNATURE_WRONG)


def _version_of(bits: bytes, ledger: LedgerList) -> int:
    """P3."""
    if 8 * len(bits) != ledger.status_list.size:
        raise PublicationError(PublicationFault.CONTRADICTS_LEDGER, "it has another number of entries")
    root = root_of_bits(bits)
    newest = ledger.versions - 1
    for number in range(newest, max(-1, newest - MAX_VERSIONS), -1):
        if ledger.version(number).root == root:
            if is_behind(ledger, number):
                raise PublicationError(PublicationFault.SUPERSEDED)
            return number
    raise PublicationError(PublicationFault.CONTRADICTS_LEDGER)


def is_behind(ledger: LedgerList, version: int) -> bool:
    """Whether the ledger has been ahead of a version of the list for longer than `TTL_MS` (P3)."""
    return version + 1 < ledger.versions and ledger.as_of_ms - ledger.version(version + 1).time_ms > TTL_MS
