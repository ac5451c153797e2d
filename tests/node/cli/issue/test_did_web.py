"""`matricula did web-files` and `matricula did compare`."""

import json
from pathlib import Path

import pytest

from api.documents.did_document import did_document_bytes
from api.lookup import fetching
from node.files.durable import write_whole
from registry.kinds.did.record import DID_RECORD
from tests.api.lookup.loopback import authority_pem, response, serving
from tests.api.routes.recorded import ended, registered, with_key
from tests.node.cli.conftest import Registrar
from tests.registry.network import UNIVERSITY

LAW = "did:web:university.example%3A8443:law:school"
NOBODY = "http://127.0.0.1:9"


def recorded(registrar: Registrar, did: str) -> bytes:
    return did_document_bytes(did, registrar.body(DID_RECORD, did)) + b"\n"


async def test_each_document_is_written_where_its_host_serves_it(registrar: Registrar) -> None:
    with_key(registrar.ledger)
    registered(registrar.ledger, LAW)
    out = registrar.folder / "web"
    made = await registrar.json("did", "web-files", UNIVERSITY, LAW, "--out", out, *registrar.asking)
    files = {
        UNIVERSITY: out / "university.example" / ".well-known" / "did.json",
        LAW: out / "university.example+8443" / "law" / "school" / "did.json",
    }
    urls = (
        "https://university.example/.well-known/did.json",
        "https://university.example:8443/law/school/did.json",
    )
    assert made == {
        "documents": [
            {"did": did, "file": str(file), "url": url, "asOfMs": registrar.ledger.now_ms}
            for (did, file), url in zip(files.items(), urls, strict=True)
        ],
        "redirects": [],
    }
    for did, file in files.items():
        assert file.read_bytes() == recorded(registrar, did)
        assert file.stat().st_mode & 0o777 == 0o644
    assert sorted(path.name for path in out.iterdir()) == ["university.example", "university.example+8443"]


async def test_the_file_is_what_a_node_serves(registrar: Registrar) -> None:
    out = registrar.folder / "web"
    await registrar.json("did", "web-files", UNIVERSITY, "--out", out, *registrar.asking)
    served = await registrar.served.get(f"/did/{UNIVERSITY}/did.json")
    assert (out / "university.example/.well-known/did.json").read_bytes() == served.body + b"\n"


async def test_what_is_there_is_replaced_and_it_says_how_to_test_it(registrar: Registrar) -> None:
    out = registrar.folder / "web"
    await registrar.json("did", "web-files", UNIVERSITY, "--out", out, *registrar.asking)
    with_key(registrar.ledger)
    ran = await registrar.run("did", "web-files", UNIVERSITY, "--out", out, *registrar.asking)
    assert ran.code == 0
    assert "curl -L https://university.example/.well-known/did.json" in ran.out
    assert f"matricula did compare {UNIVERSITY}" in ran.out
    assert (out / "university.example/.well-known/did.json").read_bytes() == recorded(registrar, UNIVERSITY)


async def test_a_web_server_can_redirect_instead(registrar: Registrar) -> None:
    out, node = registrar.folder / "web", "https://node.university.example"
    arguments = ("did", "web-files", UNIVERSITY, "--out", out, "--redirect-to", f"{node}/")
    made = await registrar.json(*arguments, *registrar.asking)
    nginx, apache = map(Path, made["redirects"])
    target = f"{node}/did/{UNIVERSITY}/did.json"
    assert nginx == out / "university.example.nginx.conf"
    assert "location = /.well-known/did.json {\n" in nginx.read_text()
    assert f"return 307 {target};" in nginx.read_text()
    assert f'Redirect 307 "/.well-known/did.json" "{target}"' in apache.read_text()
    for written in (nginx.read_text(), apache.read_text()):
        assert "Access-Control-Allow-Origin" in written
    path = target.removeprefix(node)
    assert (await registrar.served.get_exactly(path)).status == 200


async def test_it_is_made_of_a_kept_answer_without_any_node(registrar: Registrar) -> None:
    kept, out = registrar.folder / "kept", registrar.folder / "web"
    await registrar.json("get", "did", UNIVERSITY, "--verify", "--out", kept, *registrar.asking)
    with_key(registrar.ledger)
    arguments = ("did", "web-files", "--answer", kept, "--out", out, "--genesis", registrar.genesis)
    made = await registrar.json(*arguments)
    assert made["documents"][0]["asOfMs"] < registrar.ledger.now_ms
    document = json.loads((out / "university.example/.well-known/did.json").read_bytes())
    assert (document["id"], document["assertionMethod"]) == (UNIVERSITY, [])


async def test_a_kept_answer_that_proves_no_did_makes_no_file(registrar: Registrar) -> None:
    kept, out = registrar.folder / "kept", registrar.folder / "web"
    arguments = ("did", "web-files", "--answer", kept, "--out", out, "--genesis", registrar.genesis)
    for asked in (("member", UNIVERSITY), ("did", "did:web:nobody.example")):
        await registrar.json("get", *asked, "--verify", "--out", kept, *registrar.asking)
        assert (await registrar.run(*arguments)).error[0] == "the answer shows no DID"
    write_whole(kept, kept.read_bytes()[:-7], replace=True)
    assert (await registrar.run(*arguments)).code == 1
    assert not out.exists()


async def test_names_that_have_no_document(registrar: Registrar) -> None:
    own, gone = registered(registrar.ledger), ended(registrar.ledger)
    out = registrar.folder / "web"
    for did, code in (
        (own, 2),
        (gone, 2),
        ("did:web:nobody.example", 1),
        ("did:web:university.example:..:..:etc", 2),
        ("did:web:University.example", 2),
        ("../../etc/passwd", 2),
    ):
        ran = await registrar.run("did", "web-files", did, "--out", out, *registrar.asking)
        assert ran.code == code, ran
    assert not out.exists()


async def test_which_dids_is_asked_without_settings_and_which_node_too(registrar: Registrar) -> None:
    ran = await registrar.run("did", "web-files", "--out", "web", *registrar.asking)
    assert (ran.code, ran.error[0]) == (2, "which DIDs?")
    ran = await registrar.run("did", "web-files", UNIVERSITY, "--out", "web", "--genesis", registrar.genesis)
    assert ran.error[0] == "no node to ask"


async def test_comparing_names_the_keys_that_differ(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = registrar.folder / "authority.pem"
    trusted.write_bytes(authority_pem())
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    fetching._strict_tls.cache_clear()  # another test may have made it, of this machine's authorities
    documents: dict[str, bytes] = {}
    async with serving(hosts=["localhost"], paths=documents) as server:
        did = registered(registrar.ledger, f"did:web:localhost%3A{server.port}:law")
        permit = ("--permit", f"https://localhost:{server.port}")
        asked = ("did", "compare", did, *permit, *registrar.asking)
        documents["/law/did.json"] = response(recorded(registrar, did))
        assert (await registrar.json(*asked))["compared"] == [
            {"did": did, "agrees": True, "differences": [], "notCompared": None}
        ]
        with_key_of_nobody = recorded(registrar, did).replace(b"#credentials-1", b"#intruder")
        documents["/law/did.json"] = response(with_key_of_nobody)
        ran = await registrar.run(*asked, "--json")
        assert ran.code == 1
        (compared,) = ran.json["compared"]
        told = [(difference["key"], difference["reason"]) for difference in compared["differences"]]
        assert told == [(f"{did}#credentials-1", "key-missing"), (f"{did}#intruder", "key-extra")]
        del documents["/law/did.json"]
        ran = await registrar.run(*asked)
        assert (ran.code, ran.out.startswith(f"not compared {did}")) == (1, True)
        private = await registrar.run("did", "compare", did, *registrar.asking, "--json")
        assert private.json["compared"][0]["notCompared"]["reason"] == "other-port"


async def test_what_cannot_be_compared_is_refused(registrar: Registrar) -> None:
    for arguments, code in (
        (("did:web:nobody.example",), 1),
        ((registered(registrar.ledger),), 2),
        (("did:web:a.example", "--permit", "ftp://a"), 2),
    ):
        assert (await registrar.run("did", "compare", *arguments, *registrar.asking)).code == code
