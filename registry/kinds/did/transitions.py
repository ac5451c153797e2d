"""Applying operations on `did` records.

1. Names: a did:matricula must be the hash of its registration. A DID is registered once; one that was
   deactivated stays so.
2. Keys: each has one purpose, a name and a value that its DID never had before, is one that a private key
   can have, and proves possession. A DID keeps at least one active key for transactions, except where a
   compromise is reported: then truth comes first.
3. Time: registrations, retirements and deactivations take effect at the block's time. A compromise takes
   effect when it is said to have begun, at the block's time or before; a later report can only move that
   further back.
"""

from dataclasses import replace

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
from registry.kinds.did.possession import KeyAdding, derived_did, new_keys, possession_message
from registry.kinds.did.reasons import DidReason
from registry.kinds.did.record import (
    DID_RECORD,
    DIDS_BY_SPONSOR,
    MAX_KEYS,
    MAX_PERIODS,
    Did,
    DidState,
    Key,
    KeyPeriod,
    KeyState,
    Purpose,
)
from registry.names import OWN_METHOD
from registry.primitives import ed25519
from registry.primitives.codec import Malformed
from registry.rejection import Refused
from registry.setting import Setting


def register_did(operation: RegisterDid, setting: Setting) -> None:
    """Create a DID's record and its entry in the sponsor's index."""
    did = operation.did
    if (did.startswith(OWN_METHOD) or not did) and did != derived_did(operation):
        raise Refused(DidReason.DID_NOT_DERIVED, did)
    if setting.draft.body(DID_RECORD, did) is not None:
        raise Refused(DidReason.DID_EXISTS, did)
    body = Did(
        sponsor=operation.sponsor,
        controller=operation.controller,
        keys=(),
        services=operation.services,
        seals=operation.seals,
        domain_attested_by=None,
        states=((DidState.ACTIVE, setting.time_ms),),
    )
    body = _with_new_keys(body, operation, setting)
    _require_invocation_key(body, setting.time_ms)
    setting.draft.put(DID_RECORD, did, body)
    setting.draft.enter(DIDS_BY_SPONSOR, operation.sponsor, did)


def add_key(operation: AddKey, setting: Setting) -> None:
    """Add an active key."""
    body = _active_did(operation.did, setting)
    setting.draft.put(DID_RECORD, operation.did, _with_new_keys(body, operation, setting))


def rotate_key(operation: RotateKey, setting: Setting) -> None:
    """Add an active key and retire the one it replaces."""
    body = _active_did(operation.did, setting)
    retired = _active_key(body, operation.retired, setting.time_ms)
    if retired.purpose is not operation.key.purpose:
        raise Refused(DidReason.PURPOSE_DIFFERS, operation.retired)
    body = _with_new_keys(body, operation, setting)
    body = body.with_key(retired.entering(KeyState.RETIRED, setting.time_ms))
    setting.draft.put(DID_RECORD, operation.did, body)


def retire_key(operation: RetireKey, setting: Setting) -> None:
    """Retire a key that is not the DID's last one for transactions."""
    body = _active_did(operation.did, setting)
    key = _active_key(body, operation.fragment, setting.time_ms)
    body = body.with_key(key.entering(KeyState.RETIRED, setting.time_ms))
    _require_invocation_key(body, setting.time_ms)
    setting.draft.put(DID_RECORD, operation.did, body)


def report_compromised(operation: ReportCompromised, setting: Setting) -> None:
    """Record since when a key is in other hands."""
    body = _active_did(operation.did, setting)
    key = _key(body, operation.fragment)
    if operation.since_ms > setting.time_ms:
        raise Refused(DidReason.SINCE_IN_FUTURE)
    reported = key.compromised_since_ms
    if reported is not None and operation.since_ms >= reported:
        raise Refused(DidReason.SINCE_NOT_EARLIER)
    if len(key.periods) >= MAX_PERIODS:
        raise Refused(DidReason.TOO_MANY_REPORTS)
    changed = body.with_key(key.entering(KeyState.COMPROMISED, operation.since_ms))
    setting.draft.put(DID_RECORD, operation.did, changed)


def deactivate_did(operation: DeactivateDid, setting: Setting) -> None:
    """End a DID; its active keys are revoked, the others keep the state they have."""
    body = _active_did(operation.did, setting)
    now = setting.time_ms
    keys = (
        key.entering(KeyState.REVOKED, now) if key.state_at(now) is KeyState.ACTIVE else key
        for key in body.keys
    )
    ended = replace(body, keys=tuple(keys), states=(*body.states, (DidState.DEACTIVATED, now)))
    setting.draft.put(DID_RECORD, operation.did, ended)


def update_did(operation: UpdateDid, setting: Setting) -> None:
    """Give a DID another controller, other services and seals."""
    body = _active_did(operation.did, setting)
    changed = replace(
        body, controller=operation.controller, services=operation.services, seals=operation.seals
    )
    setting.draft.put(DID_RECORD, operation.did, changed)


def _active_did(did: str, setting: Setting) -> Did:
    body = setting.draft.body(DID_RECORD, did)
    # There is a body: authority over it was just judged.
    if body is None or body.state_at(setting.time_ms) is not DidState.ACTIVE:
        raise Refused(DidReason.DID_DEACTIVATED, did)
    return body


def _key(body: Did, fragment: str) -> Key:
    key = body.key(fragment)
    if key is None:
        raise Refused(DidReason.KEY_UNKNOWN, fragment)
    return key


def _active_key(body: Did, fragment: str, time_ms: int) -> Key:
    key = _key(body, fragment)
    if key.state_at(time_ms) is not KeyState.ACTIVE:
        raise Refused(DidReason.KEY_NOT_ACTIVE, fragment)
    return key


def _require_invocation_key(body: Did, time_ms: int) -> None:
    if not any(
        key.purpose is Purpose.CAPABILITY_INVOCATION and key.state_at(time_ms) is KeyState.ACTIVE
        for key in body.keys
    ):
        raise Refused(DidReason.NO_INVOCATION_KEY)


def _with_new_keys(body: Did, operation: KeyAdding, setting: Setting) -> Did:
    """The DID with the operation's keys, each checked against those before it and for its possession."""
    added = new_keys(operation)
    if len(body.keys) + len(added) > MAX_KEYS:
        raise Refused(DidReason.TOO_MANY_KEYS)
    if len(operation.possessions) != len(added):
        raise Refused(DidReason.BAD_POSSESSION, f"{len(operation.possessions)} signatures")
    message = possession_message(setting.genesis_hash, setting.nonce, operation)
    for new, signature in zip(added, operation.possessions, strict=True):
        if body.key(new.fragment) is not None:
            raise Refused(DidReason.KEY_ID_REUSED, new.fragment)
        if any(key.multikey == new.multikey for key in body.keys):
            raise Refused(DidReason.KEY_REUSED, new.fragment)
        if not setting.verify(_public_key(new), message, signature):
            raise Refused(DidReason.BAD_POSSESSION, new.fragment)
        periods = (KeyPeriod(KeyState.ACTIVE, setting.time_ms),)
        body = body.with_key(Key(new.fragment, new.purpose, new.multikey, periods))
    return body


def _public_key(key: NewKey) -> bytes:
    try:
        public_key = ed25519.from_multikey(key.multikey)
    except (ed25519.UnknownAlgorithm, Malformed) as error:
        raise Refused(DidReason.KEY_UNSUPPORTED, str(error)) from None
    if not ed25519.is_public_key(public_key):
        raise Refused(DidReason.KEY_INVALID, key.fragment)
    return public_key
