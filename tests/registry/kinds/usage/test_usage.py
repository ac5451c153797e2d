"""Use of the quotas, as records tell it."""

from registry.execution import ExecutionResult
from registry.kinds.usage.record import USAGE_RECORD, Usage
from registry.record_log import map_key
from registry.tables import Table
from tests.registry.network import UNIVERSITY
from tests.registry.rejections import Scene


def test_use_of_the_quotas_is_counted_for_the_sponsoring_member_once_a_block() -> None:
    scene = Scene()
    usage: Usage = scene.body(USAGE_RECORD, UNIVERSITY)
    sizes = 0
    transactions = []
    for number in range(3):
        signed = scene.by_issuer()
        signed.build.anchor(scene.issuer, bytes([number]) * 32, 1)
        transactions.append(signed.bytes())
        sizes += len(transactions[-1])
    executed = scene.commit(*transactions)
    assert isinstance(executed, ExecutionResult)
    assert scene.body(USAGE_RECORD, UNIVERSITY) == Usage(usage.records + 3, usage.stored_bytes + sizes)
    assert len(list(scene.store.scan(Table.VERSION, map_key(USAGE_RECORD.name, UNIVERSITY)))) == 2
