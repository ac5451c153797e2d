"""Reports on the same credentials by the verifier in Python and by the modules of the page."""

import json
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from api.base64url import to_text
from api.credentials.did_methods.fault import DidError
from api.credentials.did_methods.table import flaw_of, keys_in_did
from api.credentials.flaw import CredentialFlaw
from api.credentials.secured import Secured
from api.routes.verification.sent import read_sent
from api.verifier.credential import Facts, Fetched, Identity, needs_of, report_of, report_of_unreadable
from api.verifier.credential.check import Check
from api.verifier.credential.policy import DEFAULT_POLICY, shipped_policy
from api.verifier.verdict import StatusBits
from registry.kinds.did.record import DID_RECORD, Did
from registry.primitives.digest import sha256
from registry.record_type import encode_body
from tests.answers.javascript import node
from tests.api.verifier.credential.awarded import NOW_MS

JUDGE: Final = Path(__file__).with_name("judge.mjs")
SCHEMA: Final = Path(__file__).parents[2] / "api" / "credentials" / "schemas" / "open-badges.v1.json"


@dataclass(frozen=True)
class Case:
    """What is judged, and what is known: records and lists of the registry, and lists elsewhere by URL."""

    data: bytes
    recorded: Mapping[str, Did] = field(default_factory=dict)
    lists: Mapping[str, StatusBits] = field(default_factory=dict)
    published: Mapping[str, bytes] = field(default_factory=dict)
    policy: str = DEFAULT_POLICY
    now_ms: int = NOW_MS


def in_python(case: Case) -> dict[str, Any]:
    """The report of the verifier in Python, as far as both are compared."""
    entry = read_sent(case.data).entries[0]
    policy = shipped_policy(case.policy)
    if isinstance(entry, Check):
        return compared(report_of_unreadable(entry, policy).document())
    report = report_of(entry, _facts(entry, case), policy, now_ms=case.now_ms, as_of_ms=case.now_ms)
    return compared(report.document())


def compared(report: dict[str, Any]) -> dict[str, Any]:
    """What is the same in both, but for details, which are for people."""
    return {
        "id": report["id"],
        "outcome": report["outcome"],
        "sentence": report["sentence"],
        "questions": [[each["outcome"], each["sentence"]] for each in report["questions"]],
        "checks": [[check["aspect"], check["reason"]] for check in report["checks"]],
    }


def _facts(credential: Secured, case: Case) -> Facts:
    identities = {did: _identity(did, case) for did in needs_of(credential).dids}
    published = {
        url: Fetched(url, data, "application/json", case.now_ms, sha256(data))
        for url, data in case.published.items()
    }
    return replace(Facts(identities, dict(case.lists), case.now_ms), published=published)


def _identity(did: str, case: Case) -> Identity:
    if did in case.recorded:
        return case.recorded[did]
    try:
        return keys_in_did(did)
    except DidError as error:
        flaw = flaw_of(did, error)
        return None if flaw.reason is CredentialFlaw.METHOD_UNSUPPORTED else flaw


def in_javascript(cases: Iterable[Case]) -> list[dict[str, Any]]:
    """The reports of the page's modules, in order."""
    lines = "".join(json.dumps(_task(case)) + "\n" for case in cases)
    run = subprocess.run(
        [node(), str(JUDGE), str(SCHEMA)], input=lines.encode(), capture_output=True, check=False
    )
    assert run.returncode == 0, run.stderr.decode()
    return [json.loads(line) for line in run.stdout.splitlines()]


def _task(case: Case) -> dict[str, Any]:
    return {
        "credential": to_text(case.data),
        "recorded": {did: to_text(encode_body(DID_RECORD, body)) for did, body in case.recorded.items()},
        "lists": {list_id: _list(bits) for list_id, bits in case.lists.items()},
        "published": {url: to_text(data) for url, data in case.published.items()},
        "nowMs": case.now_ms,
        "policy": case.policy,
    }


def _list(bits: StatusBits) -> dict[str, Any]:
    purpose = bits.status_list.purpose.name.lower()
    return {"statusList": {"purpose": purpose, "size": bits.status_list.size}, "bits": to_text(bits.bits)}


def differences(cases: list[Case], most: int = 5) -> list[tuple[bytes, Any, Any]]:
    """The first credentials on which the two differ, with both reports."""
    given = in_javascript(cases)
    assert len(given) == len(cases)
    wanted = [in_python(case) for case in cases]
    pairs = zip(cases, wanted, given, strict=True)
    return [(case.data, python, javascript) for case, python, javascript in pairs if python != javascript][
        :most
    ]
