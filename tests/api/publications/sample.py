"""A list of one issuer, publications of it, and the ledger's side of both."""

from dataclasses import replace
from hashlib import sha256

from api.publications.bits import root_of_bits
from api.publications.check import LedgerList, ListVersion
from api.publications.form import PublicationForm
from api.publications.forms import publish
from api.publications.statement import StatusStatement
from registry.kinds.did.record import Did, DidState, Key, KeyPeriod, KeyState, Purpose
from registry.kinds.status_list.record import MIN_SIZE, StatusList, StatusPurpose
from registry.primitives import ed25519

NOW_MS = 1_780_000_000_000
DAY_MS = 86_400_000
ISSUER = "did:web:registrar.example"
LIST_ID = f"{ISSUER}/status-lists/degrees"
URL = f"https://lists.example/status/{ISSUER}/degrees"
SEED = sha256(b"the credentials key of publications").digest()
OTHER_SEED = sha256(b"somebody else").digest()
KEY = f"{ISSUER}#credentials-1"
EMPTY = bytes(MIN_SIZE // 8)

STATEMENT = StatusStatement(URL, ISSUER, KEY, StatusPurpose.REVOCATION, NOW_MS, NOW_MS + DAY_MS)


def with_set(bits: bytes, *indices: int) -> bytes:
    """The bits with these entries set."""
    changed = bytearray(bits)
    for index in indices:
        changed[index >> 3] |= 0x80 >> (index & 7)
    return bytes(changed)


REVOKED = with_set(EMPTY, 0, 4711, MIN_SIZE - 1)


def key(state: KeyState = KeyState.ACTIVE, since_ms: int = 0, purpose: Purpose | None = None) -> Key:
    """The issuer's key, active from 1970 on and then in that state."""
    periods = (KeyPeriod(KeyState.ACTIVE, 0), KeyPeriod(state, since_ms))
    multikey = ed25519.to_multikey(ed25519.public_key(SEED))
    return Key("credentials-1", purpose or Purpose.ASSERTION_METHOD, multikey, periods)


def did(*keys: Key) -> Did:
    """The issuer's record with these keys; without any, with the active one."""
    return Did(ISSUER, None, keys or (key(),), (), (), None, ((DidState.ACTIVE, 0),))


def ledger(
    *versions: tuple[int, bytes],
    record: Did | None = None,
    as_of_ms: int = NOW_MS,
    purpose: StatusPurpose = StatusPurpose.REVOCATION,
) -> LedgerList:
    """The list in the ledger, with the bits that it had from each time on."""
    rows = [ListVersion(time_ms, root_of_bits(bits)) for time_ms, bits in versions]
    newest = versions[-1][1]
    body = StatusList(purpose, 8 * len(newest), rows[-1].root, 0, 0, 0, 0)
    return LedgerList(LIST_ID, body, record or did(), as_of_ms, len(rows), rows.__getitem__)


LEDGER = ledger((NOW_MS - DAY_MS, EMPTY), (NOW_MS - 1_000, REVOKED))


def made(
    form: PublicationForm = PublicationForm.BITSTRING,
    bits: bytes = REVOKED,
    seed: bytes = SEED,
    **changed: object,
) -> bytes:
    """A publication of the list, with parts of its statement changed."""
    statement = replace(STATEMENT, **changed)  # type: ignore[arg-type]
    return publish(form, statement, bits, ed25519.signing_with(seed))
