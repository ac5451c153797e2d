"""Hostile text in what others wrote: credentials, records, genesis documents, answers and words of nodes."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from api.credentials.formats.data_integrity import eddsa_jcs
from node.cli.play.localnet import table_of
from node.cli.terminal.console import Output
from node.demo.report import DemoStep, Report
from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.setup.localnet import PROFILES, Localnet
from node.wording.screen import console_on
from registry.genesis import GenesisDocument
from registry.kinds.member.record import Identifier, Name
from registry.primitives.ed25519 import signing_with
from tests.api.conftest import serve
from tests.api.ledger import GENESIS, Ledger
from tests.node.cli.command_table import COMMANDS_BY_WORDS
from tests.node.cli.conftest import PASSPHRASE, Ran, Registrar
from tests.node.cli.hostile import PAYLOADS, assert_error_of_few_lines, assert_inert, make_impatient
from tests.node.cli.issue.credential.test_command import badge, signing, written
from tests.registry.network import UNIVERSITY

TEXTS = pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
RECORDABLE = [text for name, text in PAYLOADS.items() if name != "lone surrogates"]
"""CBOR holds no lone surrogates."""


def shape_of(ran: Ran) -> tuple[int, int, list[str]]:
    """What a hostile text may not change: the exit code, the number of lines, and each line's first word."""
    lines = ran.out.splitlines()
    return ran.code, ran.err.count("\n"), [line.split(" ", 1)[0] for line in lines]


def with_text(document: dict[str, Any], place: str, text: str) -> dict[str, Any]:
    """The credential with a text in one place."""
    (entry,) = document["credentialStatus"]
    match place:
        case "issuer's name":
            issuer = {**document["issuer"], "name": text}
            return {**document, "issuer": issuer}
        case "id" | "name" | "validUntil":
            return {**document, place: text}
        case "type":
            return {**document, "type": [*document["type"], text]}
        case _:
            return {**document, "credentialStatus": [{**entry, place: text}]}


PLACES = (
    "issuer's name",
    "id",
    "name",
    "validUntil",
    "type",
    "statusPurpose",
    "statusListIndex",
    "statusListCredential",
)


@pytest.mark.parametrize("place", PLACES)
async def test_in_a_credential(place: str, registrar: Registrar) -> None:
    did, _ = await signing(registrar)
    key_file = registrar.folder / "department" / "credentials-1.key"
    secret = open_key(key_file, KeyPurpose.CREDENTIAL, lambda: PASSPHRASE, least=MINIMAL)

    def signed(text: str) -> Path:
        document = with_text(badge(did), place, text)
        method = f"{did}#credentials-1"
        try:
            made = eddsa_jcs.sign(
                document, signing_with(secret), verification_method=method, created="2027-01-15T08:00:02Z"
            )
        except ValueError:  # lone surrogates have no canonical form, so nobody can sign them
            made = {**document, "proof": {"type": text, "verificationMethod": text}}
        return written(registrar.folder / "award.json", made)

    verify = ("credential", "verify", registrar.folder / "award.json", *registrar.asking)
    plain = []
    for text in ("x", "no type"):  # what is no type is a flaw of its own, in some of the hostile ones as well
        signed(text)
        plain.append(shape_of(await registrar.run(*verify)))
    for name, text in PAYLOADS.items():
        signed(text)
        ran = await registrar.run(*verify)
        assert_inert(ran.out)
        assert_inert(ran.err)
        if name == "lone surrogates":
            assert ran.code != 0
        else:
            assert shape_of(ran) in plain, ran.out
        program = await registrar.run(*verify, "--json")
        assert_inert(program.out)
        assert program.json["file" if "file" in program.json else "error"]


def document_with(text: str) -> GenesisDocument:
    """A genesis document with a text in every place that takes one."""
    university, *others = GENESIS.members
    bearing = replace(
        university,
        names=(Name("en", text[:1000].encode()[:1024].decode(errors="ignore")),),
        region=text.encode()[:64].decode(errors="ignore"),
        identifiers=(Identifier("x", text.encode()[:128].decode(errors="ignore")),),
    )
    return replace(
        GENESIS,
        name=text.encode()[:64].decode(errors="ignore"),
        members=(bearing, *others),
    )


@asynccontextmanager
async def registrar_of(
    text: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> AsyncIterator[Registrar]:
    """A registrar of a network whose genesis document bears a text."""
    ledger = Ledger(document_with(text))
    ledger.commit()
    async for served in serve(ledger):
        yield Registrar(served, folder, capsys)


async def test_in_records_and_the_genesis_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], registrar: Registrar
) -> None:
    plain: list[tuple[int, int, list[str]]] = []
    for number, text in enumerate(["x", *RECORDABLE]):
        (folder := tmp_path / str(number)).mkdir()
        async with registrar_of(text, folder, capsys) as one:
            member = ("get", "member", UNIVERSITY, "--verify", *one.asking)
            answer = tmp_path / f"answer-{number}"
            kept = await one.run(*member, "--out", answer)
            lines = [
                ("fingerprint", one.genesis),
                ("inspect", one.genesis),
                ("inspect", answer),
                ("verify", answer, "--genesis", one.genesis),
                ("get", "validators", "--verify", *one.asking),
                ("status", "list", UNIVERSITY, *one.asking),
                member,
            ]
            assert kept.code == 0
            shapes = []
            for line in lines:
                ran = await one.run(*line)
                assert_inert(ran.out)
                assert_inert(ran.err)
                assert ran.code == 0
                if line[0] != "fingerprint":  # there a name is folded within its cell
                    shapes.append(shape_of(ran))
                program = await one.run(*line, "--json")
                assert_inert(program.out)
                assert isinstance(program.json, dict)
            plain = plain or shapes
            assert shapes == plain, text
            body = (await one.json(*member))["answer"]["body"]
            assert body["names"][0]["text"] == one.ledger.document.members[0].names[0].text


def response(status: str, headers: str, body: bytes) -> bytes:
    """Bytes of an HTTP response, checked by nobody."""
    head = f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
    return head.encode("utf-8", "replace") + body


def hostile_responses() -> list[bytes]:
    """What a hostile node says to whatever it is asked."""
    text = "".join(RECORDABLE)
    problem = {"type": f"/problems/{text}", "title": text, "status": 400, "detail": text, "remedy": text}
    known = {**problem, "type": "/problems/not-authorised", "where": text}
    genesis = {**problem, "type": "/problems/wrong-genesis"}
    json_type, odd = (
        "Content-Type: application/problem+json\r\n",
        "X: \x1b[2J\x9b\u202e\r\nDate: \x1b]0;x\x07\r\n",
    )
    return [
        response("400 Bad", json_type, json.dumps(problem).encode()),
        response("422 Bad", json_type, json.dumps(known, ensure_ascii=False).encode()),
        response("409 Bad", json_type, json.dumps(genesis).encode()),
        response("200 OK", "Content-Type: application/json\r\n", json.dumps({text: text}).encode()),
        response("200 OK", f"Content-Type: \x1b[2J\r\nRetry-After: {'9' * 99}\r\n", text.encode()),
        response("503 \x1b[2J\x9b\u202e", odd, text.encode()),
        b"HTTP/1.1 \x1b[2J" + text.encode(),
        text.encode(),
    ]


@asynccontextmanager
async def saying(reply: bytes) -> AsyncIterator[str]:
    """A node that says the same to everybody; its address."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(speak, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"


ASKING = [words for words, command in COMMANDS_BY_WORDS.items() if command.takes("node")]


@pytest.mark.parametrize("words", ASKING)
async def test_in_the_words_of_a_node(
    words: str, registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_impatient(monkeypatch)
    written(registrar.folder / "award.json", {**badge(UNIVERSITY), "proof": {}})
    shared = {
        "genesis": str(registrar.genesis),
        "key": str(registrar.folder / "institution.key"),
        "as_": f"{UNIVERSITY}#key-1",
        "passphrase_file": str(registrar.folder / "passphrase"),
    }
    for reply in hostile_responses():
        async with saying(reply) as url:
            line = COMMANDS_BY_WORDS[words].line({**shared, "node": url})
            ran = await registrar.run(*line)
            assert_inert(ran.out)
            assert_inert(ran.err)
            if "Error: " in ran.err:
                assert_error_of_few_lines(ran.err)
            program = await registrar.run(
                line[0], *line[1 : line.index("--")], "--json", *line[line.index("--") :]
            )
            assert_inert(program.out)
            assert isinstance(program.json, dict)


@TEXTS
def test_in_the_live_table_and_in_the_story(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    net = Localnet.prepare(tmp_path / "net", PROFILES[:2], time_ms=1_000)
    for node in net.nodes:
        node.profile = structs.replace(node.profile, name=text)
    stream = io.StringIO()
    leaders = {0: 1, 1: 2}
    console_on(stream).print(table_of(net, [None, None], leaders, 80))
    lines = stream.getvalue().splitlines()
    assert_inert(stream.getvalue())
    assert len([line for line in lines if line.strip()]) == 5
    Output().remark(f"The achievement: “{text}”.")
    report = Report(steps=[DemoStep(text, text, 0.5)], finality_ms=[1.0])
    Output().result({}, report.summary()[:1], report.table())
    with Output().busy(text):
        pass
    captured = capsys.readouterr()
    assert_inert(captured.out)
    assert_inert(captured.err)
    assert captured.err.count("\n") == 1
