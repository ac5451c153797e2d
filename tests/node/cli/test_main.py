"""The command line as a person or a program meets it: output, errors, exit codes."""

import io
import json
import tomllib
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest
import typer

from node import cli
from node.cli import main
from node.cli.app import COMMANDS
from node.cli.terminal.console import program
from node.files.keystore import MINIMAL
from node.setup.founding import Listen, Profile, draw_up_genesis, found_node
from node.storage.failure import PASSING
from registry.network_kind import NetworkKind

Captured = pytest.CaptureFixture[str]


@pytest.fixture
def genesis(tmp_path: Path) -> Path:
    profile = Profile("did:web:a.example", "Uni [A]", "PT")
    member = found_node(
        tmp_path / "a", profile, Listen(announced=("/dns4/a.example/tcp/4001",)), lambda: b"x", cost=MINIMAL
    )
    document = draw_up_genesis("Test", NetworkKind.SANDBOX, 1_000, [member])
    path = tmp_path / "genesis.cbor"
    path.write_bytes(document.encode())
    return path


def test_the_overview_names_every_command(capsys: Captured) -> None:
    assert main(["--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) <= 80
    for name, (_, summary) in COMMANDS.items():
        assert any(line.split(maxsplit=1) == [name, summary] for line in lines), name


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself_and_offers_json(name: str, capsys: Captured) -> None:
    assert main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"matricula {name}" in shown
    assert "--json" in shown or "Commands" in shown


def leaves() -> list[tuple[str, ...]]:
    """Every command, with that of its group where it has one."""
    found: list[tuple[str, ...]] = []
    for name, (module, _) in COMMANDS.items():
        inner = getattr(typer.main.get_command(import_module(module).command), "commands", None)
        found += [(name,)] if inner is None else [(name, one) for one in inner]
    return found


@pytest.mark.parametrize("words", leaves(), ids=" ".join)
def test_every_command_tells_programs_its_errors(words: tuple[str, ...], capsys: Captured) -> None:
    assert main([*words, "--json", "--no-such-option"]) == 2
    captured = capsys.readouterr()
    error = {
        "error": "No such option: --no-such-option",
        "where": "",
        "do": f"see `matricula {' '.join(words)} --help`",
    }
    assert (json.loads(captured.out), captured.err) == (error, "")


@pytest.mark.parametrize("group", sorted({words[0] for words in leaves() if len(words) > 1}))
def test_a_group_shows_whole_sentences(group: str, capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main([group]) == 0
    shown = capsys.readouterr().out.partition("Commands:")[2]
    assert "..." not in shown
    inner = typer.main.get_command(import_module(COMMANDS[group][0]).command).commands  # type: ignore[attr-defined]  # it is a group
    for command in inner.values():
        assert command.short_help in " ".join(shown.split())
        assert command.help.startswith(command.short_help[:20])


@pytest.mark.parametrize(("on_the_path", "called"), [(True, "matricula"), (False, "{folder}/matricula")])
def test_hints_name_the_program_as_it_can_be_called(
    on_the_path: bool, called: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "matricula"
    script.write_text("#!/bin/sh\n")
    script.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path) if on_the_path else "/nowhere")
    assert program() == called.format(folder=tmp_path)
    script.unlink()
    assert program() == "matricula"


def test_which_version_it_is(capsys: Captured) -> None:
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"matricula {project['version']}\n"
    assert main(["--version", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"version": project["version"]}


@pytest.mark.parametrize("end", [KeyboardInterrupt, typer.Abort])
def test_a_program_is_told_of_an_interruption(
    end: type[BaseException], capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise end

    monkeypatch.setattr(cli, "call", interrupted)
    assert (main(["run", "--json"]), main(["run"])) == (130, 130)
    captured = capsys.readouterr()
    told = {"error": "interrupted", "where": "", "do": "run the command again"}
    assert (json.loads(captured.out), captured.err) == (told, "")


def test_a_group_alone_shows_its_commands(capsys: Captured) -> None:
    assert main(["did"]) == 0
    alone = capsys.readouterr()
    assert main(["did", "--help"]) == 0
    assert (alone.out, alone.err) == (capsys.readouterr().out, "")
    assert main(["did", "retyre"]) == 2
    assert capsys.readouterr().err.startswith("Error: No such command 'retyre'")


def test_a_misspelt_command(capsys: Captured) -> None:
    assert main(["fingerprnt"]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "Error: there is no command 'fingerprnt'\n  to do: did you mean 'fingerprint'?\n"


def test_an_unknown_option_as_json(capsys: Captured) -> None:
    assert main(["fingerprint", "--json", "--colour"]) == 2
    error = {"error": "No such option: --colour", "where": "", "do": "see `matricula fingerprint --help`"}
    assert json.loads(capsys.readouterr().out) == error


def test_a_missing_file_says_where(tmp_path: Path, capsys: Captured) -> None:
    missing = tmp_path / "none.cbor"
    assert main(["fingerprint", str(missing)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "Error: there is no genesis document",
        f"  where: {missing}",
        "  to do: get it from the network's founders and compare its words: `matricula fingerprint FILE`",
    ]
    assert main(["inspect", str(missing)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "Error: there is no such file or folder",
        f"  where: {missing}",
        f"  to do: check the name: `ls {tmp_path}` shows what is there",
    ]


def test_what_is_no_genesis_document(tmp_path: Path, capsys: Captured) -> None:
    file = tmp_path / "genesis.cbor"
    file.write_text("[institution]")
    assert main(["fingerprint", str(file), "--json"]) == 1
    error = json.loads(capsys.readouterr().out)
    assert error["error"] == "this is a settings file (TOML), not a genesis document"
    assert error["where"] == str(file)


def test_a_data_directory_that_is_not_there(tmp_path: Path, capsys: Captured) -> None:
    found_node(tmp_path / "a", Profile("did:web:a.example", "A", "PT"), Listen(), lambda: b"x", cost=MINIMAL)
    (tmp_path / "a" / "data").rename(tmp_path / "elsewhere")
    backup = ["backup", str(tmp_path / "b"), "--config", str(tmp_path / "a" / "node.toml"), "--json"]
    assert main(backup) == PASSING
    error = json.loads(capsys.readouterr().out)
    assert error["error"] == "There is no store in the data directory. The directory itself is missing"
    assert error["do"].startswith("check that the disk is mounted")


def test_a_node_of_production_does_not_run_with_a_key_for_demonstrations(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a"
    member = found_node(folder, Profile("did:web:a.example", "A", "PT"), Listen(), lambda: b"x", cost=MINIMAL)
    document = draw_up_genesis("Test", NetworkKind.PRODUCTION, 1_000, [member])
    (folder / "genesis.cbor").write_bytes(document.encode())
    monkeypatch.setenv("MATRICULA_PASSPHRASE", "x")
    assert main(["run", "--config", str(folder / "node.toml"), "--json"]) == 1
    error = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert error["where"] == str(folder / "keys" / "peer.key")
    assert "its passphrase is easy to guess" in error["error"]
    assert "matricula init" in error["do"]


@pytest.mark.parametrize("names", [("peer",), ("consensus",), ("peer", "consensus")])
def test_the_keys_of_another_institution_are_named_before_a_passphrase_is_tried(
    names: tuple[str, ...], tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = [
        found_node(
            tmp_path / name,
            Profile(f"did:web:{name}.example", name, "PT"),
            Listen(announced=("/dns4/a.example/tcp/4001",)),
            name.encode,
            cost=MINIMAL,
        )
        for name in ("own", "other")
    ]
    document = draw_up_genesis("Test", NetworkKind.SANDBOX, 1_000, members)
    (tmp_path / "own" / "genesis.cbor").write_bytes(document.encode())
    for name in names:
        file = Path("keys") / f"{name}.key"
        (tmp_path / "own" / file).write_bytes((tmp_path / "other" / file).read_bytes())
    monkeypatch.setenv("MATRICULA_PASSPHRASE", "own")
    assert main(["run", "--config", str(tmp_path / "own" / "node.toml"), "--json"]) == 1
    (line,) = capsys.readouterr().out.splitlines()  # nothing is logged before
    error = json.loads(line)
    assert "did:web:other.example" in error["error"]
    assert error["where"] == str(tmp_path / "own" / "keys")


def test_nobody_is_advised_to_give_an_option_that_the_command_does_not_have(
    genesis: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = genesis.parent / "a" / "node.toml"
    genesis.rename(settings.with_name("genesis.cbor"))
    monkeypatch.setattr("sys.stdin", io.StringIO())
    monkeypatch.delenv("MATRICULA_PASSPHRASE", raising=False)
    setting = f"keys.passphrase_file in {settings}"
    facts = (
        "--name",
        "A",
        "--did",
        "did:web:a.example",
        "--country",
        "PT",
        "--announce",
        "/ip4/127.0.0.1/tcp/1",
    )
    key = str(settings.parent / "keys" / "institution.key")
    who = ("--as", "did:web:a.example#institution", "--key", key)
    for command, named in (
        (("run", "--config", str(settings)), setting),
        (("init", str(genesis.parent / "b"), *facts), "--passphrase-file"),
        (("status", "create", "x", "--config", str(settings), *who), f"--passphrase-file or {setting}"),
    ):
        assert main([*command, "--json"]) == 1
        error = json.loads(capsys.readouterr().out)
        assert error["error"] == (
            "the keys need a passphrase, and the command cannot ask, because standard input is no terminal"
        )
        assert (
            error["do"] == f"name a file with {named}, or set the environment variable MATRICULA_PASSPHRASE"
        )


class _Typing(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_wrong_answer_is_asked_again_and_ends_nothing(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter(["A", "example", "did:web:a.example", "Portugal", "pt", "a:1", "/ip4/127.0.0.1/tcp/4101"])
    monkeypatch.setattr("sys.stdin", _Typing())
    monkeypatch.setattr("node.cli.arguments.options.ask", lambda _: next(answers))
    monkeypatch.setenv("MATRICULA_PASSPHRASE", "x")
    monkeypatch.setattr("node.cli.operate.init.found_node", partial(found_node, cost=MINIMAL))
    folder = tmp_path / "a"
    assert main(["init", str(folder)]) == 0
    captured = capsys.readouterr()
    errors = [line for line in captured.err.splitlines() if line.startswith("Error: ")]
    assert [line.removeprefix("Error: ") for line in errors] == [
        "'example' is no DID",
        "'Portugal' is no country",
        "'a:1' is no announced address",
    ]
    said = "It listens for the other nodes at /ip4/0.0.0.0/tcp/4101, and they dial /ip4/127.0.0.1/tcp/4101."
    assert said in captured.out
    assert "The ports differ" not in captured.out
    assert tomllib.loads((folder / "node.toml").read_text())["network"]["listen"] == "/ip4/0.0.0.0/tcp/4101"


@pytest.mark.parametrize(
    ("announced", "given", "listen", "is_told"),
    [
        ("/dns4/a.example/tcp/9", (), "/ip4/0.0.0.0/tcp/9", False),
        ("/ip6/2001:db8::1/tcp/9", (), "/ip6/::/tcp/9", False),
        ("/dns4/a.example/tcp/9", ("--listen", "/ip4/127.0.0.1/tcp/8"), "/ip4/127.0.0.1/tcp/8", True),
    ],
)
def test_where_a_founded_node_listens(
    announced: str,
    given: tuple[str, ...],
    listen: str,
    is_told: bool,
    tmp_path: Path,
    capsys: Captured,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MATRICULA_PASSPHRASE", "x")
    monkeypatch.setattr("node.cli.operate.init.found_node", partial(found_node, cost=MINIMAL))
    facts = ("--name", "A", "--did", "did:web:a.example", "--country", "PT", "--announce", announced)
    assert main(["init", str(tmp_path / "a"), *facts, *given]) == 0
    said = capsys.readouterr().out
    assert f"It listens for the other nodes at {listen}, and they dial {announced}." in said
    assert ("something has to forward port 9 there to port 8 here" in said) is is_told
    assert main(["init", str(tmp_path / "a"), *facts]) == 1
    assert capsys.readouterr().err.startswith("Error: the folder is not empty")


def test_a_value_that_nobody_gives(capsys: Captured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(["init", "somewhere", "--name", "A", "--json"]) == 2
    captured = capsys.readouterr()
    told = {
        "error": "--did is missing, and the command cannot ask, because standard input is no terminal",
        "where": "",
        "do": "give --did: see --help",
    }
    assert (json.loads(captured.out), captured.err) == (told, "")


def test_making_keys_says_that_it_takes_time(
    tmp_path: Path, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MATRICULA_PASSPHRASE", "x")
    monkeypatch.setattr("node.cli.operate.init.found_node", partial(found_node, cost=MINIMAL))
    facts = ("--name", "A", "--did", "did:web:a.example", "--country", "PT")
    assert main(["init", str(tmp_path / "a"), *facts, "--announce", "/ip4/127.0.0.1/tcp/4001"]) == 0
    captured = capsys.readouterr()
    (said,) = captured.err.splitlines()
    assert said.startswith("Making three keys. Each takes some seconds")
    assert "matricula doctor --config" in captured.out


def test_the_fingerprint_for_people_and_for_programs(genesis: Path, capsys: Captured) -> None:
    assert main(["fingerprint", str(genesis), "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["name"], document["kind"], document["validators"]) == ("Test", "sandbox", 1)
    assert main(["fingerprint", str(genesis)]) == 0
    shown = capsys.readouterr().out
    assert document["fingerprint"] in shown
    assert "Uni [A]" in shown


def test_drawing_up_a_genesis_document(genesis: Path, tmp_path: Path, capsys: Captured) -> None:
    founding, out = tmp_path / "a" / "founding.json", tmp_path / "new.cbor"
    arguments = ["genesis", str(founding), "--name", "New", "--out", str(out), "--json"]
    assert main(arguments) == 0
    first = json.loads(capsys.readouterr().out)
    assert main(["fingerprint", str(out), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == first
    assert main(arguments) == 1
    assert "already" in json.loads(capsys.readouterr().out)["error"]


def test_founding_files_that_do_not_fit_together_are_named(
    genesis: Path, tmp_path: Path, capsys: Captured
) -> None:
    file = genesis.parent / "a" / "founding.json"
    copy, other, shared = (tmp_path / name for name in ("copy.json", "other.json", "shared.json"))
    copy.write_bytes(file.read_bytes())
    other.write_text(file.read_text().replace("a.example/tcp", "b.example/tcp"))
    shared.write_text(file.read_text().replace("did:web:a.example", "did:web:b.example"))
    who = "Uni [A] (did:web:a.example)"
    same = f"{who} and Uni [A] (did:web:b.example) have the same consensus key"
    for second, what, where in (
        (file, f"the founding file of {who} is given twice", str(file)),
        (copy, f"the founding file of {who} is given twice", f"{file} and {copy}"),
        (other, f"two founding files are of {who}, and they differ", f"{file} and {other}"),
        (shared, same, f"{file} and {shared}"),
    ):
        out = str(tmp_path / "new.cbor")
        assert main(["genesis", str(file), str(second), "--name", "N", "--out", out, "--json"]) == 1
        error = json.loads(capsys.readouterr().out)
        assert (error["error"], error["where"]) == (what, where)


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--did", "example.edu", "'example.edu' is no DID"),
        ("--country", "Portugal", "'Portugal' is no country"),
        ("--country", "p1", "'P1' is no country"),
        ("--announce", "node.example.edu:4001", "'node.example.edu:4001' is no announced address"),
        ("--announce", "/ip4/0.0.0.0/tcp/1", "'0.0.0.0' is no address of one machine: nobody can dial it"),
        ("--announce", "/dns4/a.example/tcp/0", "there is no port '0'"),
        ("--listen", "/ip4/0.0.0.0/tcp/65536", "there is no port '65536'"),
        ("--api", "8080", "'8080' is no address of the HTTP API"),
        ("--api", "127.0.0.1:99999", "there is no port '99999'"),
    ],
)
def test_a_node_is_founded_only_with_facts_of_the_right_form(
    option: str, value: str, said: str, tmp_path: Path, capsys: Captured
) -> None:
    facts = {
        "--name": "University of Example",
        "--did": "did:web:university.example",
        "--country": "PT",
        "--announce": "/ip4/127.0.0.1/tcp/4001",
    }
    words = [word for pair in (facts | {option: value}).items() for word in pair]
    assert main(["init", str(tmp_path / "node"), *words, "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["error"] == said
    assert not (tmp_path / "node").exists()
