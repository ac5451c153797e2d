"""One credential, read, judged and reported, with everything that is read once for all already in memory."""

import json
import statistics
import time
from collections.abc import Mapping
from typing import Any, Final

from api.credentials.formats.table import read_credential
from api.verifier.credential import Facts, Policy, needs_of, report_of
from api.verifier.verdict import Outcome
from registry.primitives import ed25519
from tests.api.credentials.formats.judged import identity
from tests.api.verifier.credential.awarded import NOW_MS, draft
from tests.api.verifier.credential.test_every_format import FORMATS
from tests.benchmarks.figures import Measured, Setting

ROUNDS: Final = 300
SCHEMALESS: Final[dict[str, Any]] = {"credentialSchema": ..., "credentialStatus": ...}
FIGURES: Final = {
    "credential-jcs": "eddsa-jcs-2022",
    "credential-jwt": "VC-JWT EdDSA",
    "credential-rdfc": "eddsa-rdfc-2022",
}
"""The format that each figure is of."""
_ANY: Final = Policy("any", frozenset())
_SEED: Final = bytes([7]) * 32


async def one_credential(setting: Setting) -> Mapping[str, Measured]:
    """A micro-credential with every element that the registry's own issuers write, in three formats."""
    setting.say(f"{ROUNDS} times each, in this process")
    calibration = f"one check of a signature took {_signature_us():.0f} µs beside it"
    return {name: _measured(FORMATS[written](_document()), calibration) for name, written in FIGURES.items()}


def _document() -> dict[str, Any]:
    """Without what would have to be looked up."""
    return dict(draft(**SCHEMALESS))


def _measured(data: bytes, calibration: str) -> Measured:
    _judge(data)
    spent_ms = sorted(_spent_ms(data) for _ in range(ROUNDS))
    how = (
        f"CPU time, median of {ROUNDS} of {len(data)} bytes; 99 % {spent_ms[ROUNDS * 99 // 100]:.1f} ms;"
        f" {calibration}"
    )
    return Measured(statistics.median(spent_ms), how)


def _spent_ms(data: bytes) -> float:
    begin_s = time.process_time()
    _judge(data)
    return 1_000 * (time.process_time() - begin_s)


def _judge(data: bytes) -> None:
    """Bytes to report, as a program gets it. Raises RuntimeError where it is not valid."""
    credential = read_credential(data)
    facts = Facts({did: identity(did) for did in needs_of(credential).dids}, {}, NOW_MS)
    report = report_of(credential, facts, _ANY, now_ms=NOW_MS)
    json.dumps(report.document())
    if report.outcome is not Outcome.VALID:
        raise RuntimeError(f"the credential is not valid: {report.sentence}")


def _signature_us() -> float:
    """What the machine is worth now: a signature of Ed25519 over 32 bytes, checked."""
    key, signature = ed25519.public_key(_SEED), ed25519.sign(_SEED, bytes(32))
    begin_s = time.process_time()
    for _ in range(ROUNDS):
        if not ed25519.verify(key, bytes(32), signature):
            raise RuntimeError("the signature is not right")
    return 1_000_000 * (time.process_time() - begin_s) / ROUNDS
