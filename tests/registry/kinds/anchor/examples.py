"""Anchors and the operation on them."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from registry.build import TransactionBuilder
from registry.kinds.anchor import KIND
from registry.kinds.anchor.operations import AnchorBatch
from registry.kinds.anchor.record import Anchor, anchor_id
from registry.operation import Operation
from tests.registry.kinds import DID, DID_A, HASH, LONGEST_DID, OWN_DID, Ends, Examples, OperationExample
from tests.registry.kinds.status_list.examples import ISSUING

ROOT = "ab" * 32


def anchor(build: TransactionBuilder, did: str) -> None:
    build.anchor(did, bytes(32), 1)


def boundaries(ends: Ends) -> list[SearchStrategy[Operation]]:
    roots = st.sampled_from([bytes(32), b"\xff" * 32])
    return [st.builds(AnchorBatch, ends.dids, roots, st.sampled_from([1, 2**32]))]


EXAMPLES = Examples(
    kind=KIND,
    ids=(f"{DID}/anchors/{ROOT}", f"{OWN_DID}/anchors/{'0' * 64}"),
    others=(
        f"{DID}/anchors/{ROOT.upper()}",
        f"{DID}/anchors/{ROOT}a",
        f"{DID}/anchors/{ROOT[1:]}",
        ROOT,
    ),
    longest_id=anchor_id(LONGEST_DID, bytes(32)),
    body=Anchor(HASH, 1_000),
    longest_body=Anchor(bytes(32), 2**32),
    operations=(OperationExample(AnchorBatch(DID_A, HASH, 1_000), 50 + 40, anchor, ISSUING),),
    boundaries=boundaries,
)
