"""A network of four processes with something of every kind, and its honest answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import aiohttp

from api.answer.encoding import Answer, decode_answer
from api.answer.question import (
    AnchorQuestion,
    ChunkQuestion,
    IndexQuestion,
    Question,
    RecordQuestion,
    StatusListQuestion,
    TransactionQuestion,
)
from api.client import Client, submit, trust_in_genesis
from api.client.paths import path_of
from api.credentials.schema import micro_credential_document
from api.issuer.recording import Change
from consensus.header import block_hash
from consensus.messages import Candidate, Certificate, VoteKind
from consensus.signing import vote_bytes
from node.demo.desk import LIST_NAME, SCHEMA_NAME, Desk
from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.process.clock import now_ms
from node.setup.localnet import PASSPHRASE, PROFILES, Localnet
from registry.attachments import Attachment
from registry.id_forms import NETWORK_ID
from registry.kinds.status_list.record import StatusPurpose
from registry.primitives import ed25519
from registry.transaction import Transaction
from tests.answers.mutations import Honest, Sign

SIZE = 4
ROOT = bytes(range(32))


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[Localnet]:
    """The network, stopped in the end."""
    network = Localnet.prepare(folder, PROFILES[:SIZE], time_ms=now_ms())
    try:
        await network.start_all()
        yield network
    finally:
        await network.stop_all()


async def honest_answers(network: Localnet) -> Honest:
    """Answers of every kind, of every node, about what one institution recorded."""
    desk = Desk(network.nodes[0], network.genesis.genesis_hash)
    async with Client(network.api_urls, trust_in_genesis(network.genesis), now_ms=now_ms) as client:
        registration = desk.registration().signed(now_ms())
        proofs = [await submit(client, registration)]
        schema = Attachment(bytes(16), micro_credential_document())
        proofs += [
            await submit(client, step.signed(now_ms()), step.builder.attachments)
            for step in _steps(desk, schema)
        ]
    times_ms = [proof.answer.header.time_ms for proof in proofs]
    questions = _questions(desk, Transaction.decode(registration).id, times_ms)
    answers = [await _asked(network, number, question) for number in range(SIZE) for question in questions]
    return Honest(tuple(answers), _signer(network))


def _steps(desk: Desk, schema: Attachment) -> list[Change]:
    """One transaction each: a list and a schema · two entries revoked · another · an anchor."""
    steps = [desk.change() for _ in range(4)]
    steps[0].builder.create_status_list(desk.did, LIST_NAME, StatusPurpose.REVOCATION)
    steps[0].builder.publish_schema(desk.did, SCHEMA_NAME, "1.0.0", schema)
    steps[1].builder.set_status(desk.did, LIST_NAME, [0, 5_127])
    steps[2].builder.set_status(desk.did, LIST_NAME, [131_071])
    steps[3].builder.anchor(desk.did, ROOT, 16)
    return steps


def _questions(desk: Desk, registration: bytes, times_ms: list[int]) -> list[Question]:
    """About everything there is, now and at each time at which something was recorded."""
    questions: list[Question] = [
        RecordQuestion("member", desk.profile.did),
        RecordQuestion("usage", desk.profile.did),
        AnchorQuestion(desk.profile.did, ROOT),
        RecordQuestion("parameters", NETWORK_ID),
        RecordQuestion("validators", NETWORK_ID),
        RecordQuestion("did", "did:web:nobody.example"),
        IndexQuestion("members/network", 0),
        IndexQuestion("members/network", 2),
        IndexQuestion(f"anchors-by-issuer/{desk.profile.did}", 0),
        TransactionQuestion(registration),
        StatusListQuestion(desk.list_id),
        ChunkQuestion(f"{desk.did}/status-lists/none", 1),
    ]
    for known_at_ms in (None, times_ms[0] - 1, *times_ms):
        questions += [
            RecordQuestion("did", desk.did, known_at_ms),
            RecordQuestion("schema", desk.schema_id, known_at_ms),
            RecordQuestion("status-list", desk.list_id, known_at_ms),
            IndexQuestion(f"dids-by-sponsor/{desk.profile.did}", 0, known_at_ms),
            ChunkQuestion(desk.list_id, 5, known_at_ms),
            AnchorQuestion(desk.did, ROOT, known_at_ms),
        ]
    return questions


async def _asked(network: Localnet, number: int, question: Question) -> Answer:
    url = network.api_urls[number] + path_of(question)
    headers = {"accept": "application/cbor"}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as response:
        assert response.status == 200, (url, await response.text())
        return decode_answer(await response.read())


def _signer(network: Localnet) -> Sign:
    """What the network's own validators would sign, by their keys."""
    seeds = [
        open_key(node.keys / "consensus.key", KeyPurpose.CONSENSUS, lambda: PASSPHRASE, least=MINIMAL)
        for node in network.nodes
    ]
    validators = network.genesis.validators
    by_place = {validators.index_of(ed25519.public_key(seed)): seed for seed in seeds}
    genesis_hash = network.genesis.genesis_hash

    def sign(answer: Answer) -> Answer:
        header = answer.header
        candidate = Candidate(header.epoch, 9, 8, block_hash(header))
        content = vote_bytes(genesis_hash, VoteKind.FINALIZE, header.epoch, 9, candidate)
        signatures = tuple(ed25519.sign(by_place[place], content) for place in (0, 1, 3))
        certificate = Certificate(VoteKind.FINALIZE, header.epoch, 9, candidate, (0, 1, 3), signatures)
        return replace(answer, certificate=certificate)

    return sign
