"""Status lists, anchors and schemas, as records tell it."""

from dataclasses import replace

from registry.attachments import Attachment
from registry.draft import BlockDraft
from registry.execution import Executed, MissingContent, Rejected, execute
from registry.index import INDEX_RECORD, Relation
from registry.kinds.anchor.record import ANCHOR_RECORD, ANCHORS_BY_ISSUER, Anchor, anchor_id
from registry.kinds.did.record import DIDS_BY_SPONSOR
from registry.kinds.parameters.record import PARAMETERS_RECORD, Parameters
from registry.kinds.schema.record import (
    SCHEMA_RECORD,
    SCHEMAS_BY_OWNER,
    Release,
    ReleaseState,
    Schema,
    schema_id,
)
from registry.kinds.status_list.bitmap import empty_root, read_chunk
from registry.kinds.status_list.record import (
    MAX_SIZE,
    MIN_SIZE,
    STATUS_LIST_RECORD,
    STATUS_LISTS_BY_ISSUER,
    StatusList,
    StatusPurpose,
    status_list_id,
)
from registry.kinds.status_list.transitions import DAY_MS, daily_limit
from registry.kinds.usage.record import USAGE_RECORD, Usage
from registry.primitives.shape import decode_as
from registry.record_log import INDEX_ENTRY, IndexEntry, map_key
from registry.rejection import TransactionReason
from registry.tables import Table, u32, u64
from tests.registry.network import DOCUMENT, UNIVERSITY, Network, rewritten
from tests.registry.rejections import Scene

CONTENT = b'{"$id":"https://university.example/s","$schema":"https://json-schema.org/draft/2020-12/schema"}'


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
    assert isinstance(executed, Executed)
    assert BlockDraft(executed.overlay).body((STATUS_LIST_RECORD, record_id)).set_today == MAX_SIZE + 10


def test_refresh_lists_have_no_daily_limit() -> None:
    """A bit there withdraws nothing from anybody."""
    scene = Scene()
    record_id, _ = created(scene, StatusPurpose.REFRESH)
    signed = scene.by_issuer()
    signed.build.set_status(scene.issuer, "diplomas", range(4_000))
    scene.commit(signed.bytes())
    assert scene.body(STATUS_LIST_RECORD, record_id).ones == 4_000


def test_a_schema_keeps_its_exact_bytes_and_its_versions_states() -> None:
    scene = Scene()
    content = Attachment(b"s" * 16, CONTENT)
    signed = scene.by_issuer()
    signed.build.publish_schema(scene.issuer, "diploma", "1.0.0", content)
    scene.commit(signed.bytes())
    first = scene.time_ms
    signed = scene.by_issuer()
    signed.build.publish_schema(scene.issuer, "diploma", "1.1.0", content)
    signed.build.set_schema_state(scene.issuer, "diploma", "1.0.0", ReleaseState.DEPRECATED)
    data = signed.bytes()
    scene.held.clear()  # the ledger holds the content already
    scene.commit(data)
    second = scene.time_ms
    active, deprecated = (ReleaseState.ACTIVE, first), (ReleaseState.DEPRECATED, second)
    record_id = schema_id(scene.issuer, "diploma")
    assert scene.body(SCHEMA_RECORD, record_id) == Schema(
        (
            Release("1.0.0", content.address, (active, deprecated)),
            Release("1.1.0", content.address, ((ReleaseState.ACTIVE, second),)),
        )
    )
    stored = scene.store.get(Table.ATTACHMENT, content.address)
    assert stored is not None and Attachment.decode(stored) == content


def test_a_schema_whose_content_is_not_held_is_no_verdict() -> None:
    scene = Scene()
    content = Attachment(bytes(16), CONTENT)
    signed = scene.by_issuer()
    signed.build.publish_schema(scene.issuer, "diploma", "1.0.0", content)
    data = signed.bytes()
    scene.held.clear()
    assert scene.attempt(data) == MissingContent((content.address,))


def lacking(scene: Scene, name: str, *parts: bytes) -> bytes:
    """A transaction that publishes a schema for each of these and whose attachments nobody holds."""
    signed = scene.by_issuer()
    for place, part in enumerate(parts):
        signed.build.publish_schema(scene.issuer, f"{name}-{place}", "1.0.0", Attachment(bytes(16), part))
    data = signed.bytes()
    scene.held.clear()
    return data


def test_all_that_a_block_lacks_is_named_at_once() -> None:
    scene = Scene()
    first, second = lacking(scene, "first", b"a", b"b"), lacking(scene, "second", b"b", b"c")
    found = scene.attempt(first, second)
    addresses = {part: Attachment(bytes(16), part).address for part in (b"a", b"b", b"c")}
    assert isinstance(found, MissingContent)
    assert len(found.addresses) == 3
    assert set(found.addresses) == set(addresses.values())


def test_what_no_attachment_can_mend_is_a_verdict_without_them() -> None:
    scene = Scene()
    first = lacking(scene, "first", b"a")
    malformed = scene.attempt(first, b"no transaction")
    assert isinstance(malformed, Rejected)
    assert (malformed.index, malformed.reason) == (2, TransactionReason.MALFORMED)
    costly = scene.attempt(*(lacking(scene, f"n{number}", *map(bytes, range(16))) for number in range(130)))
    assert isinstance(costly, Rejected)
    assert costly.reason is TransactionReason.BLOCK_FULL


def test_every_record_is_entered_under_the_relation_it_came_by() -> None:
    scene = Scene()
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 3)
    signed.build.create_status_list(scene.issuer, "a", StatusPurpose.REVOCATION)
    signed.build.publish_schema(scene.issuer, "s", "1.0.0", Attachment(bytes(16), CONTENT))
    signed.build.anchor(scene.issuer, b"\x01" * 32, 4)
    scene.commit(signed.bytes())

    def entries(relation: Relation, subject: str) -> list[IndexEntry]:
        rows = scene.store.scan(Table.VERSION, map_key(INDEX_RECORD.name, relation.index_id(subject)))
        return [decode_as(INDEX_ENTRY, row, limit=1_024) for _, row in rows]

    def entry(operation: int, record_id: str) -> IndexEntry:
        return IndexEntry(2, 1, operation, scene.time_ms, record_id)

    issuer = scene.issuer
    assert entries(ANCHORS_BY_ISSUER, issuer) == [
        entry(0, anchor_id(issuer, bytes(32))),
        entry(3, anchor_id(issuer, b"\x01" * 32)),
    ]
    assert entries(STATUS_LISTS_BY_ISSUER, issuer) == [entry(1, status_list_id(issuer, "a"))]
    assert entries(SCHEMAS_BY_OWNER, issuer) == [entry(2, schema_id(issuer, "s"))]
    sponsored = entries(DIDS_BY_SPONSOR, UNIVERSITY)
    assert [(found.height, found.id) for found in sponsored] == [(0, UNIVERSITY), (1, issuer)]
    assert scene.body(ANCHOR_RECORD, anchor_id(issuer, bytes(32))) == Anchor(bytes(32), 3)


def test_use_of_the_quotas_is_counted_for_the_sponsoring_member_once_a_block() -> None:
    scene = Scene()
    usage: Usage = scene.body(USAGE_RECORD, UNIVERSITY)
    sizes = 0
    transactions = []
    for number in range(3):
        signed = scene.by_issuer()
        signed.build.anchor(scene.issuer, bytes([number]) * 32, 1)
        transactions.append(signed.bytes())
        sizes += len(transactions[-1])
    executed = scene.commit(*transactions)
    assert isinstance(executed, Executed)
    assert scene.body(USAGE_RECORD, UNIVERSITY) == Usage(usage.records + 3, usage.stored_bytes + sizes)
    assert len(list(scene.store.scan(Table.VERSION, map_key(USAGE_RECORD.name, UNIVERSITY)))) == 2
