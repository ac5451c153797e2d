"""Refused for what an operation would do to an anchor."""

from registry.kinds.anchor.reasons import AnchorReason
from tests.registry.rejections import Outcome, Scene, refused


@refused(AnchorReason.ANCHOR_EXISTS)
def anchored_twice(scene: Scene) -> Outcome:
    signed = scene.by_issuer()
    signed.build.anchor(scene.issuer, bytes(32), 5)
    signed.build.anchor(scene.issuer, bytes(32), 6)
    return scene.attempt(signed.bytes())
