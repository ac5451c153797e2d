"""Whatever is submitted: what a block accepts is all that it holds, and layers answer as the store
would."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from registry.execution import BlockContext, ExecutionResult, Receipt, execute
from registry.kinds.status_list.record import StatusPurpose
from registry.ruleset import CURRENT
from registry.state import State
from registry.tables import MemoryStore, Table
from registry.transaction import Transaction
from tests.registry.network import ASSERT, UNIVERSITY, Signed, owned
from tests.registry.rejections import Scene

# A wish is (what, which); wishes contradict each other often, so about half of them are refused.
WISHES = st.lists(
    st.lists(st.tuples(st.integers(0, 8), st.integers(0, 3)), min_size=1, max_size=3), min_size=1, max_size=12
)


def wish(scene: Scene, wishes: list[tuple[int, int]]) -> bytes:
    """A transaction with an operation for each wish."""
    sponsor = all(what == 0 for what, _ in wishes)
    signed = scene.signed_by(UNIVERSITY) if sponsor else scene.by_issuer()
    for what, which in wishes:
        write(signed, scene.issuer, what, which)
    return signed.bytes()


def write(signed: Signed, issuer: str, what: int, which: int) -> None:
    """One operation, on one of four things of its kind."""
    build = signed.build
    match what:
        case 0:
            build.register_did(UNIVERSITY, [owned(f"new {which}")])
        case 1:
            build.anchor(issuer, bytes([which]) * 32, 1)
        case 2:
            build.create_status_list(issuer, f"list-{which}", StatusPurpose.SUSPENSION)
        case 3:
            build.set_status(issuer, f"list-{which}", [which, 1_024 * which])
        case 4:
            build.set_status(issuer, f"list-{which}", [5_000], [which])
        case 5:
            build.add_key(issuer, owned(f"key {which}", ASSERT, f"new-{which}"))
        case 6:
            build.retire_key(issuer, f"new-{which}")
        case _:
            build.set_status(issuer, f"list-{which}", [which * what])


@settings(derandomize=True, max_examples=60, deadline=None)
@given(programme=WISHES)
def test_a_block_is_what_it_accepted(programme: list[list[tuple[int, int]]]) -> None:
    """Attempts that were refused, and decoding beforehand, make no difference to a single byte."""
    scene = Scene()
    execution = scene.execution()
    accepted = []
    for wishes in programme:
        data = wish(scene, wishes)
        if isinstance(execution.add(Transaction.decode(data)), Receipt):
            accepted.append(data)
    built = execution.finish()
    executed = scene.attempt(*accepted)
    assert isinstance(executed, ExecutionResult)
    assert (built.roots, built.writes, built.receipts, built.cost) == (
        executed.roots,
        executed.writes,
        executed.receipts,
        executed.cost,
    )


@settings(derandomize=True, max_examples=40, deadline=None)
@given(programme=WISHES, cut=st.integers(0, 12))
def test_layers_over_layers_execute_as_the_store_does(
    programme: list[list[tuple[int, int]]], cut: int
) -> None:
    """Two blocks, the second on the first before it is stored, and after."""
    scene = Scene()
    first = accepted_of(scene, scene.state, scene.context, programme[:cut])
    before = execute(scene.state, scene.context, first, scene.held.get)
    assert isinstance(before, ExecutionResult)
    context = BlockContext(
        scene.genesis_hash, bytes(32), 0, scene.height + 2, scene.next_time_ms + 1_000, CURRENT.number
    )
    second = accepted_of(scene, before.state, context, programme[cut:])
    layered = execute(before.state, context, second, scene.held.get)
    scene.store.apply(before.writes)
    stored = execute(State.rebuild(scene.store), context, second, scene.held.get)
    assert isinstance(layered, ExecutionResult) and isinstance(stored, ExecutionResult)
    assert (layered.roots, layered.writes) == (stored.roots, stored.writes)


def accepted_of(
    scene: Scene, state: State, context: BlockContext, programme: Sequence[list[tuple[int, int]]]
) -> list[bytes]:
    """Those of the wished transactions that are valid on top of a state, in their order."""
    accepted: list[bytes] = []
    for wishes in programme:
        data = wish(scene, wishes)
        if isinstance(execute(state, context, [*accepted, data], scene.held.get), ExecutionResult):
            accepted.append(data)
    return accepted


def test_what_the_tables_hold_is_what_the_roots_say() -> None:
    """Forgetting any row of a record's head changes the state's root that is rebuilt."""
    scene = Scene()
    rows = dict(scene.store.scan(Table.RECORD, b""))
    for missing in rows:
        store = MemoryStore()
        kept = {(Table.RECORD, key): row for key, row in rows.items() if key != missing}
        store.apply(kept)
        assert State.rebuild(store).state_root != scene.state.state_root
