"""Hostile text in every argument and option, in every file that is named, and in the environment."""

import json
from functools import partial

import pytest

from node.cli import main
from node.cli.terminal.console import Output
from node.files.keystore import MINIMAL
from node.setup.founding import found_node
from node.wording.explained import Explained
from tests.node.cli.command_table import COMMANDS_BY_WORDS, REQUIRED
from tests.node.cli.conftest import Ran, Registrar
from tests.node.cli.hostile import FORGED, PAYLOADS, assert_error_of_few_lines, assert_inert, make_impatient
from tests.registry.network import UNIVERSITY

MIXED = f"x\x1b[2J\n{FORGED}\r\u202e\x9b\u200b:school:[b]\x07"
"""Short enough for the name of a file."""
ALL = "".join(text for text in PAYLOADS.values() if "\udcff" not in text)
"""Without what is no UTF-8: a command line that holds it is refused as a whole."""
FAILED, USED_WRONGLY = 1, 2
FORMATS = {
    "json": json.dumps({"format": ALL, "id": ALL, "issuer": ALL, ALL: [ALL]}).encode(),
    "text": ALL.encode(errors="replace") + b"\x00",
    "settings": f'[institution]\nname = {json.dumps(MIXED[:-2])}\n{json.dumps(MIXED[:-2])} = "x"\n'.encode(),
}

FILES = {
    "anchor",
    "backup",
    "config",
    "file",
    "files",
    "founding_files",
    "genesis",
    "key",
    "new_key",
    "passphrase_file",
    "schema",
}
"""The parameters that name a file that is read."""


def test_every_command_is_in_the_table() -> None:
    assert set(REQUIRED) == set(COMMANDS_BY_WORDS)


@pytest.fixture
def shared(registrar: Registrar, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """The options of asking and signing; and nothing is slow or asks."""
    make_impatient(monkeypatch)
    monkeypatch.setenv("MATRICULA_PASSPHRASE", "x")
    monkeypatch.setattr("node.cli.operate.init.found_node", partial(found_node, cost=MINIMAL))
    return {
        "node": registrar.url,
        "genesis": str(registrar.genesis),
        "key": str(registrar.folder / "institution.key"),
        "as_": f"{UNIVERSITY}#key-1",
        "passphrase_file": str(registrar.folder / "passphrase"),
    }


async def check(registrar: Registrar, line: list[str]) -> None:
    """A command does whatever it does; what it prints is inert, for people and for programs."""
    people = await registrar.run(*line)
    judge_people(people)
    words = next(number for number, word in enumerate([*line, "--"]) if word == "--")
    program = await registrar.run(*line[:words], "--json", *line[words:])
    judge_program(program)


def judge_people(ran: Ran) -> None:
    assert_inert(ran.out)
    assert_inert(ran.err)
    if ran.err.startswith("Error: ") or "\nError: " in ran.err:
        assert ran.code != 0
        assert_error_of_few_lines(ran.err)


def judge_program(ran: Ran) -> None:
    assert_inert(ran.out)
    assert ran.err == ""
    assert isinstance(ran.json, dict)


@pytest.mark.parametrize("words", COMMANDS_BY_WORDS)
async def test_in_every_argument(words: str, registrar: Registrar, shared: dict[str, str]) -> None:
    command = COMMANDS_BY_WORDS[words]
    for text in (MIXED, ALL.encode(errors="replace").decode()):
        for parameter in command.parameters:
            await check(registrar, command.line(shared, **{parameter.name: text}))
        await check(registrar, [*words.split(), f"--{text}"])
        await check(registrar, [*words.split()[:-1], text])


@pytest.mark.parametrize("words", COMMANDS_BY_WORDS)
async def test_in_every_file(words: str, registrar: Registrar, shared: dict[str, str]) -> None:
    command = COMMANDS_BY_WORDS[words]
    for parameter in command.parameters:
        for name, content in FORMATS.items() if parameter.name in FILES else ():
            file = registrar.folder / f"{parameter.name}-{name}"
            file.write_bytes(content)
            file.chmod(0o600)
            await check(registrar, command.line(shared, **{parameter.name: str(file)}))


@pytest.mark.parametrize("words", COMMANDS_BY_WORDS)
async def test_in_the_environment(
    words: str, registrar: Registrar, shared: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = COMMANDS_BY_WORDS[words]
    own = {name: text for name, text in shared.items() if name not in ("node", "passphrase_file")}
    if words == "demo":  # with a folder for its network it would run for long
        monkeypatch.setattr("tempfile.tempdir", f"/nowhere/{MIXED}")
        await check(registrar, command.line(own))
    for variable in ("MATRICULA_NODES", "MATRICULA_CONFIG", "MATRICULA_PASSPHRASE"):
        if words != "demo":
            monkeypatch.setenv(variable, MIXED)
            await check(registrar, command.line(own))


async def test_the_name_of_a_command(registrar: Registrar) -> None:
    for text in (MIXED, ALL):
        await check(registrar, [text])
        await check(registrar, ["--version", text])


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_an_error_keeps_its_text_for_programs(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Output(as_json=True).error(Explained("it is not there", where=f"/nowhere/{text}", do="look for it"))
    shown = capsys.readouterr().out
    assert_inert(shown)
    assert shown.count("\n") == 1
    assert json.loads(shown)["where"] == f"/nowhere/{text}"


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_a_file_that_is_not_there_is_named_inert(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    refused = USED_WRONGLY if "\udcff" in text else FAILED
    assert main(["fingerprint", "--json", f"/nowhere/{text}"]) == refused
    shown = capsys.readouterr().out
    assert_inert(shown)
    assert shown.count("\n") == 1


@pytest.mark.parametrize("text", PAYLOADS.values(), ids=PAYLOADS)
def test_a_document_to_be_kept_has_its_content(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Output().content({"name": text})
    shown = capsys.readouterr().out
    assert_inert(shown)
    assert shown.count("\n") == 3
    assert json.loads(shown) == {"name": text}


def test_a_did_can_be_copied_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    did = "did:web:example.edu:school:key:badges"
    assert main(["credential", "template", did]) == 0
    assert f'"id": "{did}"' in capsys.readouterr().out
    Output().result({}, [did])
    Output().remark(did)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == (f"{did}\n", f"{did}\n")
