"""Where the other nodes are: what the settings say, what the nodes announce, what the validator set says
(decision 0044).

1. An address of the settings stands alone: the operator knows better than anybody.
2. Otherwise a peer is dialled in turn at what it announced and at what the validator set says of it, so that
   no announcement can make a node unreachable that stayed where it was.
3. Of each listed peer the newest announcement is kept, and only the peer itself can have signed it. One that
   is dated more than a day ahead of this node's clock is not taken.
4. A node announces what `network.announce` says. If a newer announcement of its own key turns up that says
   something else, made before its clock or its disk was changed, it announces anew, dated after it.
5. Announcements are asked for, never sent unasked: of each peer when its link comes up, and then every
   `ASK_EVERY_S`. So a node cannot be made to handle more of them than it asks for.
6. What is known is kept in a file beside the ledger. It is a help, never needed: one that cannot be read or
   written is reported, and the node goes on. Its signatures are checked like a peer's.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from structlog.typing import FilteringBoundLogger

from node.files.durable import write_whole
from node.files.os_errors import explain_os_error
from node.files.regular import open_regular
from node.links.announcements import (
    MAX_ENCODED,
    Announcement,
    Statement,
    announce,
    decode_announcements,
    encode_announcements,
)
from registry.primitives.codec import Malformed
from registry.primitives.validator_set import Validator

ADDRESS_FILE = "addresses.cbor"
ASK_EVERY_S = 30.0
_AHEAD_MS = 86_400_000


class FalseAnnouncement(Exception):
    """A peer passed on what nobody signed."""


class Whereabouts:
    """What is known of each listed peer's addresses; all methods are called on one thread."""

    def __init__(
        self,
        genesis_hash: bytes,
        own_id: str,
        *,
        overrides: Mapping[str, tuple[str, ...]],
        wall_ms: Callable[[], int],
    ) -> None:
        """`overrides` are the addresses of the settings, by peer id."""
        self._genesis_hash = genesis_hash
        self._own_id = own_id
        self._overrides = overrides
        self._wall_ms = wall_ms
        self._listed: frozenset[str] = frozenset()
        self._announcements: dict[str, Announcement] = {}
        self._own: tuple[tuple[str, ...], bytes] | None = None

    def list(self, peer_ids: Iterable[str]) -> None:
        """Keep announcements of these peers alone."""
        self._listed = frozenset(peer_ids)
        self._announcements = {
            peer: announcement for peer, announcement in self._announcements.items() if peer in self._listed
        }

    def announce(self, addresses: tuple[str, ...], peer_seed: bytes) -> None:
        """Say from now on that this node is reached there."""
        self._own = addresses, peer_seed
        self._renew_own(self._announcements.get(self._own_id))

    def addresses_of(self, validator: Validator) -> tuple[str, ...]:
        """Where to dial a validator, in this order (rules 1 and 2)."""
        if overridden := self._overrides.get(validator.peer_id):
            return overridden
        announcement = self._announcements.get(validator.peer_id)
        announced = () if announcement is None else announcement.statement.addresses
        return tuple(dict.fromkeys((*announced, *validator.addresses)))

    def encoded(self) -> bytes:
        """All announcements that are known, for a peer that asks, or for the file."""
        return encode_announcements(self._announcements.values())

    def take(self, announcements: Iterable[Announcement]) -> Sequence[Statement]:
        """What is new in what a peer passed on, or the file. Raises FalseAnnouncement and takes nothing
        then."""
        new = [announcement for announcement in announcements if self._is_new(announcement)]
        for announcement in new:
            if not announcement.is_genuine:
                raise FalseAnnouncement(announcement.statement.peer_id)
        news = []
        for announcement in new:
            if self._is_new(announcement):  # one peer may stand there twice
                self._announcements[announcement.statement.peer_id] = announcement
                news.append(announcement.statement)
        self._renew_own(self._announcements.get(self._own_id))
        return news

    def _is_new(self, announcement: Announcement) -> bool:
        statement = announcement.statement
        earlier = self._announcements.get(statement.peer_id)
        return (
            statement.genesis_hash == self._genesis_hash
            and statement.peer_id in self._listed
            and statement.time_ms <= self._wall_ms() + _AHEAD_MS
            and (earlier is None or earlier.statement.time_ms < statement.time_ms)
        )

    def _renew_own(self, announcement: Announcement | None) -> None:
        """Announce what the settings say, unless that is what is known (rule 4)."""
        if self._own is None or self._own_id not in self._listed:
            return
        addresses, peer_seed = self._own
        if announcement is not None and announcement.statement.addresses == addresses:
            return
        after_ms = 0 if announcement is None else announcement.statement.time_ms + 1
        statement = Statement(self._genesis_hash, self._own_id, max(self._wall_ms(), after_ms), addresses)
        self._announcements[self._own_id] = announce(statement, peer_seed)


def read_announcements(path: Path) -> Sequence[Announcement]:
    """What a file holds; the signatures are not checked. Raises Malformed and OSError."""
    with os.fdopen(open_regular(path), "rb") as file:
        return decode_announcements(file.read(MAX_ENCODED + 1))


class AddressFile:
    """What is known, on the disk (rule 6)."""

    def __init__(self, path: Path | None, log: FilteringBoundLogger) -> None:
        """`path` None: nothing is kept."""
        self._path = path
        self._log = log

    def read_into(self, whereabouts: Whereabouts) -> None:
        """Add what the last `write` kept, as far as it can be read."""
        if self._path is None:
            return
        try:
            whereabouts.take(read_announcements(self._path))
        except FileNotFoundError:
            return
        except (OSError, Malformed, FalseAnnouncement) as error:
            self._complain(
                "the file of known addresses cannot be read: other nodes are asked for the addresses again",
                error,
            )

    def write(self, encoded: bytes) -> None:
        """Keep it. Called on any thread."""
        if self._path is None:
            return
        try:
            write_whole(self._path, encoded, replace=True)
        except OSError as error:
            self._complain("the file of known addresses cannot be written", error)

    def _complain(self, what: str, error: Exception) -> None:
        explanation = explain_os_error(error).what if isinstance(error, OSError) else str(error)
        self._log.warning(what, file=str(self._path), error=explanation)
