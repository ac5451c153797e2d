"""Presentations, learner records and European Digital Credentials that were changed by chance. Each is read,
or refused by one of our errors; what is read gets a verdict, and nothing changed is valid.

MATRICULA_MUTATIONS sets how many changes of each sample are tried.
"""

import json
import os
import random
from base64 import urlsafe_b64encode
from collections.abc import Iterator

import pytest

from api.credentials.document import Document, DocumentError
from api.credentials.flaw import Flaw
from api.credentials.formats.table import UnknownFormatError, read_credential
from api.credentials.presentation import held_by, presentation_in
from api.credentials.secured import Secured
from api.verifier.credential import judge, overall
from api.verifier.verdict import Outcome
from tests.api.credentials.changing import changed
from tests.api.credentials.formats.european.test_european import RECOGNISED
from tests.api.credentials.test_presentation import token
from tests.api.credentials.w3c.test_open_badges_form import badge, record
from tests.vectors.offline import NOW_MS, facts_offline

MUTATIONS = int(os.environ.get("MATRICULA_MUTATIONS", "400"))
PROOF: Document = {
    "type": "DataIntegrityProof",
    "cryptosuite": "eddsa-jcs-2022",
    "verificationMethod": "did:key:z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi#z6Mk",
    "proofPurpose": "assertionMethod",
    "proofValue": "z41ZsNkz78FHSGkAD5J4b8EN49DkywMMJSL3UdUNffbsCAWmTLPvtnJpd3JGGooYX7TNrzgsTLkXUWiGsRRZ788ML",
}
BADGE: Document = {**badge(result=[{"type": "Result", "value": "A"}]), "proof": PROOF}
PRESENTATION: Document = {
    "type": ["VerifiablePresentation"],
    "holder": "did:web:a.example",
    "verifiableCredential": BADGE,
}
SAMPLES = {
    "a badge": json.dumps(BADGE),
    "a presentation": json.dumps(PRESENTATION),
    "a list": json.dumps([BADGE, token({"vc": BADGE})]),
    "a record": json.dumps({**record(), "proof": PROOF}),
    "a presentation in a token": token({"iss": "did:web:a.example", "vp": PRESENTATION}),
    **{f"European: {name}": text for name, (text, _) in RECOGNISED.items()},
}
WORDS = (
    *(b"{", b"}", b"[", b"]", b'"', b",", b":", b"\\", b"null", b"1e999", b"\xff", b"\x00", b"\\ud800"),
    *(b'"type":', b"VerifiableCredential", b"ClrCredential", b"EndorsementCredential", b'"proof":', b"."),
    *(b'"vp":', b'"verifiableCredential":', b"EuropeanDigitalCredential", b"<!DOCTYPE", b"&", b"</"),
)


def credentials_in(data: bytes) -> Iterator[Secured]:
    """All that is to be judged in some bytes."""
    found = presentation_in(data)
    if found is None:
        credential = read_credential(data)
        yield credential
        entries = held_by(credential)
    else:
        entries = found.credentials
    for each in entries:
        if not isinstance(each.credential, Flaw):
            yield each.credential


def outcomes_of(data: bytes) -> list[Outcome]:
    """What follows for each of them; nothing where the bytes are refused."""
    try:
        credentials = list(credentials_in(data))
    except (DocumentError, UnknownFormatError):
        return []
    return [overall(judge(each, facts_offline(each), now_ms=NOW_MS)) for each in credentials]


@pytest.mark.parametrize("name", SAMPLES)
def test_changed_by_chance(name: str) -> None:
    chance = random.Random(f"matricula {name}")
    for _ in range(MUTATIONS):
        data = changed(SAMPLES[name].encode(), chance, WORDS)
        assert Outcome.VALID not in outcomes_of(data)


WORST = {
    "entries": b"[" + b",".join([b'{"type":"VerifiableCredential"}'] * 30_000) + b"]",
    "entries that are none": b"[" + b",".join([b"1"] * 200_000) + b"]",
    "a record of many": json.dumps(record(verifiableCredential=[{"type": "x"}] * 30_000)).encode(),
    "a badge of many faults": json.dumps({**BADGE, "evidence": [{}] * 100_000}).encode(),
    "many types": json.dumps({**BADGE, "type": ["OpenBadgeCredential"] * 40_000}).encode(),
    "many contexts": json.dumps({**BADGE, "@context": ["urn:x:1"] * 90_000}).encode(),
    "a seal of many": json.dumps(
        {
            "payload": urlsafe_b64encode(b'{"type":"EuropeanDigitalCredential"}').decode(),
            "signatures": [{}] * 100_000,
        }
    ).encode(),
}


@pytest.mark.parametrize("data", WORST.values(), ids=WORST.keys())
def test_the_worst_are_not_valid(data: bytes) -> None:
    assert Outcome.VALID not in outcomes_of(data)
