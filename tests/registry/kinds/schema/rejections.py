"""Refused for what an operation would do to a schema."""

from registry.attachments import Attachment
from registry.kinds.schema.reasons import SchemaReason
from registry.kinds.schema.record import ReleaseState
from tests.registry.network import Signed
from tests.registry.rejections import Outcome, Scene, refused

CONTENT = b'{"$id":"https://university.example/s","$schema":"https://json-schema.org/draft/2020-12/schema"}'


def attachment(content: bytes = CONTENT) -> Attachment:
    """A schema's content with a salt that no secret needs."""
    return Attachment(bytes(16), content)


def publishing(scene: Scene, content: bytes = CONTENT, version: str = "1.0.0") -> Signed:
    """A publication of the schema `diploma`."""
    signed = scene.by_issuer()
    signed.build.publish_schema(scene.issuer, "diploma", version, attachment(content))
    return signed


@refused(SchemaReason.SCHEMA_VERSION_EXISTS)
def published_twice(scene: Scene) -> Outcome:
    return scene.attempt(publishing(scene).bytes(), publishing(scene).bytes())


@refused(SchemaReason.SCHEMA_VERSION_UNKNOWN)
def state_of_an_unpublished_version(scene: Scene) -> Outcome:
    scene.commit(publishing(scene).bytes())
    signed = scene.by_issuer()
    signed.build.set_schema_state(scene.issuer, "diploma", "1.0.1", ReleaseState.DEPRECATED)
    return scene.attempt(signed.bytes())


@refused(SchemaReason.SCHEMA_STATE_NOT_LATER)
def made_active_again(scene: Scene) -> Outcome:
    signed = publishing(scene)
    signed.build.set_schema_state(scene.issuer, "diploma", "1.0.0", ReleaseState.WITHDRAWN)
    signed.build.set_schema_state(scene.issuer, "diploma", "1.0.0", ReleaseState.ACTIVE)
    return scene.attempt(signed.bytes())


@refused(SchemaReason.SCHEMA_STATE_NOT_LATER)
def deprecated_twice(scene: Scene) -> Outcome:
    signed = publishing(scene)
    signed.build.set_schema_state(scene.issuer, "diploma", "1.0.0", ReleaseState.DEPRECATED)
    signed.build.set_schema_state(scene.issuer, "diploma", "1.0.0", ReleaseState.DEPRECATED)
    return scene.attempt(signed.bytes())


@refused(SchemaReason.TOO_MANY_VERSIONS)
def a_65th_version(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    for patch in range(65):
        signed.build.publish_schema(scene.issuer, "diploma", f"1.0.{patch}", attachment())
    return scene.attempt(signed.bytes())


@refused(SchemaReason.SCHEMA_TOO_LONG)
def longer_than_128_kib(scene: Scene) -> Outcome:
    return scene.attempt(publishing(scene, CONTENT + b" " * 128 * 1024).bytes())


@refused(SchemaReason.SCHEMA_UNREADABLE)
def not_json(scene: Scene) -> Outcome:
    return scene.attempt(publishing(scene, CONTENT + b",").bytes())


@refused(SchemaReason.SCHEMA_UNIDENTIFIED)
def without_id(scene: Scene) -> Outcome:
    return scene.attempt(publishing(scene, b'{"$schema":"x"}').bytes())


@refused(SchemaReason.SCHEMA_UNIDENTIFIED)
def with_a_number_for_its_dialect(scene: Scene) -> Outcome:
    return scene.attempt(publishing(scene, b'{"$id":"x","$schema":1}').bytes())


@refused(SchemaReason.SCHEMA_UNIDENTIFIED)
def a_boolean_schema(scene: Scene) -> Outcome:
    return scene.attempt(publishing(scene, b"true").bytes())
