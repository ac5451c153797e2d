"""`matricula did`: a registrar registers an issuer, changes its keys, and reads them back."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from node.cli.app import COMMANDS
from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.wording.times import format_time
from registry.kinds.did.record import DID_RECORD, KeyState
from registry.primitives import ed25519
from registry.transaction import Transaction
from tests.node.cli.conftest import PASSPHRASE, Registrar, keep_key
from tests.registry.network import AGENCY, UNIVERSITY

CLIENT_COMMANDS = ("did", "schema", "status", "anchor", "credential", "get", "verify")


async def register(registrar: Registrar) -> tuple[str, tuple[str, ...]]:
    """A department's DID, and the options that sign as it."""
    folder = registrar.folder / "department"
    did = (await registrar.json("did", "register", folder, *registrar.signing))["did"]
    return did, (*registrar.asking, *registrar.key("department/transactions-1.key", f"{did}#transactions-1"))


async def test_registering_reports_a_proved_transaction_and_keeps_two_keys(registrar: Registrar) -> None:
    folder = registrar.folder / "department"
    registered = await registrar.json("did", "register", folder, *registrar.signing)
    did = registered["did"]
    block = registrar.ledger.view().block(2)
    assert block is not None
    (transaction,) = block.transactions
    assert registered == {
        "did": did,
        "keys": [f"{did}#credentials-1", f"{did}#transactions-1"],
        "folder": str(folder),
        "transaction": Transaction.decode(transaction).id.hex(),
        "height": 2,
        "index": 1,
        "timeMs": block.header.time_ms,
        "tookMs": registered["tookMs"],
        "node": registrar.url,
        "failures": [],
        "verdict": {
            "outcome": "valid",
            "reason": None,
            "sentence": None,
            "detail": "",
            "remedy": None,
            "asOfMs": block.header.time_ms,
            "height": 2,
            "epoch": 0,
            "anchoredBy": "genesis only",
        },
    }
    body = registrar.body(DID_RECORD, did)
    seeds = [
        open_key(folder / name, purpose, lambda: PASSPHRASE, least=MINIMAL)
        for name, purpose in (
            ("credentials-1.key", KeyPurpose.CREDENTIAL),
            ("transactions-1.key", KeyPurpose.INSTITUTION),
        )
    ]
    assert [key.multikey for key in body.keys] == [
        ed25519.to_multikey(ed25519.public_key(seed)) for seed in seeds
    ]
    assert (body.sponsor, body.controller) == (UNIVERSITY, None)


async def test_registering_again_goes_on_with_the_same_keys(registrar: Registrar) -> None:
    folder = registrar.folder / "department"
    unreachable = ("--node", "http://127.0.0.1:1", "--genesis", str(registrar.genesis))
    key = registrar.key("institution.key", f"{UNIVERSITY}#key-1")
    interrupted = await registrar.run("did", "register", folder, *unreachable, *key)
    assert interrupted.error[0].startswith("the node does not answer")
    kept = {path.name: path.read_bytes() for path in folder.iterdir()}

    did = (await registrar.json("did", "register", folder, *registrar.signing))["did"]
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == kept
    again = await registrar.run("did", "register", folder, *registrar.signing)
    assert again.error == (
        f"refused: the DID is registered already ({did})",
        registrar.url,
        "choose another name. Or add a key to the DID that is there with `matricula did add-key`",
    )


async def test_a_life_of_keys(registrar: Registrar) -> None:
    did, signing = await register(registrar)
    folder = registrar.folder / "department"
    added = await registrar.json(
        *("did", "add-key", "#credentials-2", "--purpose", "assertionMethod"),
        *("--new-key", folder / "credentials-2.key", *signing),
    )
    assert added["key"] == f"{did}#credentials-2"
    rotated = await registrar.json(
        *("did", "rotate", f"{did}#credentials-1", "--to", "credentials-3"),
        *("--new-key", folder / "credentials-3.key", *signing),
    )
    assert rotated["key"] == f"{did}#credentials-3"
    since = format_time(registrar.ledger.now_ms)
    await registrar.json("did", "report-compromised", "#credentials-2", "--since", since, *signing)
    await registrar.json("did", "retire", "#credentials-3", *signing)

    shown = await registrar.json("did", "show", did, *registrar.asking)
    states = {key["key"].partition("#")[2]: key["state"] for key in shown["keys"]}
    assert states == {
        "credentials-1": "retired",
        "transactions-1": "active",
        "credentials-2": "compromised",
        "credentials-3": "retired",
    }
    assert (shown["found"], shown["version"], shown["state"]) == (True, 4, "active")
    earlier = await registrar.json("did", "show", did, "--at", shown["recordedMs"] - 1, *registrar.asking)
    assert [key["state"] for key in earlier["keys"]] == ["retired", "active", "compromised", "active"]
    then = await registrar.json("did", "show", did, "--known-at", added["timeMs"] - 1, *registrar.asking)
    assert (then["version"], len(then["keys"])) == (0, 2)

    await registrar.json("did", "deactivate", did, "--yes", *signing)
    body = registrar.body(DID_RECORD, did)
    assert body.key("transactions-1").periods[-1].state is KeyState.REVOKED


async def test_a_did_for_people(registrar: Registrar) -> None:
    did, _ = await register(registrar)
    ran = await registrar.run("did", "show", did, *registrar.asking)
    assert (ran.code, ran.err) == (0, "")
    when = format_time(registrar.ledger.now_ms)
    for told in (
        "#credentials-1",
        "#transactions-1",
        f"active since {when}",
        f"sponsor     {UNIVERSITY}",
        "controller  itself",
        f"proved as of {when} (block 2), anchored by genesis only",
    ):
        assert told in ran.out, told


async def test_a_did_that_is_not_there_is_proved_not_to_be(registrar: Registrar) -> None:
    shown = await registrar.json("did", "show", "did:web:nobody.example", *registrar.asking)
    assert (shown["found"], shown["body"], shown["verdict"]["outcome"]) == (False, None, "valid")
    ran = await registrar.run("did", "show", "did:web:nobody.example", *registrar.asking)
    assert ran.out.startswith("Proved: there is no did did:web:nobody.example.\n")


async def test_a_did_before_it_was_known(registrar: Registrar) -> None:
    did, _ = await register(registrar)
    before = registrar.ledger.now_ms - 1
    shown = await registrar.json("did", "show", did, "--known-at", before, *registrar.asking)
    assert (shown["found"], shown["firstRecordedMs"]) == (False, before + 1)


async def test_what_the_registry_refuses_says_what_to_do(registrar: Registrar) -> None:
    did, signing = await register(registrar)
    new = ("--new-key", registrar.folder / "new.key")
    last = await registrar.run("did", "retire", "#transactions-1", *signing)
    assert last.error == (
        "refused: the DID would have no active key that may sign transactions",
        registrar.url,
        "add another such key first with `matricula did add-key`",
    )
    foreign = await registrar.run("did", "retire", f"{AGENCY}#key-1", *signing)
    assert foreign.error[0] == (
        f"refused: the signer has no authority over the record that the operation names ({did} for {AGENCY})"
    )
    unknown = await registrar.run("did", "rotate", "#none", "--to", "new", *new, *signing)
    assert (unknown.code, unknown.error[0]) == (2, f"the ledger has no key {did}#none")
    reused = await registrar.run(
        "did", "add-key", "#credentials-1", "--purpose", "assertionMethod", *new, *signing
    )
    assert reused.error[2] == "choose a new fragment. The name of a key is never used twice"
    no_name = await registrar.run("did", "retire", did, *signing)
    assert no_name.error[0] == f"{did!r} names no key"
    ahead = registrar.ledger.now_ms + 86_400_000
    future = await registrar.run("did", "report-compromised", "#credentials-1", "--since", ahead, *signing)
    assert future.error[2] == (
        "give the earliest time at which somebody else may have had the key. It is not in the future"
    )


async def test_ending_a_did_asks_first(registrar: Registrar, monkeypatch: pytest.MonkeyPatch) -> None:
    did, signing = await register(registrar)
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    ran = await registrar.run("did", "deactivate", did, *signing)
    assert ran.code == 2
    assert f"End {did} for good?" in ran.out + ran.err
    assert registrar.ledger.view().header.height == 2


async def test_keys_that_cannot_sign(registrar: Registrar) -> None:
    retire = ("did", "retire", "#key-1", *registrar.asking)
    key = registrar.folder / "institution.key"
    unregistered = await registrar.run(
        *retire, *registrar.key("institution.key", "did:web:nobody.example#key-1")
    )
    assert unregistered.error == (
        "refused: the ledger has no DID of the name that the key id gives (did:web:nobody.example)",
        registrar.url,
        "write the DID exactly as it is registered. In a command it stands after --as",
    )
    other = await registrar.run(*retire, *registrar.key("institution.key", f"{AGENCY}#key-1"))
    assert other.error[0] == "refused: the signature does not fit the transaction and the named key"
    assert other.error[2].startswith("sign with the key file that belongs to this name")

    (registrar.folder / "passphrase").write_text("wrong\n")
    wrong = await registrar.run("did", "retire", "#key-1", *registrar.signing)
    assert wrong.error[:2] == ("the passphrase does not open the key", str(key))
    (registrar.folder / "passphrase").write_bytes(PASSPHRASE)
    key.chmod(0o644)
    open_to_others = await registrar.run("did", "retire", "#key-1", *registrar.signing)
    assert open_to_others.error[2] == f"its mode is 0644; run: chmod 600 {key}"
    keep_key(registrar.folder / "peer.key", "peer", KeyPurpose.PEER)
    peer = await registrar.run(*retire, *registrar.key("peer.key", f"{UNIVERSITY}#key-1"))
    assert peer.error[0] == "the key was made for another purpose"
    missing = await registrar.run(*retire, *registrar.key("none.key", f"{UNIVERSITY}#key-1"))
    assert missing.error[0] == "there is no key file"


@pytest.mark.parametrize("name", CLIENT_COMMANDS)
def test_client_commands_load_neither_the_store_nor_the_network(name: str) -> None:
    code = (
        f"import json, sys, node.cli, {COMMANDS[name][0]}\n"
        "print(json.dumps(sorted({'rocksdict', 'libp2p', 'trio', 'uvloop'} & sys.modules.keys())))"
    )
    root = Path(__file__).parents[4]
    shown = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=True)
    assert json.loads(shown.stdout) == []
