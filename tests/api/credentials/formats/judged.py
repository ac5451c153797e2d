"""Tokens judged as whoever gets them judges them, with what their issuers' DIDs say by themselves."""

from api.credentials.did_methods.fault import DidError
from api.credentials.did_methods.table import flaw_of, keys_in_did
from api.credentials.formats.table import read_credential
from api.verifier.credential import Aspect, Check, Facts, judge, needs_of
from api.verifier.credential.facts import Identity
from tests.api.verifier.credential.awarded import NOW_MS

ALWAYS_OPEN = "unregistered"
"""What is said of each issuer that the registry does not hold: all else is as it would be without."""


def identity(did: str) -> Identity:
    """What the DID itself says of its keys."""
    try:
        return keys_in_did(did)
    except DidError as error:
        return flaw_of(did, error)


def checks_of(data: bytes | str, now_ms: int = NOW_MS) -> tuple[Check, ...]:
    """All checks of a credential, of whatever format."""
    credential = read_credential(data if isinstance(data, bytes) else data.encode())
    needs = needs_of(credential)
    return judge(credential, Facts({did: identity(did) for did in needs.dids}, {}, now_ms), now_ms=now_ms)


def found_in(data: bytes | str, now_ms: int = NOW_MS) -> list[tuple[Aspect, str]]:
    """What is found against a credential, but that its issuer is in no registry."""
    found = checks_of(data, now_ms)
    return [(check.aspect, check.code) for check in found if check.code not in (None, ALWAYS_OPEN)]


def details_in(data: bytes | str) -> list[str]:
    """What is said of it for people."""
    return [check.detail for check in checks_of(data) if check.code not in (None, ALWAYS_OPEN)]
