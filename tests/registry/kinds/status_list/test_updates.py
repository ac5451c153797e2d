"""Status lists, as records tell it."""

from dataclasses import replace

from registry.draft import BlockDraft
from registry.execution import ExecutionResult, execute
from registry.kinds.parameters.record import PARAMETERS_RECORD, Parameters
from registry.kinds.status_list.bitmap import empty_root, read_chunk
from registry.kinds.status_list.record import (
    MAX_SIZE,
    MIN_SIZE,
    STATUS_LIST_RECORD,
    StatusList,
    StatusPurpose,
    status_list_id,
)
from registry.kinds.status_list.transitions import DAY_MS, daily_limit
from registry.record_log import map_key
from registry.tables import Table, u32, u64
from tests.registry.network import DOCUMENT, UNIVERSITY, Network, rewritten
from tests.registry.rejections import Scene


def created(scene: Scene, purpose: StatusPurpose) -> tuple[str, bytes]:
    """The id and key of a new list `diplomas`."""
    signed = scene.by_issuer()
    signed.build.create_status_list(scene.issuer, "diplomas", purpose)
    scene.commit(signed.bytes())
    record_id = status_list_id(scene.issuer, "diplomas")
    return record_id, map_key(STATUS_LIST_RECORD.name, record_id)


def test_creating_a_list_writes_no_chunk() -> None:
    scene = Scene()
    record_id, _ = created(scene, StatusPurpose.REVOCATION)
    assert list(scene.store.scan(Table.CHUNK, b"")) == []
    assert list(scene.store.scan(Table.CHUNK_NODE, b"")) == []
    assert scene.body(STATUS_LIST_RECORD, record_id) == StatusList(
        purpose=StatusPurpose.REVOCATION,
        size=MIN_SIZE,
        root=empty_root(MIN_SIZE),
        ones=0,
        day=scene.time_ms // DAY_MS,
        set_today=0,
        created_ms=scene.time_ms,
    )


def test_updates_made_at_the_same_time_add_up() -> None:
    """Both agents saw the same list; the second's update does not undo the first's, in whichever order."""
    roots = []
    for order in (1, -1):
        scene = Scene()
        record_id, key = created(scene, StatusPurpose.SUSPENSION)
        agents = []
        for indices in ([0, 5], [5, 9]):
            signed = scene.by_issuer()
            signed.build.set_status(scene.issuer, "diplomas", indices)
            agents.append(signed.bytes())
        scene.commit(*agents[::order])
        assert read_chunk(scene.store, key, 0, 2) == b"\x84\x40" + bytes(126)
        body = scene.body(STATUS_LIST_RECORD, record_id)
        assert (body.ones, body.set_today) == (3, 3)
        roots.append(body.root)
    assert roots[0] == roots[1]


def test_an_update_that_changes_nothing_makes_no_version() -> None:
    scene = Scene()
    _, key = created(scene, StatusPurpose.REVOCATION)
    for _ in range(2):
        signed = scene.by_issuer()
        signed.build.set_status(scene.issuer, "diplomas", [7])
        scene.commit(signed.bytes())
        scene.time_ms += DAY_MS
    assert len(list(scene.store.scan(Table.VERSION, key))) == 2
    signed = scene.by_issuer()
    signed.build.set_status(scene.issuer, "diplomas", [7, 2_048])
    scene.commit(signed.bytes())
    written = [row_key[len(key) :] for row_key, _ in scene.store.scan(Table.CHUNK, key)]
    assert written == [u32(0) + u64(1), u32(2) + u64(2)]


def test_each_version_of_a_list_stays_readable() -> None:
    scene = Scene()
    record_id, key = created(scene, StatusPurpose.SUSPENSION)
    for set_indices, clear_indices in (([1], []), ([2], [1]), ([1_024], [])):
        signed = scene.by_issuer()
        signed.build.set_status(scene.issuer, "diplomas", set_indices, clear_indices)
        scene.commit(signed.bytes())
    first_bytes = [read_chunk(scene.store, key, 0, version)[0] for version in range(4)]
    assert first_bytes == [0x00, 0x40, 0x20, 0x20]
    assert [read_chunk(scene.store, key, 1, version)[0] for version in range(4)] == [0, 0, 0, 0x80]
    assert scene.body(STATUS_LIST_RECORD, record_id).ones == 2


def test_the_daily_limit_is_per_day_and_counts_new_bits_only() -> None:
    scene = Scene()
    record_id, _ = created(scene, StatusPurpose.REVOCATION)
    limit = 1_310
    assert daily_limit(scene.body(PARAMETERS_RECORD, "network"), MIN_SIZE) == limit
    for indices in (range(limit), range(limit)):
        signed = scene.by_issuer()
        signed.build.set_status(scene.issuer, "diplomas", indices)
        scene.commit(signed.bytes())
    assert scene.body(STATUS_LIST_RECORD, record_id).set_today == limit
    scene.time_ms += DAY_MS
    signed = scene.by_issuer()
    signed.build.set_status(scene.issuer, "diplomas", range(limit, limit + 10))
    scene.commit(signed.bytes())
    body = scene.body(STATUS_LIST_RECORD, record_id)
    assert (body.set_today, body.ones) == (10, limit + 10)


def test_a_day_may_set_more_bits_than_a_list_has() -> None:
    """A network may permit it, and a bit of a suspension list is set again after it was cleared."""
    network = Network(replace(DOCUMENT, parameters=Parameters(status_daily_count=2**32)))
    signed = network.signed_by(UNIVERSITY)
    signed.build.create_status_list(UNIVERSITY, "holds", StatusPurpose.SUSPENSION)
    network.commit(signed.bytes())
    record_id = status_list_id(UNIVERSITY, "holds")
    body = replace(network.body(STATUS_LIST_RECORD, record_id), set_today=MAX_SIZE)
    signed = network.signed_by(UNIVERSITY)
    signed.build.set_status(UNIVERSITY, "holds", range(10))
    state = rewritten(network.state, STATUS_LIST_RECORD, record_id, body)
    executed = execute(state, network.context, [signed.bytes()], network.held.get)
    assert isinstance(executed, ExecutionResult)
    assert BlockDraft(executed.overlay).body((STATUS_LIST_RECORD, record_id)).set_today == MAX_SIZE + 10


def test_refresh_lists_have_no_daily_limit() -> None:
    """A bit there withdraws nothing from anybody."""
    scene = Scene()
    record_id, _ = created(scene, StatusPurpose.REFRESH)
    signed = scene.by_issuer()
    signed.build.set_status(scene.issuer, "diplomas", range(4_000))
    scene.commit(signed.bytes())
    assert scene.body(STATUS_LIST_RECORD, record_id).ones == 4_000
