"""What the effects of one turn ask for, sorted by when it may be done. Pure.

- `durable` goes into one write batch, in order, and is on the disk before anything of `sends` leaves (R11).
- `work` is given to others at once; each piece is answered by an event in a later turn.
- `drops` takes down links of peers at fault; `failed` tells of leaders that cost a view.
- `halt` ends the node; what came before it in the turn stays good.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from consensus.events import (
    Broadcast,
    Build,
    Commit,
    DropLink,
    DurableEffect,
    Effect,
    Evidence,
    Execute,
    Halt,
    LeaderFailed,
    Send,
    StoreBlock,
    StoreCertificate,
    StoreFloor,
    StoreProposal,
    StoreVote,
    Sync,
)

Work: TypeAlias = Execute | Build | Sync


@dataclass(frozen=True, slots=True)
class Turn:
    """The effects of one turn; within each part they keep the replica's order."""

    durable: tuple[DurableEffect, ...]
    sends: tuple[Send | Broadcast, ...]
    work: tuple[Work, ...]
    drops: tuple[DropLink, ...]
    failed: tuple[LeaderFailed, ...]
    halt: Halt | None


def sort_out(effects: Iterable[Effect]) -> Turn:
    """The turn that these effects make."""
    durable: list[DurableEffect] = []
    sends: list[Send | Broadcast] = []
    work: list[Work] = []
    drops: list[DropLink] = []
    failed: list[LeaderFailed] = []
    halt: Halt | None = None
    for effect in effects:
        match effect:
            case (
                StoreVote()
                | StoreFloor()
                | StoreBlock()
                | StoreCertificate()
                | StoreProposal()
                | Commit()
                | Evidence()
            ):
                durable.append(effect)
            case Send() | Broadcast():
                sends.append(effect)
            case Execute() | Build() | Sync():
                work.append(effect)
            case DropLink():
                drops.append(effect)
            case LeaderFailed():
                failed.append(effect)
            case Halt():
                halt = effect
            case _:
                assert_never(effect)
    return Turn(tuple(durable), tuple(sends), tuple(work), tuple(drops), tuple(failed), halt)
