"""Nodes that lie: each answers as an honest one would, then changes what it says."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

from aiohttp import web

from api.answer.encoding import Answer, decode_answer, encode_answer
from api.answer.question import RecordQuestion
from api.interface.media import Encoding
from api.proving.answers import Answers
from api.proving.status_bits import KeptBits
from api.proving.stored import stored_record
from registry.primitives.merkle import range_proof
from registry.proofs import RecordProof
from registry.ruleset import CURRENT
from tests.api.ledger import Ledger, certify

HOSTILE_JSON: dict[str, bytes] = {
    "deep in a member that no type has": b'{"x":' + b"[" * 100_000,
    "deep objects": b'{"x":' * 20_000,
    "text that is no UTF-8": b'{"type":"\xff","title":"\xff","name":"\xff","encoded":"\xff"}',
    "a name that is no UTF-8": b'{"\xff":1}',
    "half a character": b'{"type":"\\ud800"}',
    "a number beyond all": b'{"height":1' + b"0" * 5_000 + b',"status":1e99999999999999999999}',
    "nothing": b"",
    "a zero byte": b"\x00",
}
"""Bodies for which the decoder has errors of several kinds."""

Lie = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def lying(lie: Lie) -> AsyncIterator[str]:
    """A node that answers everything with a lie; its URL."""
    serving = web.ServerRunner(web.Server(lie, access_log=None))
    await serving.setup()
    await web.TCPSite(serving, "127.0.0.1", 0).start()
    host, port = serving.addresses[0][:2]
    yield f"http://{host}:{port}"
    await serving.cleanup()


def telling(ledger: Ledger, question: RecordQuestion, change: Callable[[Answer], Answer]) -> Lie:
    """Answers the question, changed."""

    async def lie(request: web.BaseRequest) -> web.StreamResponse:
        honest = decode_answer(Answers(ledger.view(), 1000, KeptBits(0)).to(question, Encoding.CBOR))
        return web.Response(body=encode_answer(change(honest)), content_type="application/cbor")

    return lie


def leaving_out_the_last_version(ledger: Ledger) -> Callable[[Answer], Answer]:
    """Shows the version before the last as if it were the last, with a path that leads to the true root."""

    def change(answer: Answer) -> Answer:
        question, proof = answer.question, answer.proof
        assert isinstance(question, RecordQuestion)
        assert isinstance(proof, RecordProof)
        assert proof.first > 0
        first = proof.first - 1
        stored = stored_record(ledger.view().reader, CURRENT.records[question.kind], question.id)
        assert stored is not None
        earlier = Answers(ledger.view(), 1000, KeptBits(0)).prove(
            replace(question, known_at_ms=proof.versions[0].time_ms - 1)
        )
        assert isinstance(earlier, RecordProof)
        path = range_proof(first, first + 1, proof.count, stored.log.nodes)
        shown = replace(proof, first=first, versions=earlier.versions[:1], body=earlier.body, path=path)
        return replace(answer, proof=shown)

    return change


def forging_the_header(answer: Answer) -> Answer:
    """Names another state root in a header that was signed."""
    return replace(answer, header=replace(answer.header, state_root=bytes(32)))


def signed_by_too_few(answer: Answer) -> Answer:
    """Keeps two of the three signatures."""
    certificate = answer.certificate
    assert certificate is not None
    few = replace(certificate, signers=certificate.signers[:2], signatures=certificate.signatures[:2])
    return replace(answer, certificate=few)


def resigning_as(ledger: Ledger) -> Callable[[Answer], Answer]:
    """Signs another header with one validator's key in three validators' places."""

    def change(answer: Answer) -> Answer:
        header = replace(answer.header, state_root=bytes(32))
        one = certify(ledger.genesis_hash, header, (0,))
        forged = replace(one, signers=(0, 1, 2), signatures=one.signatures * 3)
        return replace(answer, header=header, certificate=forged)

    return change


def answering_another_question(answer: Answer) -> Answer:
    """Answers about another record than the one asked for."""
    return replace(answer, question=RecordQuestion("did", "did:web:auditor.example"))


def hiding_the_body(answer: Answer) -> Answer:
    """Replaces the body by another."""
    assert isinstance(answer.proof, RecordProof)
    return replace(answer, proof=replace(answer.proof, body=b"\x80"))


def replying(body: bytes, status: int = 200, **headers: str) -> Lie:
    """Always the same response."""

    async def lie(request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=body, status=status, headers=headers)

    return lie


def replying_to(path: str, body: bytes, otherwise: Lie) -> Lie:
    """The same response to all questions for one path; to others it lies as `otherwise`."""
    fixed = replying(body)

    async def lie(request: web.BaseRequest) -> web.StreamResponse:
        return await (fixed if request.path == path else otherwise)(request)

    return lie


@asynccontextmanager
async def taking_one() -> AsyncIterator[str]:
    """A node that takes one transaction, and refuses every connection from then on; its URL."""

    async def lie(request: web.BaseRequest) -> web.StreamResponse:
        await request.read()
        taken = web.Response(body=b"{}", status=202)
        taken.force_close()
        await listening.stop()
        return taken

    serving = web.ServerRunner(web.Server(lie, access_log=None))
    await serving.setup()
    listening = web.TCPSite(serving, "127.0.0.1", 0)
    await listening.start()
    host, port = serving.addresses[0][:2]
    yield f"http://{host}:{port}"
    await serving.cleanup()


async def hanging_up(request: web.BaseRequest) -> web.StreamResponse:
    """Closes the connection in place of an answer."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()
