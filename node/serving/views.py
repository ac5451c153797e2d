"""The state as readers see it: that of the last durable block, by a snapshot of the store."""

from collections.abc import Callable

from api.ports import View
from consensus.messages import FinalBlock
from node.ledger.ledger import Branch
from node.storage.read_view import ReadView, take_snapshot
from node.storage.store import Store
from registry.genesis import GenesisDocument
from registry.primitives.validator_set import ValidatorSet


class Views:
    """Makes views of a store. `validators_of` gives those of an epoch that the last block can be in."""

    def __init__(
        self, store: Store, document: GenesisDocument, validators_of: Callable[[int], ValidatorSet]
    ) -> None:
        self._store = store
        self._genesis_hash = document.genesis_hash
        self._document_bytes = document.encode()
        self._validators_of = validators_of

    def show(self, tip: Branch, final: FinalBlock | None) -> ReadView:
        """The view of the store as it is now, with `tip` as its last block; on the ledger's thread."""
        return ReadView(
            self._genesis_hash,
            self._document_bytes,
            tip.header,
            None if final is None else final.certificate,
            self._validators_of(tip.header.epoch),
            tip.state.map,
            take_snapshot(self._store),
        )


class NewestView:
    """The view that readers are shown now. Belongs to the event loop."""

    def __init__(self, view: View) -> None:
        self.view = view
