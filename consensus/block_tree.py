"""The blocks above the last committed one (the tip), by hash, and which of them are *connected* to it.

A block is connected when every block between it and the tip is held and heights rise by one. Only blocks
that somebody was entitled to propose or that a certificate names come in, so the tree is bounded by the
views since the tip.
"""

from dataclasses import dataclass

from consensus.header import Header
from consensus.messages import Block


@dataclass(frozen=True, slots=True)
class Tip:
    """The last committed block; `block` is None only for the anchor, of which a replica is given the header
    alone."""

    block_hash: bytes
    header: Header
    block: Block | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a block is not connected: `missing` is the highest ancestor (or itself) that is not held, None if
    the chain is all held and does not stand on the tip; `above` the header of the lowest block held over
    it."""

    missing: bytes | None
    above: Header | None


class BlockTree:
    """Blocks above the tip."""

    def __init__(self, tip: Tip) -> None:
        self.tip = tip
        self._blocks: dict[bytes, Block] = {}
        self._children: dict[bytes, list[bytes]] = {}
        self._connected: set[bytes] = {tip.block_hash}

    def __len__(self) -> int:
        return len(self._blocks)

    def __contains__(self, block_hash: bytes) -> bool:
        return block_hash in self._blocks or block_hash == self.tip.block_hash

    def get(self, block_hash: bytes) -> Block | None:
        """The block, the tip's included."""
        if block_hash == self.tip.block_hash:
            return self.tip.block
        return self._blocks.get(block_hash)

    def header(self, block_hash: bytes) -> Header | None:
        """The block's header, the tip's included."""
        if block_hash == self.tip.block_hash:
            return self.tip.header
        block = self._blocks.get(block_hash)
        return None if block is None else block.header

    def add(self, block_hash: bytes, block: Block) -> bool:
        """Take a block whose hash and body have been checked. False if it was held or lies at or below the
        tip."""
        if block_hash in self or block.header.height <= self.tip.header.height:
            return False
        self._blocks[block_hash] = block
        self._children.setdefault(block.header.parent_hash, []).append(block_hash)
        self._connect(block_hash)
        return True

    def discard(self, block_hash: bytes) -> None:
        """Forget a block above the tip; what hangs below it is connected no more."""
        block = self._blocks.pop(block_hash, None)
        if block is not None:
            self._rebuild()

    def is_connected(self, block_hash: bytes) -> bool:
        """Whether the block and its ancestry down to the tip are held."""
        return block_hash in self._connected

    def is_broken(self, block_hash: bytes) -> bool:
        """Whether the ancestry is held down to the tip's height and still does not stand on the tip."""
        return not self.is_connected(block_hash) and self.gap(block_hash).missing is None

    def path(self, block_hash: bytes) -> tuple[bytes, ...]:
        """The hashes from the tip's child to this connected block, ascending; empty for the tip."""
        hashes = []
        while block_hash != self.tip.block_hash:
            hashes.append(block_hash)
            block_hash = self._blocks[block_hash].header.parent_hash
        return tuple(reversed(hashes))

    def gap(self, block_hash: bytes) -> "Gap":
        """What keeps a block from being connected."""
        above: Header | None = None
        while (block := self._blocks.get(block_hash)) is not None:
            above = block.header
            if above.height <= self.tip.header.height + 1:
                break
            block_hash = above.parent_hash
        if block is not None or block_hash == self.tip.block_hash:
            return Gap(None, above)
        return Gap(block_hash, above)

    def ancestry(self, block_hash: bytes) -> frozenset[bytes]:
        """The block and those of its ancestors above the tip that are held without a gap."""
        held = set()
        while (block := self._blocks.get(block_hash)) is not None:
            held.add(block_hash)
            block_hash = block.header.parent_hash
        return frozenset(held)

    def advance(self, block_hash: bytes) -> None:
        """Make a connected block the tip, and forget every block that does not stand above it."""
        block = self._blocks[block_hash]
        self.tip = Tip(block_hash, block.header, block)
        self._blocks = {
            held: other for held, other in self._blocks.items() if other.header.height > block.header.height
        }
        self._rebuild()

    def restart_at(self, tip: Tip) -> None:
        """Begin at this tip, with no block above it yet."""
        self.tip = tip
        self._blocks = {}
        self._rebuild()

    def hashes(self) -> frozenset[bytes]:
        """Every block above the tip."""
        return frozenset(self._blocks)

    def _rebuild(self) -> None:
        self._children = {}
        for block_hash, block in self._blocks.items():
            self._children.setdefault(block.header.parent_hash, []).append(block_hash)
        self._connected = {self.tip.block_hash}
        for child in self._children.get(self.tip.block_hash, ()):
            self._connect(child)

    def _connect(self, block_hash: bytes) -> None:
        waiting = [block_hash]
        while waiting:
            block_hash = waiting.pop()
            header = self._blocks[block_hash].header
            parent = self.header(header.parent_hash)
            if (
                parent is not None
                and header.parent_hash in self._connected
                and header.height == parent.height + 1
            ):
                self._connected.add(block_hash)
                waiting.extend(self._children.get(block_hash, ()))
