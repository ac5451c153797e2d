"""Settings: checked whole, and every error says where and what to do."""

import re
from pathlib import Path
from typing import get_type_hints

import msgspec
import pytest

from node.setup.config import Api, Config, ConfigError, Institution, LoadedConfig, LogSettings, load_config

MINIMAL = """\
[institution]
name = "University of Example"
did = "did:web:registrar.example.edu"
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "node.toml"
    file.write_text(text)
    return file


def error_of(folder: Path, text: str) -> tuple[int, str, str]:
    with pytest.raises(ConfigError) as caught:
        load_config(written(folder, text))
    return caught.value.line, caught.value.what, caught.value.do


def test_defaults(tmp_path: Path) -> None:
    file = written(tmp_path, MINIMAL)
    institution = Institution(name="University of Example", did="did:web:registrar.example.edu")
    loaded = load_config(file)
    assert loaded == LoadedConfig(file, Config(institution=institution))
    assert loaded.path(loaded.settings.storage.directory) == tmp_path / "data"


def test_settings_are_read(tmp_path: Path) -> None:
    text = MINIMAL + '[api]\nlisten = "[::1]:9"\nrequests_per_s = 5\n[log]\nformat = "console"\n'
    settings = load_config(written(tmp_path, text)).settings
    assert settings.api == Api(listen="[::1]:9", requests_per_s=5)
    assert settings.log == LogSettings(format="console")


@pytest.mark.parametrize(
    "text, line, what, do",
    [
        (
            '[log]\nlevel = "loud"\n',
            5,
            "invalid enum value 'loud'",
            "one of ['debug', 'error', 'info', 'warning']",
        ),
        ('[log]\nlevle = "info"\n', 5, "there is no setting 'log.levle'", "did you mean 'level'?"),
        ("[logs]\n", 4, "there is no setting 'logs'", "did you mean 'log'?"),
        (
            "[consensus]\n\n# slow\ndelta_ms = 3\n",
            7,
            "the number is below 50",
            "at least 50; at most 60000; a value of type integer",
        ),
        (
            "[consensus]\ndelta_ms = 3.5\n",
            5,
            "a number with a point in place of a whole number",
            "at least 50; at most 60000; a value of type integer",
        ),
        *(
            (
                f"[did_web]\nhost = '{host}'\n",
                5,
                "the text does not have the form of this setting",
                'write a text: "registrar.example.edu"; at most 160 characters',
            )
            for host in ("https://a.example", "A.example", "a.example:0", "a..b", "a.example/path", "")
        ),
        ("log.format = 3\n", 4, "there is no setting 'institution.log'", "permitted here: did, name"),
        (
            "x = [\n",
            0,
            "not TOML: Invalid value (at end of document)",
            'write a text in quotes: name = "text"',
        ),
        (
            "[log]\n[log]\n",
            5,
            "not TOML: Cannot declare ('log',) twice (at line 5, column 5)",
            "delete one of the two",
        ),
    ],
)
def test_what_is_wrong_and_where(tmp_path: Path, text: str, line: int, what: str, do: str) -> None:
    assert error_of(tmp_path, MINIMAL + text) == (line, what, do)


ANNOUNCED = '"/dns4/node.example.edu/tcp/4001"'
OTHERS = '"/ip4/192.0.2.7/tcp/4001"'
NO_MULTIADDR = "is no multiaddr that names a host and a TCP port"
FORM = "write it as /ip4/192.0.2.7/tcp/4001 or /dns4/node.example.edu/tcp/4001"


@pytest.mark.parametrize(
    ("text", "line", "what", "do"),
    [
        (
            "[network]\nannounce = '/ip4/192.0.2.7/tcp/1'\n",
            5,
            "a text in place of a list",
            f"write a list: [{ANNOUNCED}]; at most 4 entries",
        ),
        (
            "[network]\nannounce = [1]\n",
            5,
            "a whole number in place of a text",
            f"write a text: {ANNOUNCED}; at most 128 characters",
        ),
        (
            f"[network]\nannounce = [{', '.join([OTHERS] * 5)}]\n",
            5,
            "a list of more than 4 entries",
            f"write a list: [{ANNOUNCED}]; at most 4 entries",
        ),
        ("[network]\nannounce = ['127.0.0.1:4204']\n", 5, f"'127.0.0.1:4204' {NO_MULTIADDR}", FORM),
        (
            f"[network]\nannounce = [ # one, two\n  {OTHERS}, # a, b\n\n  '127.0.0.1:4204',\n]\n",
            8,
            f"'127.0.0.1:4204' {NO_MULTIADDR}",
            FORM,
        ),
        (
            "[network.addresses]\na = ['/ip4/192.0.2.7/udp/1']\n",
            5,
            f"'/ip4/192.0.2.7/udp/1' {NO_MULTIADDR}",
            FORM,
        ),
        (f"[network.addresses]\na = [{OTHERS}]\n'b.c' = ['x']\n", 6, f"'x' {NO_MULTIADDR}", FORM),
        (f"[network]\naddresses = {{a = [{OTHERS}], b = ['x']}}\n", 5, f"'x' {NO_MULTIADDR}", FORM),
        (
            "[network.addresses]\na = '/ip4/192.0.2.7/tcp/1'\n",
            5,
            "a text in place of a list",
            f"write a list: [{OTHERS}]; at most 8 entries",
        ),
        (
            "[network.addresses]\na = []\n",
            5,
            "the list is empty",
            f"write a list: [{OTHERS}]; at most 8 entries",
        ),
        (
            f"[network.addresses]\na = [{OTHERS}]\n'' = [{OTHERS}]\n",
            6,
            "a name in this table does not fit: the text is empty",
            "write the peer id before the =",
        ),
        (
            "[network]\naddresses = ['x']\n",
            5,
            "a list in place of a table",
            f"write a table, and in it: PEER_ID = [{OTHERS}]",
        ),
        ("[api]\nlisten = '127.0.0.1'\n", 5, "'127.0.0.1' names no port", "write it as 127.0.0.1:8080"),
        ("[api]\nlisten = '::1'\n", 5, "'::1' names no port", "write it as [::1]:8080"),
        ("[api]\nlisten = '[::1]'\n", 5, "'[::1]' names no port", "write it as [::1]:8080"),
        ("[api]\nlisten = []\n", 5, "a list in place of a text", 'write a text: "127.0.0.1:8080"'),
        (
            "[keys]\npassphrase_file = 3\n",
            5,
            "a whole number in place of a text or nothing",
            'write a text: "folder/name"; at most 4096 characters',
        ),
        (
            "[[log]]\n",
            4,
            "a list in place of a table",
            "write [log] on a line by itself, and its settings below",
        ),
    ],
)
def test_advice_is_about_the_whole_setting_or_the_entry_that_is_wrong(
    tmp_path: Path, text: str, line: int, what: str, do: str
) -> None:
    assert error_of(tmp_path, MINIMAL + text) == (line, what, do)


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("[network]\nlisten = '/ip4/127.0.0.1/tcp/99999'\n", 5, "there is no port '99999'"),
        ("[network]\nlisten = '/dns4/127.1/tcp/1'\n", 5, "'127.1' is neither an IP address nor a host name"),
        ("[api]\nlisten = '127.0.0.1:99999'\n", 5, "there is no port '99999'"),
        ("[api]\nlisten = '[:::::]:80'\n", 5, "':::::' is no IPv6 address"),
        ("[network.addresses]\npeer = ['/ip4/192.0.2.7/tcp/0']\n", 5, "there is no port '0'"),
        (
            "[network.addresses]\n\npeer = ['/ip4/192.0.2.7/tcp/1', '/ip4/0.0.0.0/tcp/4001']\n",
            6,
            "'0.0.0.0' is no address of one machine: nobody can dial it",
        ),
    ],
)
def test_an_address_that_nobody_can_use(tmp_path: Path, text: str, line: int, what: str) -> None:
    assert error_of(tmp_path, MINIMAL + text)[:2] == (line, what)


def test_port_0_lets_the_system_choose(tmp_path: Path) -> None:
    text = MINIMAL + "[network]\nlisten = '/ip4/0.0.0.0/tcp/0'\n[api]\nlisten = '127.0.0.1:0'\n"
    settings = load_config(written(tmp_path, text)).settings
    assert (settings.network.listen, settings.api.listen) == ("/ip4/0.0.0.0/tcp/0", "127.0.0.1:0")


def test_a_missing_table(tmp_path: Path) -> None:
    assert error_of(tmp_path, "[log]\n") == (
        0,
        "'institution' is missing",
        "add it; docs/configuration.md shows a whole file",
    )


def test_a_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_config(tmp_path / "none.toml")
    (tmp_path / "bad.toml").write_bytes(b"\xff")
    with pytest.raises(ConfigError, match="it is not UTF-8 text"):
        load_config(tmp_path / "bad.toml")
    (tmp_path / "large.toml").write_bytes(b"#" * (1 << 20) + b"\n")
    with pytest.raises(ConfigError, match="a settings file has 1,048,576 at most"):
        load_config(tmp_path / "large.toml")


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"x = " + b"[" * 5_000, "it is nested too deep"),
        (b"x = " + b"9" * 5_000, "not TOML: "),
        ("[institution]\n".encode("utf-16"), "this is UTF-16 text, "),
        (b"{}", "this is JSON of another form, not a settings file"),
        (b"<html></html>", "this is a web page (HTML), not a settings file"),
        (b"institution:\n  name: A\n", "this is a YAML file, not a settings file"),
        (b"", "'institution' is missing"),
    ],
)
def test_a_file_of_another_kind(tmp_path: Path, content: bytes, what: str) -> None:
    (tmp_path / "node.toml").write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path / "node.toml")
    assert refused.value.what.startswith(what)
    assert refused.value.do


@pytest.mark.parametrize(
    ("line", "do"),
    [
        ("name = “A”", 'replace the curly quotes by straight ones ("), in a plain text editor'),
        ('name = "C:\\data"', "write a backslash twice (\\\\), or the text in single quotes"),
        ("name = A", 'write a text in quotes: name = "text"'),
        ("name A", 'write it as: name = "text"'),
        ('name = "A', "a quotation mark is missing, or a line break stands inside a text"),
    ],
)
def test_how_a_line_is_mended(tmp_path: Path, line: str, do: str) -> None:
    (tmp_path / "node.toml").write_text(f"[institution]\n{line}\n")
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path / "node.toml")
    assert (refused.value.line, refused.value.do) == (2, do)


def test_where_no_settings_are_one_makes_them(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path / "node.toml")
    assert (refused.value.line, refused.value.where) == (0, str(tmp_path / "node.toml"))
    assert refused.value.do == (
        f"make one with `matricula init`, or check the name: `ls {tmp_path}` shows what is there"
    )


def test_settings_that_are_there_and_cannot_be_read_are_not_made_anew(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path)
    assert (refused.value.line, refused.value.do) == (0, "name a file in it")


def test_a_byte_order_mark_means_nothing_in_settings(tmp_path: Path) -> None:
    (tmp_path / "node.toml").write_bytes(b"\xef\xbb\xbf" + MINIMAL.encode())
    assert load_config(tmp_path / "node.toml").settings.institution.did == "did:web:registrar.example.edu"


def test_a_path_that_leads_in_a_circle_is_a_path(tmp_path: Path) -> None:
    (tmp_path / "data").symlink_to(tmp_path / "data")
    (tmp_path / "node.toml").write_text(MINIMAL)
    loaded = load_config(tmp_path / "node.toml")
    assert loaded.path(loaded.settings.storage.directory) == tmp_path / "data"
    (tmp_path / "node.toml").write_text(MINIMAL + '[storage]\ndirectory = "a\\u0000b"\n')
    with pytest.raises(ConfigError):
        load_config(tmp_path / "node.toml")


def settings_of(section: type[msgspec.Struct], above: str = "") -> set[str]:
    names = set()
    for name, hint in get_type_hints(section).items():
        inner = isinstance(hint, type) and issubclass(hint, msgspec.Struct)
        names |= settings_of(hint, f"{above}{name}.") if inner else {above + name}
    return names


def documentation() -> str:
    return (Path(__file__).parents[3] / "docs" / "configuration.md").read_text()


def test_the_documentation_lists_exactly_the_settings_there_are() -> None:
    assert set(re.findall(r"^\| `([^`]+)`", documentation(), re.M)) == settings_of(Config)


def test_the_documented_file_is_valid(tmp_path: Path) -> None:
    example = re.search(r"```toml\n(.*?)```", documentation(), re.S)
    assert example is not None
    assert load_config(written(tmp_path, example[1])).settings.keys.passphrase_file == "passphrase"


def test_documented_defaults_are_the_defaults() -> None:
    documented = dict(re.findall(r"^\| `([^`]+)` \| `?([^|`]+?)`? \|", documentation(), re.M))
    defaults = Config(institution=Institution(name="-", did="-"))
    for name, default in documented.items():
        if "none" not in default:
            section, setting = name.split(".")
            assert str(getattr(getattr(defaults, section), setting)) == default, name


def test_origins_that_may_be_fetched_from(tmp_path: Path) -> None:
    text = (
        MINIMAL + "[verification]\nfetch = true\npermitted = ['http://10.0.0.5:8080', 'https://a.example']\n"
    )
    settings = load_config(written(tmp_path, text)).settings.verification
    assert settings.fetch
    assert [str(origin) for origin in settings.origins] == ["http://10.0.0.5:8080", "https://a.example"]


@pytest.mark.parametrize(
    ("origin", "what"),
    [
        ("http://2130706433", "'http://2130706433' names no server: the host is neither a whole name nor"),
        ("http://a.example:0", "'http://a.example:0' names no server: it is not one absolute URL"),
        ("a.example:8080", "the text does not have the form that is needed"),
        ("https://a.example/path", "the text does not have the form that is needed"),
    ],
)
def test_what_is_no_origin(tmp_path: Path, origin: str, what: str) -> None:
    text = f"{MINIMAL}[verification]\npermitted = [\n  'https://ok.example',\n  '{origin}',\n]\n"
    line, told, do = error_of(tmp_path, text)
    assert line == 7
    assert told.startswith(what) or "form" in told, told
    assert "http://10.0.0.5:8080" in do
