"""A view answers as of its height, whatever becomes final after it."""

from dataclasses import replace
from pathlib import Path

from api.ports import EpochEnd, View
from consensus.events import Commit
from consensus.messages import VoteKind
from node.storage.chain_records import ChainRecords
from node.storage.read_view import ReadView, take_snapshot
from node.storage.store import Store
from node.storage.turns import TurnWrites
from registry.primitives.sparse_map import SparseMap
from registry.primitives.validator_set import Validator, ValidatorSet
from registry.tables import Table
from tests.node.storage.chain import GENESIS_HASH, block, final, named

VALIDATORS = ValidatorSet((Validator(b"v" * 32, "12D3KooW", ("/ip4/127.0.0.1/tcp/1",), "did:web:a"),))
GENESIS = block(0)
FIRST = block(1, parent=named(GENESIS))
SECOND = block(2, parent=named(FIRST))
THIRD = block(3, parent=named(SECOND))
FINALS = (final(FIRST, 1, 0, VoteKind.NOTARIZE), final(SECOND, 2, 1))


def test_a_view_answers_as_of_its_height(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    records = ChainRecords(store.reader, None)
    turn = TurnWrites()
    records.put_genesis(turn, b"document", GENESIS)
    records.put(turn, Commit(FINALS))
    records.put_boundary(turn, 0, 2, VALIDATORS)
    turn.put(Table.RECORD, b"r", b"before")
    store.commit(turn)
    view = ReadView(
        GENESIS_HASH,
        b"document",
        SECOND.header,
        FINALS[1].certificate,
        VALIDATORS,
        SparseMap.EMPTY,
        take_snapshot(store),
    )
    later = TurnWrites()
    records.put(later, Commit((final(THIRD, 3, 2),)))
    records.put_boundary(later, 1, 3, VALIDATORS)
    later.put(Table.RECORD, b"r", b"after")
    store.commit(later)

    read: View = view
    assert [read.block(height) for height in range(-1, 5)] == [None, GENESIS, FIRST, SECOND, None, None]
    certificates = [read.certificate_at(height) for height in range(-1, 5)]
    assert certificates == [None, None, None, FINALS[1].certificate, None, None]
    assert read.boundary(0) == EpochEnd(SECOND.header, FINALS[1].certificate, VALIDATORS)
    assert read.boundary(1) is None
    assert read.reader.get(Table.RECORD, b"r") == b"before"

    # A view below the boundary does not know it yet.
    assert replace(view, header=FIRST.header).boundary(0) is None
    store.close()
