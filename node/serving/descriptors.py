"""How many files and sockets this process may have open, and who gets how many of them.

Rules:
1. The soft limit is raised to the hard one at start, to 65,536 at most.
2. What the node itself, its store and its links need is set aside first. Clients get the rest and are refused
   first: a node without clients goes on, a node whose store cannot open a file ends.
3. A limit that leaves less than a few clients is refused at start.
"""

import os
import resource
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from node.storage.layout import COLUMNS
from node.transport.settings import TransportLimits
from node.wording.explained import Explained

WANTED = 65_536
OWN = 64
"""Standard streams, event loops, listeners, settings and keys, look-ups of host names."""
STORE_OWN = 3 * len(COLUMNS) + 32
"""Beside the tables that it keeps open: a flush writes one for each family while merges read and write more;
logs, manifest, lock, folders."""
TABLES_LEAST = 64
TABLES_SHARE = 8
"""The store keeps an eighth of all open as tables; further tables are opened when they are read."""
PER_PEER = 4
"""A link, the one that takes its place, a dial, an answer on the way."""
PEERS_LEAST = 16
"""A network may grow while the node runs."""
ARRIVING = 128
"""Connections that the system hands over at once, before those beyond the clients' share are closed."""
CLIENTS_LEAST = 16
CLIENTS_MOST = 8_192
ONE_CLIENT_MOST = 512
_OPEN = Path("/proc/self/fd")


class TooFewDescriptors(Explained):
    """The limit is too low for this node to be safe with any client."""

    def __init__(self, limit: int, needed: int) -> None:
        super().__init__(
            f"this process may have {limit} files open, and a node needs {needed}",
            do="raise the hard limit: `LimitNOFILE=65536` in a service file, `ulimit -Hn`, or limits.conf",
        )
        self.limit = limit
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Shares:
    """Descriptors by who may use them; `limit` is all. `tables` are the store's, beside what it needs anyway;
    `one_client` is the part of `clients` that one address may have.
    """

    limit: int
    tables: int
    clients: int
    one_client: int


def share_out(limit: int, peers: int) -> Shares:
    """Who gets how many in a network of so many nodes. Raises TooFewDescriptors (rules 2 and 3)."""
    links = TransportLimits().handshakes + PER_PEER * max(peers, PEERS_LEAST)
    reserved = OWN + STORE_OWN + links + ARRIVING
    tables = max(TABLES_LEAST, min(limit // TABLES_SHARE, (limit - reserved) // 2))
    clients = min(CLIENTS_MOST, limit - reserved - tables)
    if clients < CLIENTS_LEAST:
        raise TooFewDescriptors(limit, reserved + TABLES_LEAST + CLIENTS_LEAST)
    return Shares(limit, tables, clients, min(ONE_CLIENT_MOST, max(1, clients // 2)))


def raise_limit() -> int:
    """The limit of this process, raised as far as it may be (rule 1)."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return WANTED
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if wanted > soft:
        with suppress(OSError, ValueError):  # a system may permit less than it says; what holds is read anew
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


def count_open() -> int:
    """Descriptors that are open now; 0 where the system does not tell."""
    try:
        return len(os.listdir(_OPEN))  # noqa: PTH208 -- names, not paths
    except OSError:
        return 0
