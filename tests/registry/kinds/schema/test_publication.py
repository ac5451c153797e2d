"""Schemas, as records tell it."""

from registry.attachments import Attachment
from registry.execution import MissingContent
from registry.kinds.schema.record import (
    SCHEMA_RECORD,
    Release,
    ReleaseState,
    Schema,
    schema_id,
)
from registry.tables import Table
from tests.registry.rejections import Scene

CONTENT = b'{"$id":"https://university.example/s","$schema":"https://json-schema.org/draft/2020-12/schema"}'


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
