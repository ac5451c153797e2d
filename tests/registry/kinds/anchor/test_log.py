"""Anchors are entries of their issuer's log: one head in the map, and a row that finds each root."""

from collections.abc import Iterator

from registry.execution import ExecutionResult, Rejected
from registry.index import INDEX_RECORD
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER, Anchor, anchor_in, entry_id, lookup_key
from registry.kinds.anchor.reasons import AnchorReason
from registry.primitives.shape import decode_as
from registry.record_log import INDEX_ENTRY, IndexEntry, index_entry
from registry.record_type import record_key
from registry.tables import Table, u64
from tests.frozen import Freeze
from tests.registry.kinds import HASH
from tests.registry.network import UNIVERSITY
from tests.registry.rejections import Scene


def root(number: int) -> bytes:
    return bytes([number]) * 32


def anchor(scene: Scene, *numbers: int) -> bytes:
    signed = scene.by_issuer()
    for number in numbers:
        signed.build.anchor(scene.issuer, root(number), number + 1)
    return signed.bytes()


def log_key(issuer: str) -> bytes:
    return record_key(INDEX_RECORD, ANCHORS_BY_ISSUER.index_id(issuer))


def entries(scene: Scene, issuer: str) -> Iterator[IndexEntry]:
    for _, row in scene.store.scan(Table.VERSION, log_key(issuer)):
        yield decode_as(INDEX_ENTRY, row, limit=1_024)


def looked_up(scene: Scene, issuer: str, number: int) -> bytes | None:
    return scene.store.get(Table.ANCHOR, lookup_key(issuer, root(number)))


def test_each_row_finds_the_entry_of_its_root() -> None:
    scene = Scene()
    scene.commit(anchor(scene, 0, 1, 2), anchor(scene, 3))
    scene.commit(anchor(scene, 4, 5))
    signed = scene.signed_by(UNIVERSITY)
    signed.build.anchor(UNIVERSITY, root(3), 4)
    scene.commit(signed.bytes())
    made = [anchor_in(entry.id) for entry in entries(scene, scene.issuer)]
    assert made == [Anchor(root(number), number + 1) for number in range(6)]
    assert [looked_up(scene, scene.issuer, number) for number in range(7)] == [*map(u64, range(6)), None]
    assert looked_up(scene, UNIVERSITY, 3) == u64(0)
    assert len(list(scene.store.scan(Table.ANCHOR, b""))) == 7


def test_however_many_anchors_the_map_has_one_place_for_their_issuer() -> None:
    scene = Scene()
    first = scene.commit(anchor(scene, 0))
    rows = len(list(scene.store.scan(Table.RECORD, b"")))
    second = scene.commit(anchor(scene, *range(1, 40)))
    assert isinstance(first, ExecutionResult)
    assert isinstance(second, ExecutionResult)
    assert len(list(scene.store.scan(Table.RECORD, b""))) == rows


def test_a_root_is_anchored_once_by_an_issuer_however_long_ago() -> None:
    scene = Scene()
    scene.commit(anchor(scene, 0))
    scene.commit(anchor(scene, 1))
    for numbers in ((0,), (2, 1), (2, 2)):
        refused = scene.attempt(anchor(scene, *numbers))
        assert isinstance(refused, Rejected)
        assert refused.reason is AnchorReason.ANCHOR_EXISTS
        assert refused.detail == f"{scene.issuer}/{root(numbers[-1]).hex()}"
    assert looked_up(scene, scene.issuer, 2) is None
    within = scene.attempt(anchor(scene, 3), anchor(scene, 3))
    assert isinstance(within, Rejected)
    assert (within.index, within.reason) == (2, AnchorReason.ANCHOR_EXISTS)


def test_what_is_refused_leaves_no_gap_in_the_numbers() -> None:
    scene = Scene()
    execution = scene.execution()
    execution.add(anchor(scene, 0))
    execution.add(anchor(scene, 1, 0))
    execution.add(anchor(scene, 1))
    writes = execution.finish().writes
    assert writes[Table.ANCHOR, lookup_key(scene.issuer, root(1))] == u64(1)


def test_the_entry_of_an_anchor_is_frozen(frozen: Freeze) -> None:
    entry = index_entry(7, 1, 2, 1_800_000_000_000, entry_id(Anchor(HASH, 1_000)))
    assert decode_as(INDEX_ENTRY, entry, limit=1_024).id == f"{HASH.hex()}/1000"
    frozen("registry/anchor-entry", entry)
