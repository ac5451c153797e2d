"""Anchors and the operation that records them."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from registry.build import TransactionBuilder
from registry.kinds.anchor import KIND
from registry.kinds.anchor.entry import MAX_COUNT, Anchor, entry_id
from registry.kinds.anchor.operations import AnchorBatch
from registry.operation import Operation
from tests.registry.kinds import DID, DID_A, HASH, Ends, Examples, OperationExample
from tests.registry.kinds.status_list.examples import ISSUING

ROOT = "be" * 32


def anchor(build: TransactionBuilder, did: str) -> None:
    build.anchor(did, bytes(32), 1)


def boundaries(ends: Ends) -> list[SearchStrategy[Operation]]:
    roots = st.sampled_from([bytes(32), b"\xff" * 32])
    return [st.builds(AnchorBatch, ends.dids, roots, st.sampled_from([1, 2**32]))]


EXAMPLES = Examples(
    kind=KIND,
    ids=(f"{ROOT}/1", f"{'e' * 64}/{MAX_COUNT}"),
    others=(
        f"{ROOT.upper()}/1",
        f"{ROOT}a/1",
        f"{ROOT[1:]}/1",
        f"{ROOT}/0",
        f"{ROOT}/01",
        f"{ROOT}/+1",
        f"{ROOT}/{MAX_COUNT + 1}",
        f"{ROOT}/{'1' * 5_000}",
        f"{ROOT}/",
        f"{ROOT}/1/1",
        f"{DID}/{ROOT}",
        ROOT,
    ),
    longest_id=entry_id(Anchor(bytes(32), MAX_COUNT)),
    operations=(OperationExample(AnchorBatch(DID_A, HASH, 1_000), 40, anchor, ISSUING),),
    boundaries=boundaries,
)
