"""Refused for what an operation would do to a schema, a status list or an anchor."""

from registry.attachments import Attachment
from registry.kinds.anchor.reasons import AnchorReason
from registry.kinds.schema.reasons import SchemaReason
from registry.kinds.schema.record import ReleaseState
from registry.kinds.status_list.reasons import StatusListReason
from registry.kinds.status_list.record import MAX_SIZE, MIN_SIZE, StatusPurpose
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


def with_list(scene: Scene, purpose: StatusPurpose = StatusPurpose.REVOCATION) -> Signed:
    """A transaction that creates the list `diplomas`, to go on with."""
    signed = scene.by_issuer()
    signed.build.create_status_list(scene.issuer, "diplomas", purpose)
    return signed


@refused(StatusListReason.STATUS_LIST_EXISTS)
def created_twice(scene: Scene) -> Outcome:
    return scene.attempt(with_list(scene).bytes(), with_list(scene).bytes())


@refused(StatusListReason.STATUS_LIST_UNKNOWN)
def update_of_no_list(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.set_status(scene.issuer, "diplomas", [1])
    return scene.attempt(signed.bytes())


def created_with(scene: Scene, size: int) -> Outcome:
    """The outcome of creating a list of that size."""
    signed = scene.by_issuer()
    signed.build.create_status_list(scene.issuer, "diplomas", StatusPurpose.REVOCATION, size)
    return scene.attempt(signed.bytes())


@refused(StatusListReason.STATUS_LIST_SIZE)
def too_short_to_hide_in(scene: Scene) -> Outcome:
    return created_with(scene, MIN_SIZE - 1_024)


@refused(StatusListReason.STATUS_LIST_SIZE)
def no_multiple_of_1024(scene: Scene) -> Outcome:
    return created_with(scene, MIN_SIZE + 1)


@refused(StatusListReason.STATUS_LIST_SIZE)
def too_long_to_be_served_whole(scene: Scene) -> Outcome:
    return created_with(scene, MAX_SIZE + 1_024)


@refused(StatusListReason.INDEX_OUT_OF_RANGE)
def index_after_the_last(scene: Scene) -> Outcome:
    signed = with_list(scene)
    signed.build.set_status(scene.issuer, "diplomas", [MIN_SIZE])
    return scene.attempt(signed.bytes())


@refused(StatusListReason.SET_AND_CLEARED)
def set_and_cleared_at_once(scene: Scene) -> Outcome:
    signed = with_list(scene, StatusPurpose.SUSPENSION)
    signed.build.set_status(scene.issuer, "diplomas", [1, 2], [2, 3])
    return scene.attempt(signed.bytes())


@refused(StatusListReason.NOTHING_TO_CHANGE)
def no_index(scene: Scene) -> Outcome:
    signed = with_list(scene)
    signed.build.set_status(scene.issuer, "diplomas")
    return scene.attempt(signed.bytes())


@refused(StatusListReason.PERMANENT_BIT)
def revocation_taken_back(scene: Scene) -> Outcome:
    signed = with_list(scene)
    signed.build.set_status(scene.issuer, "diplomas", [], [7])
    return scene.attempt(signed.bytes())


@refused(StatusListReason.PERMANENT_BIT)
def refresh_taken_back(scene: Scene) -> Outcome:
    signed = with_list(scene, StatusPurpose.REFRESH)
    signed.build.set_status(scene.issuer, "diplomas", [], [7])
    return scene.attempt(signed.bytes())


@refused(StatusListReason.DAILY_LIMIT)
def more_than_one_percent_in_a_day(scene: Scene) -> Outcome:
    """1 % of 131,072 entries is 1,310; over two transactions."""
    first = with_list(scene)
    first.build.set_status(scene.issuer, "diplomas", range(1_310))
    scene.commit(first.bytes())
    second = scene.by_issuer()
    second.build.set_status(scene.issuer, "diplomas", [5, 1_310])
    return scene.attempt(second.bytes())


@refused(AnchorReason.ANCHOR_EXISTS)
def anchored_twice(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 5)
    signed.build.anchor(scene.issuer, bytes(32), 6)
    return scene.attempt(signed.bytes())
