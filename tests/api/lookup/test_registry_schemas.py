"""Schemas that the registry holds (rules C1 to C3)."""

import pytest

from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.secured import Secured
from api.lookup.bundle import Bundle, decode_bundle, encode_bundle
from api.lookup.gathering import gather
from api.lookup.kept import KeptRegistry, KeptWeb
from api.lookup.registry_schemas import RecordedVersion, version_at
from api.verifier.credential.facts import Fetched
from registry.attachments import Attachment
from registry.kinds.schema.record import ReleaseState
from tests.api.ledger import Ledger
from tests.api.lookup.asking import asking
from tests.api.lookup.loopback import NOW_MS
from tests.api.lookup.published import credential_of
from tests.registry.network import UNIVERSITY

SCHEMA = (
    b'{"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:example:diploma", '
    b'"type": "object", "required": ["issuer"]}'
)
OTHER = "https://any.example/path"
PORT = "did:web:a.example%3A8443"


@pytest.mark.parametrize(
    ("url", "named"),
    [
        (f"https://node.example/schemas/{UNIVERSITY}/diploma/1.0.0", (UNIVERSITY, "diploma")),
        (
            f"https://node.example/p/schemas/{UNIVERSITY}/diploma/1.0.0?draft=2019-09",
            (UNIVERSITY, "diploma"),
        ),
        ("https://node.example/schemas/did%3Aweb%3Aa.example/x/1.0.0", ("did:web:a.example", "x")),
        (f"https://node.example/schemas/{PORT.replace('%', '%25')}/x/1.0.0", (PORT, "x")),
        (f"https://node.example/schemas/{PORT}/x/1.0.0", (PORT, "x")),
        (f"https://node.example/schemas/{UNIVERSITY}/diploma/1.0.0?version=2", None),
        (f"https://node.example/schemas/{UNIVERSITY}/diploma", None),
        (f"https://node.example/schemas/{UNIVERSITY}/diploma/1.0.0/more", None),
        ("https://node.example/schemas/university/diploma/1.0.0", None),
        ("https://[::1/schemas/a/b/c", None),
        (OTHER, None),
    ],
)
def test_c1_which_version_a_url_names(url: str, named: tuple[str, str] | None) -> None:
    expected = None if named is None else RecordedVersion(f"{named[0]}/schemas/{named[1]}", "1.0.0")
    assert version_at(url) == expected


def with_schema() -> Ledger:
    ledger = Ledger()
    builder = ledger.builder()
    builder.publish_schema(UNIVERSITY, "diploma", "1.0.0", Attachment(bytes(16), SCHEMA))
    ledger.commit(ledger.sign(builder))
    return ledger


def naming(version: str) -> tuple[str, Secured]:
    url = f"https://gone.example/schemas/{UNIVERSITY}/diploma/{version}"
    return url, credential_of(UNIVERSITY, credentialSchema={"id": url, "type": "JsonSchema"})


async def test_c2_the_bytes_are_those_that_the_record_names() -> None:
    url, credential = naming("1.0.0")
    async with asking(with_schema()) as asked:
        [gathered] = await asked.about(credential)
        found = gathered.facts.schemas[url]
        assert isinstance(found, Fetched) and found.data == SCHEMA
        assert [each.what for each in gathered.evidence] == [
            "did-record",
            "schema-record",
            "attachment",
            "member-record",
        ]
        bundle = decode_bundle(encode_bundle(Bundle((b"",), gathered.evidence, NOW_MS)))
        kept = KeptRegistry(bundle.evidence, asked.client.trust)
        [again] = await gather([credential], kept, KeptWeb(bundle.evidence), now_ms=lambda: NOW_MS)
    assert again.facts == gathered.facts


async def test_c3_a_version_that_was_withdrawn_is_judged_all_the_same() -> None:
    ledger = with_schema()
    builder = ledger.builder()
    builder.set_schema_state(UNIVERSITY, "diploma", "1.0.0", ReleaseState.WITHDRAWN)
    ledger.commit(ledger.sign(builder))
    url, credential = naming("1.0.0")
    async with asking(ledger) as asked:
        [gathered] = await asked.about(credential)
    assert isinstance(gathered.facts.schemas[url], Fetched)


async def test_what_the_registry_does_not_hold_is_looked_for_at_its_url() -> None:
    url, credential = naming("2.0.0")
    async with asking(with_schema()) as asked:
        [gathered] = await asked.about(credential)
    flaw = gathered.facts.schemas[url]
    assert isinstance(flaw, Flaw) and flaw.reason is CredentialFlaw.SCHEMA_UNREACHABLE
