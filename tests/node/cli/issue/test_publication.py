"""`matricula schema`, `status` and `anchor`: what an issuer publishes, and reads back proved."""

import io
import json
from pathlib import Path

import pytest

from api.credentials.anchoring import AnchorProof, credential_hash, proves
from api.credentials.document import load
from api.credentials.schema import micro_credential_document
from api.issuer.anchor_record import recorded_roots
from api.proving.stored import stored_anchor, stored_index
from registry.kinds.anchor.entry import ANCHORS_BY_ISSUER, Anchor, anchor_in, named_anchor
from registry.kinds.schema.record import SCHEMA_RECORD, ReleaseState, schema_id
from registry.kinds.status_list.record import STATUS_LIST_RECORD, status_list_id
from tests.node.cli.conftest import Registrar
from tests.registry.network import UNIVERSITY

DEGREES = status_list_id(UNIVERSITY, "degrees")
MICRO = schema_id(UNIVERSITY, "micro")


async def test_the_built_in_schema_is_published_shown_and_fetched(registrar: Registrar) -> None:
    publish = ("schema", "publish", "micro", "1.0.0", "--micro-credential", *registrar.signing)
    published = await registrar.json(*publish)
    assert (published["schema"], published["version"], published["height"]) == (MICRO, "1.0.0", 2)
    shown = await registrar.json("schema", "show", MICRO, *registrar.asking)
    assert shown["releases"] == [{"version": "1.0.0", "state": "active", "content": published["content"]}]
    out = registrar.folder / "schema.json"
    fetch = ("schema", "show", MICRO, "--version", "1.0.0", "--out", out, *registrar.asking)
    ran = await registrar.run(*fetch)
    assert ran.code == 0
    assert MICRO in ran.out
    assert out.read_bytes() == micro_credential_document()
    again = await registrar.run(*publish)
    assert again.error[2] == "publish the next version. A published version never changes"


async def test_a_schema_grows_old(registrar: Registrar) -> None:
    file = registrar.folder / "own.json"
    file.write_text(json.dumps({"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "urn:a"}))
    first = await registrar.json("schema", "publish", "own", "1.0.0", file, *registrar.signing)
    deprecated = await registrar.json("schema", "deprecate", "own", "1.0.0", *registrar.signing)
    assert deprecated["state"] == "deprecated"
    withdrawn = await registrar.json("schema", "withdraw", "own", "1.0.0", "--yes", *registrar.signing)
    assert withdrawn["state"] == "withdrawn"
    own = schema_id(UNIVERSITY, "own")
    states = []
    for at in (first["timeMs"] - 1, first["timeMs"], deprecated["timeMs"], withdrawn["timeMs"]):
        shown = await registrar.json("schema", "show", own, "--at", at, *registrar.asking)
        states.append(shown["releases"][0]["state"])
    assert states == [None, "active", "deprecated", "withdrawn"]
    assert registrar.body(SCHEMA_RECORD, own).releases[0].state is ReleaseState.WITHDRAWN
    listed = await registrar.json("schema", "list", UNIVERSITY, *registrar.asking)
    assert listed["entries"] == [{"id": own, "recordedMs": first["timeMs"], "height": first["height"]}]


async def test_a_schema_that_cannot_be_published(registrar: Registrar, tmp_path: Path) -> None:
    publish = ("schema", "publish", "own", "1.0.0")
    neither = await registrar.run(*publish, *registrar.signing)
    assert (neither.code, neither.error[0]) == (2, "either a file or --micro-credential is needed")
    file = tmp_path / "own.json"
    file.write_text("{")
    unreadable = await registrar.run(*publish, file, *registrar.signing)
    assert unreadable.error == (
        "this is not a JSON Schema, because it is not JSON: the file ends inside the document",
        f"{file}, line 1, column 2",
        "copy or download it again. It did not arrive whole, or a quotation mark is missing",
    )
    own = ("schema", "publish", "Own", "1.0.0", "--micro-credential")
    name = await registrar.run(*own, *registrar.signing)
    assert name.error == (
        "'Own' is no name: not a name of lower-case letters, digits and hyphens",
        "",
        "write 1 to 64 lower-case letters, digits and hyphens, such as degrees-2026",
    )
    version = await registrar.run("schema", "deprecate", "own", "2.0.0", *registrar.signing)
    assert version.error[2] == "see the published versions with `matricula schema show ID`"
    fetch = ("schema", "show", MICRO, "--version", "1.0.0", "--out", tmp_path / "x", *registrar.asking)
    assert (await registrar.run(*fetch)).error == (
        "there is no version 1.0.0",
        MICRO,
        "run it without --version and --out to see which versions there are",
    )


def kept_at(path: str) -> bytes:
    """The bytes of a file."""
    return Path(path).read_bytes()


async def create(registrar: Registrar, purpose: str = "revocation") -> None:
    """A status list named degrees."""
    made = await registrar.json("status", "create", "degrees", "--purpose", purpose, *registrar.signing)
    assert (made["statusList"], made["purpose"], made["size"]) == (DEGREES, purpose, 131_072)


async def test_a_revocation_is_set_for_good_and_found_locally(registrar: Registrar) -> None:
    await create(registrar)
    before = registrar.ledger.now_ms
    indices = registrar.folder / "indices"
    indices.write_text("70000\n\n5\n")
    revoke = ("status", "set", "degrees", "5", "1023", "--file", indices, "--yes", *registrar.signing)
    done = await registrar.json(*revoke)
    assert (done["statusList"], done["set"]) == (DEGREES, [5, 1023, 70_000])
    shown = await registrar.json("status", "show", DEGREES, "5", "6", *registrar.asking)
    assert {key: shown[key] for key in ("found", "version", "purpose", "size", "set", "entries")} == {
        "found": True,
        "version": 1,
        "purpose": "revocation",
        "size": 131_072,
        "set": [5, 1023, 70_000],
        "entries": [{"index": 5, "set": True}, {"index": 6, "set": False}],
    }
    for option in ("--at", "--known-at"):
        then = await registrar.json("status", "show", DEGREES, "5", option, before, *registrar.asking)
        assert (then["version"], then["set"]) == (0, [])
    cleared = await registrar.run("status", "clear", "degrees", "5", *registrar.signing)
    assert cleared.error[2] == "issue a new credential. Only a suspension can be taken back"
    people = await registrar.run("status", "show", DEGREES, "5", *registrar.asking)
    assert "entry        5 is set\n" in people.out
    listed = await registrar.json("status", "list", UNIVERSITY, *registrar.asking)
    assert [entry["id"] for entry in listed["entries"]] == [DEGREES]


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        return True


async def test_a_revocation_asks_first(registrar: Registrar, monkeypatch: pytest.MonkeyPatch) -> None:
    await create(registrar)
    question = "Set 1 of degrees for good (revocation): 5?"
    revoke = ("status", "set", "degrees", "5", *registrar.signing)
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    script = await registrar.run(*revoke)
    assert (script.code, script.out) == (2, "")
    assert script.error == (
        f"cannot ask, because standard input is no terminal: {question}",
        "",
        "add --yes to confirm",
    )
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    no = await registrar.run(*revoke)
    assert question in no.err
    assert no.err.endswith("Error: the answer was no\n  to do: nothing was changed\n")
    assert registrar.body(STATUS_LIST_RECORD, DEGREES).ones == 0
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert (await registrar.run(*revoke)).code == 0
    assert registrar.body(STATUS_LIST_RECORD, DEGREES).ones == 1


async def test_a_suspension_is_set_and_lifted(registrar: Registrar) -> None:
    await create(registrar, "suspension")
    await registrar.json("status", "set", "degrees", "7", *registrar.signing)
    assert registrar.body(STATUS_LIST_RECORD, DEGREES).ones == 1
    lifted = await registrar.json("status", "clear", "degrees", "7", *registrar.signing)
    assert lifted["cleared"] == [7]
    assert registrar.body(STATUS_LIST_RECORD, DEGREES).ones == 0


async def test_a_version_of_another_form(registrar: Registrar) -> None:
    publish = ("schema", "publish", "transcript", "1", "--micro-credential", *registrar.signing)
    assert (await registrar.run(*publish)).error == (
        "'1' is no version",
        "",
        "write it as major.minor.patch, such as 1.0.0",
    )


async def test_status_errors_that_a_registrar_meets(registrar: Registrar) -> None:
    missing = await registrar.run("status", "set", "degrees", "1", "--yes", *registrar.signing)
    assert missing.error[:2] == ("you have no status list of this name", DEGREES)
    assert f"you sign as {UNIVERSITY}" in missing.error[2]
    by_id = await registrar.run("status", "set", DEGREES, "1", "--yes", *registrar.signing)
    assert (by_id.code, by_id.error[0]) == (2, f"{DEGREES!r} is the id of a list")
    empty = registrar.folder / "empty.csv"
    empty.write_text("\n")
    no_entry = await registrar.run("status", "set", "degrees", "--file", empty, *registrar.signing)
    assert no_entry.error[:2] == ("the file names no entry", str(empty))
    absent = await registrar.json("status", "show", DEGREES, *registrar.asking)
    assert (absent["found"], absent["verdict"]["outcome"]) == (False, "valid")
    await create(registrar)
    twice = await registrar.run("status", "create", "degrees", *registrar.signing)
    assert twice.error[2] == "choose another name, or use the list that is there"
    nothing = await registrar.run("status", "set", "degrees", *registrar.signing)
    assert (nothing.code, nothing.error[0]) == (2, "no entry is named")
    beyond = await registrar.run("status", "set", "degrees", "131072", "--yes", *registrar.signing)
    assert (
        beyond.error[2] == "see the list's size with `matricula status show ID`. Entries are counted from 0"
    )
    outside = await registrar.run("status", "show", DEGREES, "131072", *registrar.asking)
    assert outside.error == ("the list has no entry 131072", DEGREES, "its entries are 0 to 131071")
    file = registrar.folder / "indices"
    file.write_text("1\nx\n")
    wrong = await registrar.run("status", "set", "degrees", "--file", file, *registrar.signing)
    assert wrong.error == (
        "'x' is no index: a word or a heading",
        f"{file}, line 2",
        "delete it: a list holds numbers alone",
    )
    both = ("status", "show", DEGREES, "--at", "1", "--known-at", "1", *registrar.asking)
    assert (await registrar.run(*both)).code == 2
    size = await registrar.run("status", "create", "small", "--size", "8", *registrar.signing)
    assert "131,072 to 4,194,304" in size.error[0]


async def test_more_than_a_day_allows(registrar: Registrar) -> None:
    await create(registrar)
    file = registrar.folder / "indices"
    file.write_text("\n".join(map(str, range(1_311))))
    ran = await registrar.run("status", "set", "degrees", "--file", file, "--yes", *registrar.signing)
    assert ran.error[0] == (
        "refused: more entries of this list would be set on this UTC day than one key may set (1311 of 1310)"
    )


def anchored(registrar: Registrar, name: str) -> Anchor:
    """What the ledger itself says of an anchor."""
    reader, named = registrar.ledger.view().reader, named_anchor(name)
    assert named is not None
    number, log = stored_anchor(reader, *named), stored_index(reader, ANCHORS_BY_ISSUER.index_id(named[0]))
    assert number is not None
    assert log is not None
    anchor = anchor_in(log.leaf(number).id)
    assert anchor is not None
    return anchor


async def test_a_batch_is_anchored_with_a_proof_beside_each_credential(registrar: Registrar) -> None:
    files = []
    for name in ("one", "two"):
        files.append(registrar.folder / f"{name}.json")
        files[-1].write_text(json.dumps({"id": name, "proof": {}}))
    done = await registrar.json("anchor", *files, *registrar.signing)
    assert (done["credentials"], done["height"]) == (2, 2)
    roots = set()
    for file, path in zip(files, done["proofs"], strict=True):
        assert path == f"{file}.anchor.json"
        document = json.loads(kept_at(path))
        assert document.pop("issuer") == UNIVERSITY
        root = bytes.fromhex(document.pop("root"))
        assert proves(AnchorProof.from_json(document), credential_hash(load(file.read_bytes())), root)
        roots.add(root)
    (root,) = roots
    assert anchored(registrar, *done["anchors"]) == Anchor(root, 16)


async def test_an_interrupted_anchor_goes_on_with_the_same_root(registrar: Registrar) -> None:
    file, other = registrar.folder / "one.json", registrar.folder / "two.json"
    file.write_text('{"id":"one","proof":{}}')
    other.write_text('{"id":"two","proof":{}}')
    nobody = ("--node", "http://127.0.0.1:1", "--genesis", registrar.genesis)
    key = registrar.key("institution.key", f"{UNIVERSITY}#key-1")
    interrupted = await registrar.run("anchor", file, *nobody, *key)
    assert interrupted.error[0].startswith("the node does not answer")
    kept = kept_at(f"{file}.anchor.json")
    done = await registrar.json("anchor", file, *registrar.signing)
    assert kept_at(f"{file}.anchor.json") == kept
    (first,) = done["anchors"]
    assert first.endswith(json.loads(kept)["root"])
    again = await registrar.json("anchor", file, *registrar.signing)
    assert again == {"anchors": [], "credentials": 0, "proofs": [], "leftOut": [str(file)]}
    daily = await registrar.json("anchor", file, other, *registrar.signing)
    assert (daily["proofs"], daily["leftOut"]) == ([f"{other}.anchor.json"], [str(file)])
    assert kept_at(f"{file}.anchor.json") == kept
    (second,) = daily["anchors"]
    assert anchored(registrar, second).root.hex() == json.loads(kept_at(f"{other}.anchor.json"))["root"]
    people = await registrar.run("anchor", file, other, *registrar.signing)
    assert people.out == "left out     2 credentials anchored before\n"


async def test_an_interrupted_batch_and_a_new_one_are_recorded_together(registrar: Registrar) -> None:
    file, other = registrar.folder / "one.json", registrar.folder / "two.json"
    file.write_text('{"id":"one","proof":{}}')
    other.write_text('{"id":"two","proof":{}}')
    nobody = ("--node", "http://127.0.0.1:1", "--genesis", registrar.genesis)
    key = registrar.key("institution.key", f"{UNIVERSITY}#key-1")
    await registrar.run("anchor", file, *nobody, *key)
    done = await registrar.json("anchor", file, other, *registrar.signing)
    assert (done["credentials"], done["leftOut"], len(done["anchors"])) == (2, [], 2)
    roots = {json.loads(kept_at(path))["root"] for path in done["proofs"]}
    assert roots == {anchored(registrar, each).root.hex() for each in done["anchors"]}


async def test_a_root_that_becomes_final_while_it_is_sent_again_is_left_out(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, other = registrar.folder / "one.json", registrar.folder / "two.json"
    file.write_text('{"id":"one","proof":{}}')
    other.write_text('{"id":"two","proof":{}}')
    first = await registrar.json("anchor", file, *registrar.signing)

    looked_up = "api.issuer.anchoring.recorded_roots"

    async def too_early(*asked: object) -> set[object]:
        monkeypatch.setattr(looked_up, recorded_roots)
        return set()

    monkeypatch.setattr(looked_up, too_early)
    done = await registrar.json("anchor", file, other, *registrar.signing)
    assert (done["proofs"], done["leftOut"]) == ([f"{other}.anchor.json"], [str(file)])
    (second,) = done["anchors"]
    assert [second] != first["anchors"]
    assert anchored(registrar, second).root.hex() == json.loads(kept_at(f"{other}.anchor.json"))["root"]


async def test_what_cannot_be_anchored(registrar: Registrar) -> None:
    file, other = registrar.folder / "one.json", registrar.folder / "two.json"
    file.write_text('{"id":"one","proof":{}}')
    await registrar.json("anchor", file, *registrar.signing)
    file.write_text('{"id":"another","proof":{}}')
    changed = await registrar.run("anchor", file, *registrar.signing)
    assert changed.error[:2] == (
        "this is no proof of the credential beside it by this issuer",
        f"{file}.anchor.json",
    )
    other.write_text('{"id":"two"}')
    unsigned = await registrar.run("anchor", other, *registrar.signing)
    assert unsigned.error == ("it is not signed", str(other), "sign it first, and anchor FILE.signed.json")
    other.write_text("[]")
    no_credential = await registrar.run("anchor", other, *registrar.signing)
    assert no_credential.error[0] == "this is a list in JSON, not a credential"
