"""What is created comes into an index."""

from registry.attachments import Attachment
from registry.index import INDEX_RECORD, Relation
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER
from registry.kinds.did.record import DIDS_BY_SPONSOR
from registry.kinds.schema.record import (
    SCHEMAS_BY_OWNER,
    schema_id,
)
from registry.kinds.status_list.record import (
    STATUS_LISTS_BY_ISSUER,
    StatusPurpose,
    status_list_id,
)
from registry.primitives.shape import decode_as
from registry.record_log import INDEX_ENTRY, IndexEntry, map_key
from registry.tables import Table
from tests.registry.network import UNIVERSITY
from tests.registry.rejections import Scene

CONTENT = b'{"$id":"https://university.example/s","$schema":"https://json-schema.org/draft/2020-12/schema"}'


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
        entry(0, f"{'00' * 32}/3"),
        entry(3, f"{'01' * 32}/4"),
    ]
    assert entries(STATUS_LISTS_BY_ISSUER, issuer) == [entry(1, status_list_id(issuer, "a"))]
    assert entries(SCHEMAS_BY_OWNER, issuer) == [entry(2, schema_id(issuer, "s"))]
    sponsored = entries(DIDS_BY_SPONSOR, UNIVERSITY)
    assert [(found.height, found.id) for found in sponsored] == [(0, UNIVERSITY), (1, issuer)]
