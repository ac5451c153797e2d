"""Admission: what one view can say about a transaction, row by row, without executing it."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import cast

import pytest

from api.ports import View
from node.ledger.block_time import BlockTime
from node.ledger.candidates import WaitingTransaction
from node.ledger.decoding import DecodedTransactions
from node.pool.admission import LATE_MS, Admission, Admissions, Admitted, NotAdmitted
from node.wording.times import format_time
from registry.primitives import ed25519
from registry.rejection import RejectionReason, TransactionReason
from registry.ruleset import CURRENT
from registry.tables import Reader, Table
from registry.transaction import Transaction
from tests.registry.network import ASSERT, UNIVERSITY, Network, owned

FUTURE_MS = 60_000


def at(now_ms: int) -> BlockTime:
    """Clocks that agree, and a last block long before."""
    return BlockTime(now_ms, now_ms, 0)


class Doorway:
    """A ledger in memory, and admission to it at the time of its last block."""

    def __init__(self) -> None:
        self.ledger = Network()
        self.checked = 0
        self.made = 0

    def verify(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        self.checked += 1
        return ed25519.verify(public_key, message, signature)

    def anchor(self, did: str = UNIVERSITY, key: str = "", valid_for_ms: int = FUTURE_MS) -> bytes:
        """A transaction that anchors something new; its time counts from the last block's."""
        self.made += 1
        signed = self.ledger.signed_by(did, key)
        signed.build.anchor(did.partition("#")[0], self.made.to_bytes(32, "big"), 1)
        return signed.bytes(valid_for_ms - 1_000)

    def admission(self) -> Admission:
        decoded = DecodedTransactions()
        return Admission(self.ledger.store, self.ledger.genesis_hash, decoded, self.verify)

    def judge(self, data: bytes) -> Admitted | NotAdmitted:
        return self.admission().judge(data, at(self.ledger.time_ms))


@pytest.fixture
def door() -> Doorway:
    return Doorway()


def reason(judged: Admitted | NotAdmitted) -> RejectionReason:
    assert isinstance(judged, NotAdmitted), judged
    return judged.reason


def test_a_good_transaction_uses_the_share_of_the_member_behind_its_signer(door: Doorway) -> None:
    signed = door.ledger.signed_by(UNIVERSITY)
    department = signed.build.register_did(UNIVERSITY, [owned("department")])
    door.ledger.commit(signed.bytes())
    data = door.anchor(f"{department}#key-1", "department")
    until_ms = door.ledger.time_ms + FUTURE_MS
    assert door.judge(data) == Admitted(
        WaitingTransaction(Transaction.decode(data).id, data, UNIVERSITY, until_ms), (), {}
    )


def test_what_the_view_rules_out_is_refused(door: Doorway) -> None:
    good = door.anchor()
    final = door.anchor()
    door.ledger.commit(final)
    elsewhere = Doorway()
    elsewhere.ledger.genesis_hash = bytes(32)
    unknown = door.ledger.signed_by("did:web:nobody.example")
    unknown.build.anchor(UNIVERSITY, bytes(32), 1)
    judged = [
        door.judge(data)
        for data in (
            b"",
            good[:-1] + bytes([good[-1] ^ 1]),
            elsewhere.anchor(),
            final,
            unknown.bytes(),
            door.anchor(f"{UNIVERSITY}#key-2"),
            door.anchor(valid_for_ms=0),
            door.anchor(valid_for_ms=CURRENT.limits.replay_window_ms + 1),
        )
    ]
    assert [reason(one) for one in judged] == [
        TransactionReason.MALFORMED,
        TransactionReason.BAD_SIGNATURE,
        TransactionReason.WRONG_GENESIS,
        TransactionReason.REPLAYED,
        TransactionReason.UNKNOWN_SIGNER,
        TransactionReason.UNKNOWN_KEY,
        TransactionReason.EXPIRED,
        TransactionReason.VALID_TOO_LONG,
    ]


def test_what_is_final_is_never_called_expired(door: Doorway) -> None:
    """Whoever lost an answer sends it again, however late; to sign it anew would do it twice."""
    final = door.anchor()
    door.ledger.commit(final)
    door.ledger.time_ms += 2 * CURRENT.limits.replay_window_ms
    assert reason(door.judge(final)) is TransactionReason.REPLAYED


def test_a_key_for_credentials_signs_no_transactions(door: Doorway) -> None:
    signed = door.ledger.signed_by(UNIVERSITY)
    signed.build.add_key(UNIVERSITY, owned("credentials", ASSERT, "key-2"))
    door.ledger.commit(signed.bytes())
    data = door.anchor(f"{UNIVERSITY}#key-2", "credentials")
    assert reason(door.judge(data)) is TransactionReason.KEY_PURPOSE


def test_no_signature_is_checked_for_what_is_refused_without(door: Doorway) -> None:
    door.judge(door.anchor(valid_for_ms=0))
    assert door.checked == 0


def test_preparing_checks_signatures_whatever_the_time_and_judges_nothing(door: Doorway) -> None:
    admission = door.admission()
    admission.prepare(door.anchor(valid_for_ms=-FUTURE_MS), door.ledger.time_ms)
    assert door.checked == 1
    admission.prepare(b"no transaction", door.ledger.time_ms)
    assert door.checked == 1


MINUTES_10 = 600_000


def test_a_clock_behind_the_ledger_s_tells_no_falsehood_of_signers_and_their_keys(door: Doorway) -> None:
    signed = door.ledger.signed_by(UNIVERSITY)
    department = signed.build.register_did(UNIVERSITY, [owned("department")])
    door.ledger.commit(signed.bytes())
    data, final_ms = door.anchor(f"{department}#key-1", "department"), door.ledger.time_ms
    behind_ms = final_ms - MINUTES_10
    assert isinstance(door.admission().judge(data, BlockTime(behind_ms, behind_ms, final_ms)), Admitted)
    assert isinstance(door.admission().judge(data, BlockTime(behind_ms, final_ms, final_ms - 9)), Admitted)


def test_a_clock_ahead_of_the_others_refuses_nothing_that_they_take(door: Doorway) -> None:
    data, now_ms = door.anchor(), door.ledger.time_ms
    assert reason(door.admission().judge(data, at(now_ms + MINUTES_10))) is TransactionReason.EXPIRED
    ahead = BlockTime(now_ms + MINUTES_10, now_ms, now_ms - 9)
    assert isinstance(door.admission().judge(data, ahead), Admitted)


def test_whose_transaction_its_time_rules_out_is_told_by_which_clock(door: Doorway) -> None:
    data, now_ms = door.anchor(), door.ledger.time_ms
    own = f"which says {format_time(now_ms + MINUTES_10)}."
    for time, told in (
        (at(now_ms + MINUTES_10), own),
        (BlockTime(now_ms, now_ms + MINUTES_10, 0), f"this node's says {format_time(now_ms)}."),
        (BlockTime(now_ms, now_ms, now_ms + MINUTES_10), "10 minutes ahead of the clocks"),
    ):
        refused = door.admission().judge(data, time)
        assert reason(refused) is TransactionReason.EXPIRED
        assert isinstance(refused, NotAdmitted)
        assert told in refused.detail


def test_that_a_signer_is_unknown_is_not_remembered(door: Doorway) -> None:
    admission = door.admission()
    signed = door.ledger.signed_by(UNIVERSITY)
    department = signed.build.register_did(UNIVERSITY, [owned("department")])
    early, later = (door.anchor(f"{department}#key-1", "department") for _ in range(2))
    assert reason(admission.judge(early, at(door.ledger.time_ms))) is TransactionReason.UNKNOWN_SIGNER
    admission.prepare(early, door.ledger.time_ms)
    door.ledger.commit(signed.bytes())
    for data in (early, later):
        assert isinstance(admission.judge(data, at(door.ledger.time_ms)), Admitted)


def test_a_remembered_signer_is_judged_anew_at_another_time(door: Doorway) -> None:
    signed = door.ledger.signed_by(UNIVERSITY)
    signed.build.add_key(UNIVERSITY, owned("second", fragment="key-2"))
    door.ledger.commit(signed.bytes())
    admission, begin_ms = door.admission(), door.ledger.time_ms
    early, late = (door.anchor(f"{UNIVERSITY}#key-2", "second") for _ in range(2))
    assert isinstance(admission.judge(late, at(begin_ms)), Admitted)
    assert reason(admission.judge(early, at(begin_ms - 1))) is TransactionReason.KEY_INACTIVE


class Counting:
    """A reader that counts how often a table is read."""

    def __init__(self, store: Reader) -> None:
        self.store = store
        self.bodies_read = 0

    def get(self, table: Table, key: bytes) -> bytes | None:
        self.bodies_read += table is Table.VERSION
        return self.store.get(table, key)

    def floor(self, table: Table, prefix: bytes, key: bytes) -> tuple[bytes, bytes] | None:
        return self.store.floor(table, prefix, key)

    def scan(self, table: Table, prefix: bytes, start: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        return self.store.scan(table, prefix, start)


def test_few_signers_are_read_once_and_many_are_not_all_remembered(door: Doorway) -> None:
    signed = door.ledger.signed_by(UNIVERSITY)
    names = [signed.build.register_did(UNIVERSITY, [owned(f"department {number}")]) for number in range(9)]
    door.ledger.commit(signed.bytes())
    reader = Counting(door.ledger.store)
    decoded = DecodedTransactions()
    # All signers and their member once; or for each pair of signers the two and their member.
    for remembered, read in ((8_192, 9 + 1), (2, 9 * (2 + 1))):
        reader.bodies_read = 0
        admission = Admission(reader, door.ledger.genesis_hash, decoded, door.verify, remembered)
        for _ in range(2):
            for number, name in enumerate(names):
                data = door.anchor(f"{name}#key-1", f"department {number}")
                assert isinstance(admission.judge(data, at(door.ledger.time_ms)), Admitted)
        assert reader.bodies_read == read


@pytest.mark.parametrize(("ended_ms_ago", "is_late"), [(0, True), (LATE_MS, True), (LATE_MS + 1, False)])
def test_what_has_just_expired_an_honest_node_may_have_admitted(
    door: Doorway, ended_ms_ago: int, is_late: bool
) -> None:
    judged = door.admission().judge(door.anchor(), at(door.ledger.time_ms + FUTURE_MS + ended_ms_ago))
    assert isinstance(judged, NotAdmitted)
    assert (judged.reason, judged.is_late) == (TransactionReason.EXPIRED, is_late)


def test_an_unknown_signer_no_honest_node_admitted(door: Doorway) -> None:
    unknown = door.ledger.signed_by("did:web:nobody.example")
    unknown.build.anchor(UNIVERSITY, bytes(32), 1)
    judged = door.judge(unknown.bytes(FUTURE_MS))
    assert isinstance(judged, NotAdmitted)
    assert not judged.is_late


def test_an_admission_is_made_once_for_each_view(door: Doorway) -> None:
    def view() -> View:
        return cast(View, SimpleNamespace(reader=door.ledger.store, genesis_hash=door.ledger.genesis_hash))

    newest = view()
    admissions = Admissions(lambda: newest, DecodedTransactions(), door.verify)
    first = admissions.newest()
    assert admissions.newest() is first
    newest = view()
    assert admissions.newest() is not first
