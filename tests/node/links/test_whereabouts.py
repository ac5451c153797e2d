"""Where the other nodes are, by the rules of `node.links.whereabouts`."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from node.links.announcements import Announcement, Statement, announce, decode_announcements
from node.links.whereabouts import ADDRESS_FILE, AddressFile, FalseAnnouncement, Whereabouts
from node.transport.identity import PeerIdentity
from registry.primitives.validator_set import Validator
from tests.node.observing.log_lines import LogLines

NOW_MS = 1_800_000_000_000
DAY_MS = 86_400_000
GENESIS = bytes([7]) * 32
OWN, PEER, STRANGER = (bytes([number]) * 32 for number in (1, 2, 3))
OWN_ID, PEER_ID, STRANGER_ID = (PeerIdentity.from_seed(seed).peer_id for seed in (OWN, PEER, STRANGER))
LISTED_AT, MOVED_TO, LATER_AT = (f"/dns4/{name}.example/tcp/4001" for name in ("listed", "moved", "later"))
VALIDATOR = Validator(bytes(32), PEER_ID, (LISTED_AT,), "did:web:peer.example")


def events(told: LogLines) -> list[str]:
    return [line["event"] for line in told.read()]


def known(overrides: Mapping[str, tuple[str, ...]] | None = None) -> Whereabouts:
    made = Whereabouts(GENESIS, OWN_ID, overrides=overrides or {}, wall_ms=lambda: NOW_MS)
    made.list([OWN_ID, PEER_ID])
    return made


def signed(
    address: str = MOVED_TO,
    time_ms: int = NOW_MS,
    *,
    seed: bytes = PEER,
    about: str = PEER_ID,
    genesis: bytes = GENESIS,
) -> Announcement:
    return announce(Statement(genesis, about, time_ms, (address,)), seed)


def own_announced(whereabouts: Whereabouts) -> list[tuple[int, tuple[str, ...]]]:
    return [
        (each.statement.time_ms, each.statement.addresses)
        for each in decode_announcements(whereabouts.encoded())
        if each.statement.peer_id == OWN_ID
    ]


def test_rules_1_and_2_settings_stand_alone_and_no_announcement_hides_the_listed_address() -> None:
    whereabouts = known()
    assert whereabouts.addresses_of(VALIDATOR) == (LISTED_AT,)
    whereabouts.take([signed()])
    assert whereabouts.addresses_of(VALIDATOR) == (MOVED_TO, LISTED_AT)
    whereabouts.take([signed(LISTED_AT, NOW_MS + 1)])
    assert whereabouts.addresses_of(VALIDATOR) == (LISTED_AT,)
    overridden = known({PEER_ID: ("/ip4/192.0.2.7/tcp/1",)})
    overridden.take([signed()])
    assert overridden.addresses_of(VALIDATOR) == ("/ip4/192.0.2.7/tcp/1",)


def test_rule_3_the_newest_is_kept_in_whatever_order_they_come() -> None:
    whereabouts = known()
    newest = signed(LATER_AT, NOW_MS + 2)
    assert whereabouts.take([signed(time_ms=NOW_MS + 1), newest]) == [
        signed(time_ms=NOW_MS + 1).statement,
        newest.statement,
    ]
    assert whereabouts.take([signed(), newest, signed(time_ms=NOW_MS + 2)]) == []
    assert whereabouts.addresses_of(VALIDATOR) == (LATER_AT, LISTED_AT)


@pytest.mark.parametrize(
    "passed_over",
    [
        signed(genesis=bytes(32)),
        signed(seed=STRANGER, about=STRANGER_ID),
        signed(time_ms=NOW_MS + DAY_MS + 1),
    ],
    ids=["another network", "nobody that is listed", "more than a day ahead"],
)
def test_rule_3_what_is_passed_over(passed_over: Announcement) -> None:
    whereabouts = known()
    assert whereabouts.take([passed_over]) == []
    assert decode_announcements(whereabouts.encoded()) == ()


def test_rule_3_what_the_peer_did_not_sign_is_the_fault_of_whoever_passed_it_on() -> None:
    whereabouts = known()
    with pytest.raises(FalseAnnouncement):
        whereabouts.take([signed(seed=STRANGER)])
    assert whereabouts.addresses_of(VALIDATOR) == (LISTED_AT,)


def test_rule_3_beside_what_the_peer_did_not_sign_nothing_is_taken() -> None:
    whereabouts = known()
    with pytest.raises(FalseAnnouncement):
        whereabouts.take([signed(), signed("/ip4/192.0.2.9/tcp/4001", NOW_MS + 1, seed=STRANGER)])
    assert whereabouts.addresses_of(VALIDATOR) == (LISTED_AT,)
    assert whereabouts.take([signed()]), "it is news still when it comes from another"


def test_rule_3_who_leaves_the_list_is_forgotten() -> None:
    whereabouts = known()
    whereabouts.take([signed()])
    whereabouts.list([OWN_ID])
    assert decode_announcements(whereabouts.encoded()) == ()


def test_rule_4_a_node_announces_what_its_settings_say_once() -> None:
    whereabouts = known()
    assert own_announced(whereabouts) == []
    whereabouts.announce((MOVED_TO,), OWN)
    assert own_announced(whereabouts) == [(NOW_MS, (MOVED_TO,))]
    again = known()
    again.take(decode_announcements(whereabouts.encoded()))
    again.announce((MOVED_TO,), OWN)
    assert again.encoded() == whereabouts.encoded()


def test_rule_4_what_it_announced_with_another_clock_is_overtaken() -> None:
    whereabouts = known()
    whereabouts.announce((MOVED_TO,), OWN)
    ahead = signed(LATER_AT, NOW_MS + 5_000, seed=OWN, about=OWN_ID)
    assert whereabouts.take([ahead]) == [ahead.statement]
    assert own_announced(whereabouts) == [(NOW_MS + 5_001, (MOVED_TO,))]


def test_rule_4_an_observer_announces_nothing() -> None:
    whereabouts = known()
    whereabouts.list([PEER_ID])
    whereabouts.announce((MOVED_TO,), OWN)
    assert decode_announcements(whereabouts.encoded()) == ()


def test_rule_6_what_is_known_outlives_the_process(tmp_path: Path) -> None:
    told = LogLines(NOW_MS)
    file = AddressFile(tmp_path / ADDRESS_FILE, told.log)
    before, after = known(), known()
    file.read_into(before)
    before.take([signed()])
    file.write(before.encoded())
    file.read_into(after)
    assert events(told) == []
    assert after.addresses_of(VALIDATOR) == (MOVED_TO, LISTED_AT)


@pytest.mark.parametrize("content", [b"", b"\xff" * 400_000, None], ids=["empty", "long", "false"])
def test_rule_6_a_file_that_cannot_be_used_is_reported_and_changes_nothing(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / ADDRESS_FILE
    false = known()
    false._announcements[PEER_ID] = signed(seed=STRANGER)
    path.write_bytes(false.encoded() if content is None else content)
    whereabouts = known()
    told = LogLines(NOW_MS)
    AddressFile(path, told.log).read_into(whereabouts)
    assert events(told) == [
        "the file of known addresses cannot be read: other nodes are asked for the addresses again"
    ]
    assert whereabouts.addresses_of(VALIDATOR) == (LISTED_AT,)


def test_rule_6_a_file_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    told = LogLines(NOW_MS)
    AddressFile(tmp_path / "nowhere" / ADDRESS_FILE, told.log).write(known().encoded())
    assert events(told) == ["the file of known addresses cannot be written"]
