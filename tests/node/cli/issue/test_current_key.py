"""Which key signs where none, or only its folder, is named: the one that the ledger knows as active."""

import shutil
from pathlib import Path

import pytest

from node.files.durable import write_whole
from node.files.keystore import MINIMAL
from node.process import clock
from node.setup.founding import Listen, Profile, found_node
from registry.names import status_list_id
from registry.records.kind import Kind
from tests.api.conftest import serve
from tests.api.ledger import GENESIS, Ledger
from tests.node.cli.conftest import PASSPHRASE, Registrar, keep_key
from tests.node.cli.issue.credential.test_command import badge, written
from tests.node.cli.issue.test_did import register
from tests.registry.network import UNIVERSITY


def by_folder(registrar: Registrar, did: str) -> tuple[object, ...]:
    """The options that name a DID and the folder of its keys."""
    passphrase = registrar.folder / "passphrase"
    keys = registrar.folder / "department"
    return (*registrar.asking, "--key", keys, "--as", did, "--passphrase-file", passphrase)


def settings(registrar: Registrar) -> Path:
    """The university's own node: its settings, and the keys folder with its first key."""
    folder = registrar.folder / "node"
    api = f"127.0.0.1:{registrar.served.port}"
    profile = Profile(UNIVERSITY, "University", "PT")
    found_node(
        folder, profile, Listen(api=api), lambda: PASSPHRASE, cost=MINIMAL, passphrase_file="passphrase"
    )
    write_whole(folder / "passphrase", PASSPHRASE, replace=False)
    write_whole(folder / "genesis.cbor", registrar.genesis.read_bytes(), replace=False)
    (folder / "keys" / "institution.key").unlink()
    keep_key(folder / "keys" / "institution.key", UNIVERSITY)
    return folder


async def test_after_a_rotation_the_same_options_go_on(registrar: Registrar) -> None:
    did, _ = await register(registrar)
    folder, own = registrar.folder / "department", by_folder(registrar, did)
    await registrar.json("status", "create", "degrees", *own)
    file = written(registrar.folder / "one.json", badge(did))
    first = await registrar.json("credential", "sign", file, *own)
    for name in ("credentials", "transactions"):
        rotate = ("did", "rotate", f"#{name}-1", "--to", f"{name}-2")
        await registrar.json(*rotate, "--new-key", folder / f"{name}-2.key", *own)
    file = written(registrar.folder / "two.json", badge(did, 2))
    second = await registrar.json("credential", "sign", file, *own)
    assert (first["key"], second["key"]) == (f"{did}#credentials-1", f"{did}#credentials-2")
    await registrar.json("status", "create", "leave", *own)
    assert registrar.body(Kind.STATUS_LIST, status_list_id(did, "leave")) is not None


async def test_of_two_active_keys_the_newer_signs(registrar: Registrar) -> None:
    did, _ = await register(registrar)
    folder, own = registrar.folder / "department", by_folder(registrar, did)
    add = ("did", "add-key", "#transactions-2", "--purpose", "capabilityInvocation")
    await registrar.json(*add, "--new-key", folder / "transactions-2.key", *own)
    await registrar.json("did", "retire", "#transactions-1", *own)
    shown = await registrar.json("did", "show", did, *registrar.asking)
    states = {key["key"].partition("#")[2]: key["state"] for key in shown["keys"]}
    assert (states["transactions-1"], states["transactions-2"]) == ("retired", "active")


async def test_the_institution_rotates_its_key_and_goes_on(registrar: Registrar) -> None:
    folder = settings(registrar)
    config, keys = ("--config", folder / "node.toml"), folder / "keys"
    rotate = ("did", "rotate", "#key-1", "--to", "institution-2")
    await registrar.json(*rotate, "--new-key", keys / "institution-2.key", *config)
    await registrar.json("status", "create", "degrees", *config)
    safe = registrar.folder / "safe.key"
    shutil.move(keys / "institution-2.key", safe)
    elsewhere = await registrar.run("status", "create", "leave", *config)
    assert elsewhere.error == (
        f"no key in {keys} is an active one of {UNIVERSITY} that signs transactions",
        "",
        f"name the file that holds {UNIVERSITY}#institution-2: --key FILE --as {UNIVERSITY}",
    )
    await registrar.json("status", "create", "leave", "--key", safe, *config)


async def test_no_key_that_could_sign(registrar: Registrar) -> None:
    did, signing = await register(registrar)
    empty = registrar.folder / "empty"
    empty.mkdir()
    none = await registrar.run("status", "create", "degrees", *by_folder(registrar, did), "--key", empty)
    assert none.error == (
        "no key that signs transactions is here",
        str(empty),
        "name the file that holds it with --key FILE",
    )
    unknown = await registrar.run("status", "create", "degrees", *by_folder(registrar, "did:web:no.example"))
    assert unknown.error == (
        "the ledger has no DID did:web:no.example",
        registrar.url,
        "name the DID as it is registered with --as DID",
    )
    await registrar.json("did", "deactivate", did, "--yes", *signing)
    ended = await registrar.run("status", "create", "degrees", *by_folder(registrar, did))
    assert ended.error[0].endswith("that signs transactions; it has none")


async def test_a_named_fragment_leaves_only_that_key(registrar: Registrar) -> None:
    did, _ = await register(registrar)
    own = by_folder(registrar, f"{did}#transactions-1")
    await registrar.json("status", "create", "degrees", *own)
    wrong = await registrar.run("status", "create", "leave", *by_folder(registrar, f"{did}#other"))
    assert wrong.error[2] == f"name the file that holds {did}#transactions-1: --key FILE --as {did}"


async def test_before_the_first_block_the_institution_has_the_key_it_was_founded_with(
    registrar: Registrar, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(GENESIS)
    monkeypatch.setattr(clock, "now_ms", lambda: ledger.now_ms)
    async for served in serve(ledger):
        registrar.served = served
        folder = settings(registrar)
        config = ("--config", folder / "node.toml")
        refused = await registrar.run("status", "create", "degrees", *config)
        assert (
            refused.error[0]
            == f"refused: the signer's DID has no key of this name ({UNIVERSITY}#institution)"
        )
