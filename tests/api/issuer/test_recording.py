"""A change ends with its proof, whoever holds the key; what keeps it from that is told by its type."""

from collections.abc import Callable
from itertools import count

import pytest

from api.client import NodeFault, Settings, TransactionRejected
from api.issuer.not_done import MalformedPart, NotProved, UnfitKey
from api.issuer.recording import VALID_FOR_MS, Change, Clocks, Recorded, record
from api.limits import ServerLimits
from api.ports import NotAccepted
from registry.kinds.status_list.record import STATUS_LIST_RECORD, StatusPurpose, status_list_id
from registry.rejection import TransactionReason
from tests.api.client import liars
from tests.api.client.test_asking import client_of, honest
from tests.api.issuer.memory import SPOILT, BrokenKey, SealedKey
from tests.api.ledger import Ledger
from tests.registry.network import UNIVERSITY, seed

UNREACHABLE = "http://127.0.0.1:1"


def change_of(ledger: Ledger, name: str = "degrees") -> Change:
    """The university creates a list, with a key that nobody sees."""
    key = SealedKey(f"{UNIVERSITY}#key-1", seed(UNIVERSITY))
    change = Change(ledger.document.genesis_hash, bytes(16), key)
    change.collect(lambda builder: builder.create_status_list(UNIVERSITY, name, StatusPurpose.REVOCATION))
    return change


async def sent(
    ledger: Ledger,
    *nodes: str,
    settings: Settings | None = None,
    change: Change | None = None,
    late_ms: int = 0,
) -> Recorded:
    """The list, created by somebody whose clock is late."""
    ticks = count(7_000, 250)
    clocks = Clocks(lambda: ledger.now_ms - late_ms, lambda: next(ticks))
    async with client_of(ledger, *nodes, settings=settings) as client:
        return await record(client, change or change_of(ledger), clocks, told_ahead=lambda lead_ms: None)


async def test_a_change_by_a_sealed_key_is_proved() -> None:
    ledger = Ledger()
    ledger.commit()
    async with honest(ledger) as url:
        recorded = await sent(ledger, url)
        async with client_of(ledger, url) as client:
            found = await client.record(STATUS_LIST_RECORD, status_list_id(UNIVERSITY, "degrees"))
    assert (recorded.leaf.height, recorded.took_ms) == (2, 250)
    assert found.verdict.finding is not None


async def test_what_no_node_can_have_does_not_count() -> None:
    ledger = Ledger()
    ledger.commit()
    with pytest.raises(NotProved) as unproved:
        await sent(ledger, UNREACHABLE, settings=Settings(rounds=1))
    assert unproved.value.may_count is False


async def test_what_a_node_may_have_taken_before_the_connection_broke_may_count() -> None:
    ledger = Ledger()
    ledger.commit()
    async with liars.lying(liars.hanging_up) as broken:
        with pytest.raises(NotProved) as unproved:
            await sent(ledger, broken, settings=Settings(rounds=1))
    assert unproved.value.may_count is True


async def test_what_a_node_took_before_it_was_gone_may_count() -> None:
    ledger = Ledger()
    ledger.commit()
    async with liars.taking_one() as gone:
        with pytest.raises(NotProved) as unproved:
            await sent(ledger, gone, settings=Settings(rounds=2))
    reasons = {failure.reason for failure in unproved.value.error.failures}
    assert (reasons, unproved.value.may_count) == ({NodeFault.UNREACHABLE}, True)


async def test_what_a_node_has_and_does_not_prove_may_count() -> None:
    ledger = Ledger(automatic=False)
    ledger.commit()
    async with honest(ledger, ServerLimits(final_wait_s=0.0)) as url:
        with pytest.raises(NotProved) as unproved:
            await sent(ledger, url, settings=Settings(rounds=1))
    assert unproved.value.may_count is True


@pytest.mark.parametrize(("late_ms", "signatures"), [(VALID_FOR_MS - 1, 1), (VALID_FOR_MS, 2)])
async def test_nothing_is_signed_again_while_what_was_sent_is_valid_by_the_ledger(
    late_ms: int, signatures: int
) -> None:
    ledger = Ledger()
    ledger.commit()
    ledger.refusing = NotAccepted(TransactionReason.EXPIRED, "")  # says the node, whatever it is given
    change = change_of(ledger)
    settings = Settings(takes_ahead=True)
    async with honest(ledger) as url:
        with pytest.raises(TransactionRejected):
            await sent(ledger, url, settings=settings, change=change, late_ms=late_ms)
    assert isinstance(change.key, SealedKey)
    assert change.key.signatures == signatures


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
def test_no_change_is_made_by_a_broken_key(spoil: Callable[[bytes], bytes]) -> None:
    change = change_of(Ledger())
    change.key = BrokenKey(change.key.id, seed(UNIVERSITY), spoil)
    with pytest.raises(UnfitKey) as refused:
        change.signed(0)
    assert refused.value.where == f"{UNIVERSITY}#key-1"


def test_a_part_outside_its_bounds_is_told_with_the_operations() -> None:
    with pytest.raises(MalformedPart) as refused:
        change_of(Ledger(), "No Name").signed(0)
    assert "name" in refused.value.malformed.where
    assert [type(operation).__name__ for operation in refused.value.operations] == ["CreateStatusList"]
