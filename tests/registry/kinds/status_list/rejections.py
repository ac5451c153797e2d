"""Refused for what an operation would do to a status list."""

from registry.kinds.status_list.reasons import StatusListReason
from registry.kinds.status_list.record import MAX_SIZE, MIN_SIZE, StatusPurpose
from tests.registry.network import Signed
from tests.registry.rejections import Outcome, Scene, refused


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
