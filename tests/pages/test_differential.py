"""The page's modules judge as the verifier in Python does: the same outcome, sentences and reason codes."""

import json
from random import Random
from typing import Any

from api.verifier.credential.policy import SHIPPED
from registry.kinds.did.record import KeyPeriod, KeyState, Purpose
from registry.kinds.status_list.record import StatusPurpose
from tests.api.credentials.formats.jose.credentials import of_2_0
from tests.api.credentials.formats.jose.minted import ED25519_DID, ED25519_KEY, token
from tests.api.credentials.formats.mutated import ORIGINALS, mutations
from tests.api.credentials.samples import SEED
from tests.api.credentials.status.lists import (
    URL,
    bitstring_list,
    jwt,
    list_2021,
    proved,
    revocation_list,
    token_said,
)
from tests.api.verifier.credential.awarded import ISSUER, LIST, NOW_MS, bits, did, draft, proof_of, signed
from tests.api.verifier.credential.published import status_in
from tests.pages.reasons import FILE, written
from tests.pages.reports import Case, differences

RECORDED = {ISSUER: did()}
LISTS = {LIST: bits()}
ODD: tuple[Any, ...] = (
    None,
    True,
    -1,
    1e300,
    "",
    "x" * 300,
    [],
    {},
    [[]],
    {"a": {}},
    "did:key:z",
    "é",
    "urn:x:y",
    0,
)
NAMES = (
    "id",
    "type",
    "proof",
    "issuer",
    "name",
    "@context",
    "validUntil",
    "expirationDate",
    "credentialStatus",
)


def test_the_reasons_are_those_of_python() -> None:
    assert FILE.read_text("utf-8") == written(), "run: python -m tests.pages"


def test_good_and_flawed_awards() -> None:
    ended = [
        KeyPeriod(state, NOW_MS - 5_000)
        for state in (KeyState.RETIRED, KeyState.COMPROMISED, KeyState.REVOKED)
    ]
    award = json.dumps(signed()).encode()
    cases = [Case(award, RECORDED, LISTS, policy=policy) for policy in SHIPPED]
    cases += [Case(award, {ISSUER: did(period)}, LISTS) for period in ended]
    cases += [Case(award, {ISSUER: did(purpose=Purpose.CAPABILITY_INVOCATION)}, LISTS)]
    cases += [Case(award, RECORDED, {LIST: bits(5)}), Case(award, RECORDED, {}), Case(award)]
    cases += [Case(award, RECORDED, {LIST: bits(5, purpose=StatusPurpose.SUSPENSION)})]
    cases += [
        Case(award[:90] + b"X" + award[91:], RECORDED, LISTS),
        Case(award[:-9]),
        Case(b"\x89PNG\r\n\x1a\n"),
    ]
    assert differences(cases) == []


def changed(random: Random, whole: Any) -> Any:
    """A JSON value with something in it replaced, left out or renamed."""
    if isinstance(whole, dict) and whole and random.random() < 0.85:
        name = random.choice(sorted(whole))
        kept = {key: member for key, member in whole.items() if key != name or random.random() < 0.7}
        return {**kept, random.choice((name, name, random.choice(NAMES))): changed(random, whole[name])}
    if isinstance(whole, list) and whole and random.random() < 0.85:
        place = random.randrange(len(whole))
        return [*whole[:place], changed(random, whole[place]), *whole[place + 1 :]]
    return random.choice(ODD)


def test_changed_documents() -> None:
    """Half of them are signed after they were changed, so that each check is met and not only the first."""
    random = Random(9)
    cases = []
    for number in range(500):
        document = changed(random, draft())
        if not isinstance(document, dict):
            continue
        unsecured = {name: member for name, member in document.items() if name != "proof"}
        proof = proof_of(unsecured) if number % 4 else changed(random, proof_of(unsecured))
        data = json.dumps({**document, "proof": proof} if number % 5 else document).encode()
        cases.append(Case(data, RECORDED, LISTS, policy=random.choice(SHIPPED)))
    assert differences(cases) == []


def test_changed_tokens_and_sd_jwts() -> None:
    texts = [*ORIGINALS, *mutations(77, 500)]
    assert differences([Case(text.encode("utf-8", "replace")) for text in texts]) == []


def test_published_lists() -> None:
    elsewhere: Any = status_in(URL)
    award = json.dumps(signed(credentialStatus=elsewhere)).encode()
    of_2021 = json.dumps(signed(credentialStatus={**elsewhere, "type": "StatusList2021Entry"})).encode()
    by_id = json.dumps(signed(credentialStatus={"id": URL, "type": "1EdTechRevocationList"})).encode()
    random = Random(3)
    lists = [
        proved(bitstring_list()),
        proved(bitstring_list(5)),
        proved(bitstring_list(), seed=bytes([9]) * 32),
    ]
    lists += [proved(bitstring_list(validUntil="2026-02-01T00:00:00Z")), proved(bitstring_list(id="urn:x:y"))]
    lists += [json.dumps(bitstring_list()).encode(), b"", b"{}"]
    others = [changed(random, bitstring_list()) for _ in range(40)]
    lists += [proved(other) for other in others if isinstance(other, dict)]
    cases = [Case(award, RECORDED, published={URL: data}) for data in lists]
    cases += [Case(of_2021, RECORDED, published={URL: proved(list_2021(*ones))}) for ones in ((), (5,))]
    own = json.loads(award)["id"]
    cases += [Case(by_id, RECORDED, published={URL: revocation_list(*ids)}) for ids in ((), (own,), (7,))]
    assert differences(cases) == []


def test_token_status_lists() -> None:
    data = token(of_2_0(status={"status_list": {"uri": URL, "idx": 5}})).encode()

    def listed(*ones: int, **more: Any) -> bytes:
        return jwt(token_said(*ones, **{"iss": ED25519_DID, **more}), SEED, kid=ED25519_KEY)

    lists = [
        listed(),
        listed(5),
        listed(exp=1_769_860_801),
        listed(sub="urn:x:y"),
        listed(iss=...),
        listed(ttl=0),
    ]
    lists += [
        listed(status_list={"bits": 3}),
        jwt(token_said(iss=ED25519_DID), bytes([8]) * 32, kid=ED25519_KEY),
    ]
    assert differences([Case(data, published={URL: found}) for found in lists]) == []
