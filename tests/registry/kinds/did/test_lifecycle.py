"""What becomes of a DID and its keys, as records tell it."""

from dataclasses import replace

from registry.kinds.did.record import DID_RECORD, Did, DidState, Key, KeyPeriod, KeyState, Purpose, Service
from registry.names import own_did
from registry.primitives.codec import encode
from registry.primitives.digest import Domain, tagged
from registry.record_log import map_key
from registry.rows import VERSION_ROW, read_row
from registry.ruleset import CURRENT
from registry.tables import Table
from tests.registry.network import ASSERT, INVOKE, UNIVERSITY, Network, multikey, owned
from tests.registry.rejections import Scene

ACTIVE, RETIRED = KeyState.ACTIVE, KeyState.RETIRED
COMPROMISED, REVOKED = KeyState.COMPROMISED, KeyState.REVOKED


def key(name: str, purpose: Purpose, fragment: str, *periods: tuple[KeyState, int]) -> Key:
    """A key with its timeline."""
    return Key(fragment, purpose, multikey(name), tuple(KeyPeriod(*period) for period in periods))


def test_the_whole_life_of_a_did() -> None:
    scene = Scene()
    born = scene.time_ms

    rotation = scene.by_issuer()
    rotation.build.rotate_key(scene.issuer, "key-1", owned("next", INVOKE, "key-3"))
    scene.commit(rotation.bytes())
    rotated = scene.time_ms

    report = scene.signed_by(f"{scene.issuer}#key-3", "next")
    report.build.report_compromised(scene.issuer, "key-2", born + 5)
    scene.commit(report.bytes())
    earlier = scene.signed_by(f"{scene.issuer}#key-3", "next")
    earlier.build.report_compromised(scene.issuer, "key-2", born + 3)
    scene.commit(earlier.bytes())

    end = scene.signed_by(f"{scene.issuer}#key-3", "next")
    end.build.deactivate_did(scene.issuer)
    scene.commit(end.bytes())
    ended = scene.time_ms

    assert scene.body(DID_RECORD, scene.issuer) == Did(
        sponsor=UNIVERSITY,
        controller=None,
        keys=(
            key("issuer", INVOKE, "key-1", (ACTIVE, born), (RETIRED, rotated)),
            key(
                "credentials",
                ASSERT,
                "key-2",
                (ACTIVE, born),
                (COMPROMISED, born + 5),
                (COMPROMISED, born + 3),
            ),
            key("next", INVOKE, "key-3", (ACTIVE, rotated), (REVOKED, ended)),
        ),
        services=(),
        seals=(),
        domain_attested_by=None,
        states=((DidState.ACTIVE, born), (DidState.DEACTIVATED, ended)),
    )


def test_what_is_known_of_a_key_at_a_time() -> None:
    periods = ((ACTIVE, 10), (RETIRED, 20), (COMPROMISED, 15), (COMPROMISED, 12))
    retired_then_reported = key("a", ASSERT, "a", *periods)
    times = (9, 10, 11, 12, 15, 20, 99)
    states = (None, ACTIVE, ACTIVE, COMPROMISED, COMPROMISED, COMPROMISED, COMPROMISED)
    assert tuple(map(retired_then_reported.state_at, times)) == states
    assert retired_then_reported.compromised_since_ms == 12
    retired = key("a", ASSERT, "a", (ACTIVE, 10), (RETIRED, 20))
    assert [retired.state_at(time_ms) for time_ms in (9, 10, 19, 20)] == [None, ACTIVE, ACTIVE, RETIRED]
    assert retired.compromised_since_ms is None


def test_earlier_knowledge_stays_readable() -> None:
    """The version from before a report says what was known then."""
    scene = Scene()
    before = scene.body(DID_RECORD, scene.issuer)
    report = scene.by_issuer()
    report.build.report_compromised(scene.issuer, "key-2", scene.time_ms)
    scene.commit(report.bytes())
    record_key = map_key(DID_RECORD.name, scene.issuer)
    rows = [read_row(VERSION_ROW, row) for _, row in scene.store.scan(Table.VERSION, record_key)]
    assert [(row.height, row.index) for row in rows] == [(1, 1), (2, 1)]
    assert scene.body(DID_RECORD, scene.issuer) != before


def test_a_transaction_makes_one_version_whatever_it_does_to_a_record() -> None:
    scene = Scene()
    signed = scene.by_issuer()
    signed.build.add_key(scene.issuer, owned("third", ASSERT, "key-3"))
    signed.build.retire_key(scene.issuer, "key-3")
    signed.build.retire_key(scene.issuer, "key-2")
    scene.commit(signed.bytes())
    versions = list(scene.store.scan(Table.VERSION, map_key(DID_RECORD.name, scene.issuer)))
    assert len(versions) == 2
    third = scene.body(DID_RECORD, scene.issuer).key("key-3")
    assert third == key("third", ASSERT, "key-3", (ACTIVE, scene.time_ms), (RETIRED, scene.time_ms))


def test_a_controller_manages_keys_of_a_did_whose_own_are_lost() -> None:
    scene = Scene()
    signed = scene.signed_by(UNIVERSITY)
    library = signed.build.register_did(UNIVERSITY, [owned("library")], controller=scene.issuer)
    scene.commit(signed.bytes())
    signed = scene.signed_by(library, "library")
    signed.build.report_compromised(library, "key-1", scene.time_ms)
    scene.commit(signed.bytes())
    signed = scene.by_issuer()
    signed.build.add_key(library, owned("library's new", INVOKE, "key-2"))
    scene.commit(signed.bytes())
    signed = scene.signed_by(f"{library}#key-2", "library's new")
    signed.build.anchor(library, bytes(32), 1)
    scene.commit(signed.bytes())
    keys = scene.body(DID_RECORD, library).keys
    assert [key.state_at(scene.time_ms) for key in keys] == [COMPROMISED, ACTIVE]


def test_a_dids_description_is_replaced_as_a_whole() -> None:
    scene = Scene()
    service = Service("site", "LinkedDomains", "https://university.example/")
    before = scene.body(DID_RECORD, scene.issuer)
    signed = scene.by_issuer()
    signed.build.update_did(scene.issuer, controller=UNIVERSITY, services=(service,), seals=(bytes(32),))
    scene.commit(signed.bytes())
    expected = replace(before, controller=UNIVERSITY, services=(service,), seals=(bytes(32),))
    assert scene.body(DID_RECORD, scene.issuer) == expected
    signed = scene.signed_by(UNIVERSITY)
    signed.build.update_did(scene.issuer)
    scene.commit(signed.bytes())
    assert scene.body(DID_RECORD, scene.issuer) == before


def test_a_derived_did_hashes_its_registration_without_name_and_signatures() -> None:
    network = Network()
    signed = network.signed_by(UNIVERSITY)
    did = signed.build.register_did(UNIVERSITY, [owned("a")])
    written = CURRENT.operation_shape.write(signed.build.operations[0])
    assert isinstance(written, list) and written[1] == did
    written[1], written[-1] = "", []
    assert did == own_did(tagged(Domain.DID, encode(written)))
