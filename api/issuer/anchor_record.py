"""What the ledger holds of an issuer's anchors: asked for, and asked to be recorded. All that knows how an
anchor stands on the ledger is here.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from api.client import Client
from registry.build import TransactionBuilder
from registry.checking import Found
from registry.kinds.anchor.record import ANCHOR_RECORD, anchor_id


@dataclass(frozen=True, slots=True)
class AnchorRoot:
    """A root that stands, or is to stand, on the ledger, and how many leaves it has."""

    root: bytes
    size: int


def add_roots(builder: TransactionBuilder, issuer: str, roots: Iterable[AnchorRoot]) -> None:
    """Ask for these roots to be recorded."""
    for root in roots:
        builder.anchor(issuer, root.root, root.size)


def name_on_ledger(issuer: str, root: bytes) -> str:
    """Under which name a root is found once it is recorded."""
    return anchor_id(issuer, root)


async def recorded_at_ms(client: Client, issuer: str, root: bytes) -> int | None:
    """When a root was recorded; None where it was not. Raises NoAnswer, Forked and ImpossibleQuestion."""
    found = (await client.record(ANCHOR_RECORD, anchor_id(issuer, root))).verdict.finding
    return found.version.time_ms if isinstance(found, Found) else None


async def recorded_roots(client: Client, issuer: str, roots: Set[AnchorRoot]) -> set[AnchorRoot]:
    """Those of some roots that the ledger has. Raises as `recorded_at_ms` does."""
    return {root for root in roots if await recorded_at_ms(client, issuer, root.root) is not None}
