"""What the ledger holds of an issuer's anchors: asked for, and asked to be recorded. All that knows how an
anchor stands on the ledger is here.
"""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from api.client import Client, ask_for_anchor
from registry.build import TransactionBuilder
from registry.checking import Anchored
from registry.kinds.anchor.entry import anchor_name


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
    return anchor_name(issuer, root)


async def recorded_roots(client: Client, issuer: str, roots: Set[AnchorRoot]) -> set[AnchorRoot]:
    """Those of some roots that are proved to be on the ledger; of the others a call was interrupted.

    That a root is not there needs no proof here: it is sent, and the ledger refuses a transaction with what
    it has. Raises
    NoAnswer, Forked and ImpossibleQuestion.
    """
    found = set()
    for root in roots:
        checked = await ask_for_anchor(client, issuer, root.root)
        if checked is not None and isinstance(checked.verdict.finding, Anchored):
            found.add(root)
    return found
