"""Nodes that lie, are not ready, are slow or not there; and which of several are asked."""

import contextlib
import json
import shlex
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp import web

from api.client import Settings
from api.issuer import recording
from api.limits import ServerLimits
from node.cli.asking import connection
from node.cli.asking.connection import own_url
from node.files.durable import write_whole
from node.files.keystore import MINIMAL
from node.setup.config import load_config
from node.setup.founding import Listen, Profile, found_node
from node.wording.fingerprint import fingerprint
from registry.checking import ProofFlaw
from registry.kinds.status_list.record import STATUS_LIST_RECORD, status_list_id
from registry.primitives.reason import as_clause
from tests.api.ledger import GENESIS
from tests.node.cli.conftest import Registrar
from tests.registry.network import UNIVERSITY

NOBODY = "http://127.0.0.1:1"


@contextlib.asynccontextmanager
async def answering(status: int, body: bytes) -> AsyncIterator[str]:
    """A node that answers everything alike; its URL."""

    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=status, body=body)

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", answer)
    serving = web.AppRunner(application)
    await serving.setup()
    await web.TCPSite(serving, "127.0.0.1", 0).start()
    yield "http://{}:{}".format(*serving.addresses[0])
    await serving.cleanup()


async def test_a_liar_is_named_and_another_node_asked(registrar: Registrar) -> None:
    honest = await registrar.served.get(f"/v1/records/member/{UNIVERSITY}", accept="application/cbor")
    get = ("get", "member", UNIVERSITY, "--verify", "--genesis", registrar.genesis, "--node")
    async with answering(200, honest.body.replace(b"Norte", b"Sul  ")) as liar:
        alone = await registrar.run(*get, liar)
        assert alone.error == (
            "the answer is not proved: the body is not the one whose hash the version holds",
            liar,
            as_clause(ProofFlaw.BODY.remedy),
        )
        shown = await registrar.json(*get, liar, "--node", registrar.url)
    assert shown["node"] == registrar.url
    assert shown["answer"]["body"]["region"] == "Norte"
    assert shown["failures"] == [{"node": liar, "kind": "lied", "reason": "body", "detail": ""}]


async def test_the_next_node_is_asked_where_one_is_not_there(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATRICULA_NODES", f"{NOBODY} {registrar.url.removeprefix('http://')}")
    shown = await registrar.json("did", "show", UNIVERSITY, "--genesis", registrar.genesis)
    assert shown["node"] == registrar.url
    assert [(failure["node"], failure["kind"]) for failure in shown["failures"]] == [(NOBODY, "unreachable")]
    people = await registrar.run("did", "show", UNIVERSITY, "--genesis", registrar.genesis)
    assert f"{NOBODY}: unreachable (unreachable)" in people.out


@pytest.mark.parametrize(
    "command",
    [
        ("get", "did", UNIVERSITY),
        ("get", "did", UNIVERSITY, "--verify"),
        ("did", "show", UNIVERSITY),
        ("schema", "list", UNIVERSITY),
        ("status", "show", f"{UNIVERSITY}/status-lists/degrees"),
    ],
    ids=" ".join,
)
async def test_no_node_is_there(registrar: Registrar, command: tuple[str, ...]) -> None:
    do = (
        "check the address, or ask another node (--node). If it is your node, start it (`matricula run`). If "
        "that fails, run `matricula doctor`"
    )
    asking = (*command, "--genesis", registrar.genesis, "--node", NOBODY)
    alone = await registrar.run(*asking)
    assert alone.error == ("the node does not answer: nothing listens there", NOBODY, do)
    several = await registrar.run(*asking, "--node", "127.0.0.1:2")
    what, where = "none of the nodes answers", f"{NOBODY} (unreachable); http://127.0.0.1:2 (unreachable)"
    assert several.error == (f"{what}: nothing listens there", where, do)


async def test_a_change_that_no_node_takes(registrar: Registrar) -> None:
    options = registrar.key("institution.key", f"{UNIVERSITY}#key-1")
    create = ("status", "create", "degrees", *options, "--genesis", registrar.genesis, "--node", NOBODY)
    ran = await registrar.run(*create)
    assert ran.error[:2] == ("the node does not answer: nothing listens there", NOBODY)


async def test_what_is_no_node(registrar: Registrar) -> None:
    async with answering(404, b"<h1>no such page</h1>") as url:
        ran = await registrar.run("did", "show", UNIVERSITY, "--genesis", registrar.genesis, "--node", url)
    assert ran.error[:2] == ("no node gave an answer that proves enough: status-404", url)
    async with answering(200, b"<h1>welcome</h1>") as url:
        ran = await registrar.run("did", "show", UNIVERSITY, "--genesis", registrar.genesis, "--node", url)
        unverified = await registrar.run("get", "did", UNIVERSITY, "--node", url)
    assert ran.error[0] == "the answer is not proved: the bytes do not have the form that answers have"
    assert unverified.error[0].startswith("what was read does not have the form that it must have: not CBOR")
    assert "ask another node with --node" in unverified.error[2]


async def test_a_reason_of_a_newer_node(registrar: Registrar) -> None:
    problem = {"type": "/problems/of-a-newer-node", "title": "New.", "status": 422, "remedy": "Do it."}
    async with answering(422, json.dumps(problem).encode()) as url:
        ran = await registrar.run("did", "show", UNIVERSITY, "--genesis", registrar.genesis, "--node", url)
    what, where, do = ran.error
    assert (what, where) == ("no node gave an answer that proves enough: of-a-newer-node", url)
    assert do.startswith("ask again in a minute, or ask another node (--node). A newer version")


async def test_a_node_that_is_not_ready(registrar: Registrar) -> None:
    registrar.ledger.halt = "The node has halted; its log says why."
    ran = await registrar.run("did", "show", UNIVERSITY, *registrar.asking)
    assert ran.error == (
        "refused: the node is not ready: it is starting, behind, cut off from the others, or has stopped "
        "(The node has halted; its log says why.)",
        registrar.url,
        "try again in a moment (HTTP: after the seconds in Retry-After), or ask another node (--node). "
        "`matricula doctor` tells the operator of this node what is wrong",
    )


async def test_a_node_of_another_network(registrar: Registrar) -> None:
    other = replace(GENESIS, name="another")
    (registrar.folder / "other.cbor").write_bytes(other.encode())
    asking = ("--node", registrar.url, "--genesis", registrar.folder / "other.cbor")
    ran = await registrar.run("did", "show", UNIVERSITY, *asking)
    assert ran.error == (
        "the answer is not proved: the header belongs to another network than the genesis document "
        f"({fingerprint(GENESIS.genesis_hash)})",
        registrar.url,
        "name a node of your network (--node), or the genesis document of the node's network (--genesis). "
        "`matricula fingerprint FILE` shows which network a genesis document is of",
    )
    create = (
        "status",
        "create",
        "degrees",
        *asking,
        *registrar.key("institution.key", f"{UNIVERSITY}#key-1"),
    )
    refused = await registrar.run(*create)
    words = fingerprint(other.genesis_hash)
    assert refused.error[0] == f"refused: the transaction was made for another network ({words})"
    kept = registrar.folder / "kept"
    await registrar.json("get", "member", UNIVERSITY, "--node", registrar.url, "--out", kept)
    offline = await registrar.run("verify", kept, "--genesis", registrar.folder / "other.cbor")
    assert offline.out.splitlines()[1] == (
        "invalid      the header belongs to another network than the genesis document "
        f"({fingerprint(GENESIS.genesis_hash)})"
    )


@pytest.mark.parametrize("limits", [ServerLimits(final_wait_s=0.0)])
async def test_a_transaction_that_is_not_final_yet_may_still_count(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    registrar.ledger.automatic = False
    monkeypatch.setattr(connection, "SETTINGS", Settings(rounds=1))
    ran = await registrar.run("status", "create", "degrees", *registrar.signing)
    what, where, do = ran.error
    assert (what, where) == (
        "it is not proved that the transaction is final: the transaction is not final yet",
        registrar.url,
    )
    assert do == "it may still become final: before you send another one, ask with"
    copied = shlex.split(ran.err.splitlines()[-1])
    await registrar.ledger.seal()
    shown = await registrar.json(*copied[1:])
    assert shown["answer"]["height"] == 2
    assert registrar.body(STATUS_LIST_RECORD, status_list_id(UNIVERSITY, "degrees")) is not None


async def test_a_clock_that_is_wrong_is_named_as_the_cause(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    create = ("status", "create", "degrees", *registrar.signing)
    monkeypatch.setattr(recording, "VALID_FOR_MS", 2 * 3_600_000)
    ahead = await registrar.run(*create)
    assert ahead.error[0].startswith("refused: the transaction's valid_until is more than one hour after")
    monkeypatch.setattr(recording, "VALID_FOR_MS", -3_600_000)
    behind = await registrar.run(*create)
    assert behind.error[0].startswith("refused: the transaction's valid_until has passed")
    assert "this machine's clock" in ahead.error[2]
    assert "outside source (NTP)" in behind.error[2]


async def test_the_settings_name_the_node_the_genesis_and_the_key(
    registrar: Registrar, tmp_path: Path
) -> None:
    folder = tmp_path / "node"
    api = f"0.0.0.0:{registrar.served.port}"
    profile = Profile("did:web:a.example", "A", "PT")
    found_node(folder, profile, Listen(api=api), lambda: b"x", cost=MINIMAL, passphrase_file="passphrase")
    write_whole(folder / "passphrase", b"x\n", replace=False)
    (folder / "genesis.cbor").write_bytes(registrar.genesis.read_bytes())
    config = ("--config", folder / "node.toml")
    shown = await registrar.json("did", "show", UNIVERSITY, *config)
    assert (shown["node"], shown["found"]) == (registrar.url, True)
    assert own_url(load_config(folder / "node.toml")) == registrar.url
    ran = await registrar.run("did", "retire", "#institution", *config)
    assert ran.error[0] == "the ledger has no DID did:web:a.example"


@pytest.mark.parametrize(
    "url",
    [
        *("", "http://", "http://[", "file:///etc/passwd", "ftp://a.example", "http://a:99999", "http://a b"),
        f"http://{'a' * 300}.example",
    ],
)
async def test_what_is_no_address_of_a_node(registrar: Registrar, url: str) -> None:
    ran = await registrar.run("did", "show", UNIVERSITY, "--genesis", registrar.genesis, "--node", url)
    assert (ran.code, ran.error) == (
        2,
        (
            f"{url[:100]!r} is no address of a node",
            "--node or MATRICULA_NODES",
            "write it as https://node.example.edu or 127.0.0.1:8080",
        ),
    )


@pytest.mark.parametrize("url", ["http://reader:secret@node.example", "secret@a.example", "ftp://a:secret@["])
async def test_no_password_in_an_address_is_shown(registrar: Registrar, url: str) -> None:
    ran = await registrar.run("did", "show", UNIVERSITY, "--genesis", registrar.genesis, "--node", url)
    assert (ran.code, ran.error) == (
        2,
        (
            "an address of a node names no user and no password",
            "--node or MATRICULA_NODES",
            "write it as https://node.example.edu or 127.0.0.1:8080",
        ),
    )
