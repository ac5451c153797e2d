"""DIDs and operations on them."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from registry.build import TransactionBuilder
from registry.kinds.did import KIND
from registry.kinds.did.operations import (
    AddKey,
    DeactivateDid,
    NewKey,
    RegisterDid,
    ReportCompromised,
    RetireKey,
    RotateKey,
    UpdateDid,
)
from registry.kinds.did.record import (
    MAX_KEYS,
    MAX_PERIODS,
    MAX_SEALS,
    MAX_SERVICES,
    Did,
    DidState,
    Key,
    KeyPeriod,
    KeyState,
    Purpose,
    Service,
)
from registry.operation import Operation
from registry.primitives.codec import MAX_INTEGER
from tests.registry.kinds import (
    DID,
    DID_A,
    DID_B,
    HASH,
    LONGEST_DID,
    MULTIKEY,
    OWN_DID,
    ROLE_MISSING,
    TIME_MS,
    Answers,
    Ends,
    Examples,
    OperationExample,
)
from tests.registry.network import ASSERT, multikey, owned

NEW_KEY = NewKey("key-2", Purpose.ASSERTION_METHOD, MULTIKEY)
SIGNATURE = bytes(range(64))
SERVICE = Service("site", "LinkedDomains", "https://a.example/")
KEY = Key(
    "key-1",
    Purpose.CAPABILITY_INVOCATION,
    MULTIKEY,
    (KeyPeriod(KeyState.ACTIVE, 1), KeyPeriod(KeyState.COMPROMISED, 2)),
)

# Only a member sponsors, only in its own name, and not in the role of an auditor.
REGISTERING: dict[str, Answers] = {
    "university": {"university": None},
    "agency": {"agency": None},
    "auditor": {"auditor": ROLE_MISSING},
    "by university": {},
}
# Keys are the holder's and its controller's, whatever the member's role; sponsoring gives no power over them.
HOLDING: dict[str, Answers] = {
    "university": {"university": None},
    "by university": {"by university": None},
    "library": {"library": None, "by university": None},
}


def register(build: TransactionBuilder, did: str) -> None:
    build.register_did(did, [owned("new")])


def add(build: TransactionBuilder, did: str) -> None:
    build.add_key(did, owned("new", fragment="new"))


def rotate(build: TransactionBuilder, did: str) -> None:
    build.rotate_key(did, "key-2", owned("new", ASSERT, "new"))


def retire(build: TransactionBuilder, did: str) -> None:
    build.retire_key(did, "key-2")


def report(build: TransactionBuilder, did: str) -> None:
    build.report_compromised(did, "key-2", 0)


def deactivate(build: TransactionBuilder, did: str) -> None:
    build.deactivate_did(did)


def change(build: TransactionBuilder, did: str) -> None:
    build.update_did(did)


def boundaries(ends: Ends) -> list[SearchStrategy[Operation]]:
    fragments = st.sampled_from(["key-1", "key-2", "k", "f" * 64])
    keys = st.builds(
        NewKey,
        fragments,
        st.sampled_from(Purpose),
        st.sampled_from([multikey("issuer"), multikey("another"), bytes(3), bytes(128)]),
    )
    many_keys = st.lists(keys, min_size=1, max_size=3) | st.just(
        [
            NewKey(f"key-{number}", Purpose.CAPABILITY_INVOCATION, multikey(f"key {number}"))
            for number in range(MAX_KEYS)
        ]
    )
    possessions = st.sampled_from([(), (bytes(64),), (bytes(64),) * MAX_KEYS])
    services = st.sampled_from([(), (Service("f" * 64, "t" * 64, "e" * 256),) * MAX_SERVICES])
    seals = st.sampled_from([(), (bytes(32),) * MAX_SEALS])
    controllers = st.none() | ends.dids
    times = st.sampled_from([0, 1, MAX_INTEGER])
    return [
        st.builds(
            RegisterDid,
            ends.dids | st.just(""),
            ends.dids,
            controllers,
            many_keys.map(tuple),
            services,
            seals,
            possessions,
        ),
        st.builds(AddKey, ends.dids, keys, possessions.map(lambda held: held[:1])),
        st.builds(RotateKey, ends.dids, fragments, keys, possessions.map(lambda held: held[:1])),
        st.builds(RetireKey, ends.dids, fragments),
        st.builds(ReportCompromised, ends.dids, fragments, times),
        st.builds(DeactivateDid, ends.dids),
        st.builds(UpdateDid, ends.dids, controllers, services, seals),
    ]


EXAMPLES = Examples(
    kind=KIND,
    ids=(DID, OWN_DID),
    others=("", "x", "network", f"{DID}/schemas/a", "did:key:z6Mk", "did:web:Un\u0131.example"),
    longest_id=LONGEST_DID,
    body=Did(DID_B, DID_B, (KEY,), (SERVICE,), (HASH,), DID_B, ((DidState.ACTIVE, 1),)),
    longest_body=Did(
        sponsor=LONGEST_DID,
        controller=LONGEST_DID,
        keys=(
            Key(
                "f" * 64,
                Purpose.CAPABILITY_INVOCATION,
                bytes(128),
                (KeyPeriod(KeyState.COMPROMISED, MAX_INTEGER),) * MAX_PERIODS,
            ),
        )
        * MAX_KEYS,
        services=(Service("f" * 64, "t" * 64, "e" * 256),) * MAX_SERVICES,
        seals=(bytes(32),) * MAX_SEALS,
        domain_attested_by=LONGEST_DID,
        states=((DidState.DEACTIVATED, MAX_INTEGER),) * 2,
    ),
    operations=(
        OperationExample(
            RegisterDid(DID_A, DID_B, None, (NEW_KEY,), (SERVICE,), (HASH,), (SIGNATURE,)),
            50 + 40 + 260,
            register,
            REGISTERING,
        ),
        OperationExample(AddKey(DID_A, NEW_KEY, (SIGNATURE,)), 50 + 260, add, HOLDING),
        OperationExample(RotateKey(DID_A, "key-1", NEW_KEY, (SIGNATURE,)), 50 + 260, rotate, HOLDING),
        OperationExample(RetireKey(DID_A, "key-1"), 50, retire, HOLDING),
        OperationExample(ReportCompromised(DID_A, "key-1", TIME_MS), 50, report, HOLDING),
        OperationExample(DeactivateDid(DID_A), 50, deactivate, HOLDING),
        OperationExample(UpdateDid(DID_A, DID_B, (SERVICE,), (HASH,)), 50, change, HOLDING),
    ),
    boundaries=boundaries,
)
