"""The facts about credentials: from the registry, by DID methods, from the web."""

from typing import Any

import pytest

from api.answer.question import RecordQuestion, StatusListQuestion
from api.client import Client
from api.credentials.did_methods.keys import DidKeys
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.table import read_credential
from api.credentials.list_url import published_url
from api.credentials.secured import Secured
from api.issuer.anchoring import new_batch
from api.issuer.keeping import KeptProof
from api.lookup.asked_nodes import AskedNodes
from api.lookup.bundle import Bundle, BundleError, BundleFault, decode_bundle, encode_bundle
from api.lookup.evidence import EvidenceKind, Exhibit
from api.lookup.fault import FetchFault
from api.lookup.fetching import NoWeb
from api.lookup.gathering import Gathered, gather
from api.lookup.kept import KeptRegistry, KeptWeb
from api.lookup.once import OncePerRun
from api.lookup.registry import AnchorAnswer, OnceRegistry, Proved
from api.verifier.credential import Aspect, LookedUp, judge
from registry.kinds.anchor.entry import Anchor
from registry.kinds.did.record import Did
from registry.kinds.status_list.record import status_list_id
from tests.api.anchored import ROOTS, anchor
from tests.api.ledger import Ledger
from tests.api.lookup.asking import Asked, asking, web_issuer
from tests.api.lookup.loopback import NOW_MS, response
from tests.api.lookup.published import (
    as_json,
    credential_bytes,
    credential_of,
    did_document,
    did_key,
)
from tests.api.routes.recorded import registered
from tests.registry.network import START_MS, UNIVERSITY


async def test_i1_what_the_registry_holds_is_judged_by_its_record() -> None:
    async with asking() as asked:
        [gathered] = await asked.about(credential_of(UNIVERSITY))
    assert isinstance(gathered.facts.identities[UNIVERSITY], Did)
    assert gathered.as_of_ms == gathered.facts.as_of_ms == asked.ledger.now_ms
    assert list(gathered.facts.members) == [UNIVERSITY]
    [evidence, member] = gathered.evidence
    assert (evidence.kind, evidence.what, evidence.name) == (EvidenceKind.ANSWER, "did-record", UNIVERSITY)
    assert evidence.height == 1 and evidence.source.startswith("http://127.0.0.1:")
    assert (member.what, member.name) == ("member-record", UNIVERSITY)
    assert gathered.facts.evidence[0] == LookedUp(
        "did-record", UNIVERSITY, asked.ledger.now_ms, evidence.sha256, 1
    )


async def test_i1_a_member_speaks_for_no_name_of_the_web_that_nobody_has_attested() -> None:
    """It could register any; so whoever has the name is asked, and the registry's keys do not count."""
    async with asking() as asked, web_issuer() as (server, did):
        registered(asked.ledger, did)
        [gathered] = await asked.about(credential_of(did), web=OncePerRun(server.fetcher()))
    assert isinstance(gathered.facts.identities[did], DidKeys)
    assert not gathered.facts.members and len(server.requests) == 1


async def test_i2_a_did_that_is_its_key_needs_nobody() -> None:
    did = did_key()
    async with asking() as asked:
        [gathered] = await asked.about(credential_of(did, did.removeprefix("did:key:")))
    keys = gathered.facts.identities[did]
    assert isinstance(keys, DidKeys) and len(keys.assertion) == 1
    assert (gathered.as_of_ms, gathered.evidence) == (None, ())


async def test_i3_a_did_of_the_web_is_fetched() -> None:
    async with asking() as asked, web_issuer() as (server, did):
        web = OncePerRun(server.fetcher())
        [first, second] = await asked.about(credential_of(did), credential_of(did), web=web)
    keys = first.facts.identities[did]
    assert isinstance(keys, DidKeys) and [key.id for key in keys.assertion] == [f"{did}#key-1"]
    assert first.facts == second.facts
    assert len(server.requests) == 1
    assert [(each.what, each.name) for each in first.evidence] == [
        ("did-record", did),
        ("did-document", server.url("/.well-known/did.json")),
    ]


@pytest.mark.parametrize(
    ("served", "reason", "told"),
    [
        (response(status="404 Not Found"), CredentialFlaw.DID_UNREACHABLE, "status-4xx"),
        (response(b"<html>", content_type="text/html"), CredentialFlaw.DID_UNREACHABLE, "wrong-media-type"),
        (response(b"{"), CredentialFlaw.DID_DOCUMENT_WRONG, "not JSON"),
        (response(b"[" * 100), CredentialFlaw.DID_DOCUMENT_WRONG, "nested"),
        (as_json(did_document("did:web:other.example")), CredentialFlaw.DID_DOCUMENT_WRONG, "other.example"),
    ],
)
async def test_i4_what_is_not_the_document_is_told(served: bytes, reason: CredentialFlaw, told: str) -> None:
    async with asking() as asked, web_issuer(**{".well-known/did.json": served}) as (server, did):
        [gathered] = await asked.about(credential_of(did), web=server.fetcher())
    flaw = gathered.facts.identities[did]
    assert isinstance(flaw, Flaw) and flaw.reason is reason
    assert told in flaw.detail and len(flaw.detail) <= 200


@pytest.mark.parametrize(
    ("did", "reason"),
    [
        ("did:web:nobody.example", CredentialFlaw.DID_UNREACHABLE),
        ("did:web:127.0.0.1", CredentialFlaw.DID_MALFORMED),
        ("did:web:localhost%3A8443", CredentialFlaw.DID_UNREACHABLE),
        ("did:ebsi:zABC", CredentialFlaw.METHOD_UNSUPPORTED),
        ("did:key:0ABC", CredentialFlaw.DID_MALFORMED),
    ],
)
async def test_i4_who_cannot_be_looked_up(did: str, reason: CredentialFlaw) -> None:
    async with asking() as asked:
        [gathered] = await asked.about(credential_of(did))
    identity = gathered.facts.identities[did]
    assert isinstance(identity, Flaw)
    assert identity.reason is reason


async def test_i4_nobody_knows_a_did_of_the_registry_that_it_does_not_hold() -> None:
    did = f"did:matricula:{'a' * 52}"
    async with asking() as asked:
        [gathered] = await asked.about(credential_of(did))
    assert gathered.facts.identities == {did: None}


STATUS = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": "7"}


async def test_g1_lists_and_schemas_come_as_bytes_or_as_a_reason() -> None:
    listed = response(b'{"list": 1}', content_type="application/vc")
    async with asking() as asked, web_issuer(list=listed) as (server, did):
        credential = credential_of(
            did,
            credentialStatus=[
                {**STATUS, "statusListCredential": server.url("/list")},
                {**STATUS, "statusListCredential": server.url("/gone")},
            ],
            credentialSchema={"id": "http://10.0.0.1/schema", "type": "JsonSchema"},
        )
        [gathered] = await asked.about(credential, web=server.fetcher())
    facts = gathered.facts
    found, gone = facts.published[server.url("/list")], facts.published[server.url("/gone")]
    assert not isinstance(found, Flaw)
    assert (found.data, found.media_type, found.fetched_ms) == (b'{"list": 1}', "application/vc", NOW_MS)
    assert isinstance(gone, Flaw) and gone.reason is CredentialFlaw.STATUS_UNREACHABLE
    schema = facts.schemas["http://10.0.0.1/schema"]
    assert isinstance(schema, Flaw) and schema.reason is CredentialFlaw.SCHEMA_UNREACHABLE
    told = {each.name: each.fault for each in gathered.evidence if each.fault is not None}
    assert told == {
        server.url("/gone"): FetchFault.STATUS_4XX,
        "http://10.0.0.1/schema": FetchFault.NOT_HTTPS,
    }


@pytest.mark.parametrize("is_there", [True, False])
async def test_g4_a_list_that_the_registry_has_not_may_be_of_another_one(is_there: bool) -> None:
    did = "did:web:other.example"
    list_id = status_list_id(did, "degrees")
    url = published_url("https://lists.example", list_id)
    served = Exhibit(EvidenceKind.WEB, "status-list", url, url, NOW_MS, b"{}", "application/vc")
    credential = credential_of(did, credentialStatus={**STATUS, "statusListCredential": url})
    async with asking() as asked:
        [gathered] = await asked.about(credential, web=KeptWeb((served,) if is_there else ()))
    facts = gathered.facts
    assert facts.lists == {list_id: None}
    assert list(facts.published) == ([url] if is_there else [])
    checks = judge(credential, facts, now_ms=NOW_MS)
    [reason] = [check.reason for check in checks if check.aspect is Aspect.STATUS]
    assert reason is (CredentialFlaw.LIST_MALFORMED if is_there else CredentialFlaw.STATUS_UNKNOWN)


def proofs_of(credential: Secured) -> KeptProof:
    _, proofs = new_batch(UNIVERSITY, {"one": credential.digest()}, bytes)
    return proofs["one"]


async def test_anchors_are_proved_either_way() -> None:
    credential = credential_of(UNIVERSITY)
    proof = proofs_of(credential)
    ledger = Ledger()
    async with asking(ledger) as asked:
        [nothing] = await asked.about(credential, anchor=proof)
    anchor(ledger, Anchor(ROOTS[0], 16))
    async with asking(ledger) as asked:
        [others] = await asked.about(credential, anchor=proof)
    anchor(ledger, Anchor(proof.root, 16))
    async with asking(ledger) as asked:
        [found, other] = await asked.about(credential, credential_of(UNIVERSITY, name="x"), anchor=proof)
    assert nothing.facts.anchor_fault == "the issuer has anchored nothing"
    assert others.facts.anchor_fault == "the issuer has anchored 1 root, and this is none of them"
    assert found.facts.anchored_ms == START_MS + 3_000
    assert (other.facts.has_anchor_proof, other.facts.anchored_ms) == (False, None)


class Counting(AskedNodes):
    """Nodes, and what they were asked."""

    def __init__(self, client: Client) -> None:
        super().__init__(client)
        self.asked: list[str] = []

    async def ask(self, question: RecordQuestion | StatusListQuestion) -> Proved:
        """See `RegistrySource`."""
        self.asked.append(question.id)
        return await super().ask(question)

    async def anchor(self, issuer: str, root: bytes) -> AnchorAnswer:
        """See `RegistrySource`."""
        self.asked.append(f"anchor of {issuer}")
        return await super().anchor(issuer, root)


async def test_one_root_is_looked_up_once_for_all_credentials_under_it() -> None:
    credential = credential_of(UNIVERSITY)
    proof = proofs_of(credential)
    ledger = Ledger()
    anchor(ledger, Anchor(proof.root, 16))
    async with asking(ledger) as asked:
        nodes = Counting(asked.client)
        gathered = await gather(
            [credential] * 3, OnceRegistry(nodes), NoWeb(), now_ms=lambda: NOW_MS, anchor=proof
        )
    assert nodes.asked == [
        UNIVERSITY,
        f"anchor of {UNIVERSITY}",
        UNIVERSITY,
    ]  # the DID, the anchor, the member
    assert [each.facts.anchored_ms for each in gathered] == [START_MS + 1_000] * 3


async def test_nothing_is_asked_twice_in_a_run() -> None:
    async with asking() as asked:
        await asked.about(*(credential_of(UNIVERSITY, name=f"{n}") for n in range(3)))
        served = await asked.registry.ask(RecordQuestion("did", UNIVERSITY))
        again = await asked.registry.ask(RecordQuestion("did", UNIVERSITY))
    assert served is again


async def rejudged(bundle: Bundle, asked: Asked, anchor: KeptProof | None) -> list[Gathered]:
    credentials = [read_credential(data) for data in bundle.credentials]
    return await gather(
        credentials,
        KeptRegistry(bundle.evidence, asked.client.trust),
        KeptWeb(bundle.evidence),
        now_ms=lambda: bundle.judged_ms,
        anchor=anchor,
    )


async def test_b3_a_bundle_gives_the_same_facts_and_checks_without_a_network() -> None:
    listed = response(b'{"list": 1}', content_type="application/vc")
    ledger = Ledger()
    async with web_issuer(list=listed) as (server, did):
        lists = [
            {**STATUS, "statusListCredential": server.url("/list")},
            {**STATUS, "statusListCredential": server.url("/gone")},
        ]
        given = (
            credential_bytes(UNIVERSITY, credentialStatus=lists),
            credential_bytes(did, credentialStatus=lists),
        )
        credentials = [read_credential(data) for data in given]
        proof = proofs_of(credentials[0])
        anchor(ledger, Anchor(ROOTS[0], 16))
        async with asking(ledger) as asked:
            found = await asked.about(*credentials, web=server.fetcher(), anchor=proof)
    evidence = tuple(dict.fromkeys(piece for each in found for piece in each.evidence))
    bundle = Bundle(given, evidence, NOW_MS)
    written = encode_bundle(bundle)
    read = decode_bundle(written)
    assert read == bundle
    assert encode_bundle(read) == written
    again = await rejudged(read, asked, proof)
    assert [each.facts for each in again] == [each.facts for each in found]
    checks = [judge(one, each.facts, now_ms=NOW_MS) for one, each in zip(credentials, found, strict=True)]
    assert [judge(one, each.facts, now_ms=NOW_MS) for one, each in zip(credentials, again, strict=True)] == (
        checks
    )
    assert any(check.reason is CredentialFlaw.STATUS_UNREACHABLE for check in checks[0])
    assert any(check.aspect is Aspect.ANCHOR for check in checks[0])


async def test_b3_an_answer_that_was_changed_in_a_bundle_is_found_out() -> None:
    given = credential_bytes(UNIVERSITY)
    async with asking() as asked:
        [found] = await asked.about(read_credential(given))
        data = found.evidence[0].data
        assert data is not None
        changed = [
            data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :] for place in range(0, len(data), 97)
        ]
        for other in changed:
            with pytest.raises(BundleError) as raised:
                await rejudged(with_answer(found, given, other), asked, None)
            assert raised.value.fault in (BundleFault.UNPROVED, BundleFault.NOT_IN_IT)


def with_answer(found: Gathered, given: bytes, answer: bytes) -> Bundle:
    kept: Any = found.evidence[0]
    evidence = type(kept)(kept.kind, kept.what, kept.name, kept.source, kept.at_ms, answer)
    return Bundle((given,), (evidence,), NOW_MS)


async def test_b4_what_is_not_in_a_bundle_was_not_looked_up() -> None:
    async with asking() as asked:
        with pytest.raises(BundleError) as raised:
            await rejudged(Bundle((credential_bytes(UNIVERSITY),), (), NOW_MS), asked, None)
        assert raised.value.fault is BundleFault.NOT_IN_IT
        did = "did:web:nobody.example%3A8443"
        kept = KeptRegistry((), asked.client.trust)
        with pytest.raises(BundleError):
            await gather([credential_of(did)], kept, KeptWeb(()), now_ms=lambda: NOW_MS)
