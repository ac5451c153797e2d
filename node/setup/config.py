"""One node's settings: a TOML file, read once, checked whole, then frozen.

Relative paths are relative to the file. A wrong setting is an error that names the file, the line, what is
wrong and what is permitted; a setting that nobody knows is refused with the nearest name, because a
misspelt limit that is silently ignored is worse than none. `docs/configuration.md` explains each setting.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

import msgspec
from msgspec import Meta

from api.lookup.fault import FetchError
from api.lookup.target import Origin, origin_of
from node.files.bounded import WrongFile, read_text, wrong_file
from node.files.expected import SETTINGS
from node.files.foreign import TEXT_WITHOUT_FORM, FileKind, recognise
from node.files.os_errors import explain_os_error
from node.setup.settings_faults import MISSING, how_to_mend, what_fits, what_is_wrong
from node.setup.settings_places import SettingPath, is_of_form, line_of, place_of, value_at
from node.transport.addresses import host_and_port, host_and_port_to_listen_at
from node.wording.explained import Explained
from node.wording.hosts import WrongAddress, host_port_to_listen_at
from node.wording.units import MIB
from registry.primitives.reason import as_clause

INSTITUTION_FRAGMENT = "institution"
"""The fragment of an institution's first key: `did:web:…#institution` signs its transactions."""

Text = Annotated[str, Meta(min_length=1, max_length=256)]
PeerIdText = Annotated[str, Meta(min_length=1, max_length=256, examples=["PEER_ID"])]
PathText = Annotated[str, Meta(pattern=r"^[^\x00]+$", max_length=4096, examples=["folder/name"])]
HostPort = Annotated[
    str, Meta(pattern=r"^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$", examples=["127.0.0.1:8080"])
]
Multiaddr = Annotated[
    str,
    Meta(pattern=r"^/(ip4|ip6|dns|dns4|dns6)/[^/]+/tcp/[0-9]{1,5}$", examples=["/ip4/192.0.2.7/tcp/4001"]),
]
Announced = Annotated[
    str,
    Meta(
        pattern=r"^/(ip4|ip6|dns|dns4|dns6)/[^/]+/tcp/[0-9]{1,5}$",
        max_length=128,
        examples=["/dns4/node.example.edu/tcp/4001"],
    ),
]
Addresses = Annotated[list[Multiaddr], Meta(min_length=1, max_length=8)]
WebHost = Annotated[
    str,
    Meta(
        pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)*(:[1-9][0-9]{0,4})?$",
        max_length=160,
        examples=["registrar.example.edu"],
    ),
]
OriginText = Annotated[
    str, Meta(pattern=r"^https?://[^/?#@]+$", max_length=256, examples=["http://10.0.0.5:8080"])
]
DidText = Annotated[
    str, Meta(pattern=r"^did:[a-z0-9]+:.+$", max_length=256, examples=["did:web:registrar.example.edu"])
]


class _Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A table of the file. Fields are its settings."""


class Institution(_Section, frozen=True):
    """Who runs this node."""

    name: Text
    did: DidText


class Storage(_Section, frozen=True):
    """Where the ledger is kept. The directory belongs to one running node."""

    directory: PathText = "data"


class Keys(_Section, frozen=True):
    """Where the sealed keys are, and the file whose first line is their passphrase."""

    directory: PathText = "keys"
    passphrase_file: PathText | None = None


class NetworkSettings(_Section, frozen=True):
    """The ledger to join and how its nodes reach each other."""

    genesis: PathText = "genesis.cbor"
    listen: Multiaddr = "/ip4/0.0.0.0/tcp/4001"
    announce: Annotated[list[Announced], Meta(max_length=4)] = []
    addresses: dict[PeerIdText, Addresses] = {}

    @property
    def overrides(self) -> dict[str, tuple[str, ...]]:
        """`addresses`, as they are used: by peer id."""
        return {peer_id: tuple(addresses) for peer_id, addresses in self.addresses.items()}


class Api(_Section, frozen=True):
    """The HTTP side."""

    listen: HostPort = "127.0.0.1:8080"
    requests_per_s: Annotated[int, Meta(ge=1, le=1_000_000)] = 1_000


class DidWeb(_Section, frozen=True):
    """The did:web documents of this institution's DIDs. `compare` is by the kind of the network where it is
    not given.
    """

    host: WebHost | None = None
    compare: bool | None = None


class VerificationSettings(_Section, frozen=True):
    """Judging credentials for others. Without `fetch` nothing is looked up outside the registry."""

    fetch: bool = False
    permitted: Annotated[list[OriginText], Meta(max_length=64)] = []

    @property
    def origins(self) -> tuple[Origin, ...]:
        """`permitted`, as it is used."""
        return tuple(map(origin_of, self.permitted))


class Consensus(_Section, frozen=True):
    """Delta is the delay that messages are assumed to take at most; raising it is always safe."""

    delta_ms: Annotated[int, Meta(ge=50, le=60_000)] = 300


class PoolSettings(_Section, frozen=True):
    """What may wait to be ordered."""

    transactions: Annotated[int, Meta(ge=100, le=10_000_000)] = 50_000
    bytes: Annotated[int, Meta(ge=MIB, le=4096 * MIB)] = 64 * MIB


class LogSettings(_Section, frozen=True):
    """What the log says and how."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "json"


class Config(_Section, frozen=True):
    """All settings of a node. Paths are as written; `Config.path` resolves them."""

    institution: Institution
    storage: Storage = Storage()
    keys: Keys = Keys()
    network: NetworkSettings = NetworkSettings()
    api: Api = Api()
    did_web: DidWeb = DidWeb()
    verification: VerificationSettings = VerificationSettings()
    consensus: Consensus = Consensus()
    pool: PoolSettings = PoolSettings()
    log: LogSettings = LogSettings()


class LoadedConfig(msgspec.Struct, frozen=True):
    """Settings and the file that they come from."""

    file: Path
    settings: Config

    def path(self, written: str) -> Path:
        """A path of the file, absolute."""
        return Path(
            os.path.realpath(self.file.parent / written)
        )  # resolve() fails where links go in a circle


class ConfigError(Explained):
    """The settings cannot be used. `line` is 0 where no one line is at fault."""

    def __init__(self, file: Path, line: int, what: str, do: str) -> None:
        super().__init__(what, where=f"{file}, line {line}" if line else file, do=do)
        self.line = line


def load_config(file: Path) -> LoadedConfig:
    """Read and check a configuration file. Raises ConfigError."""
    try:
        text = read_text(file, SETTINGS)
    except FileNotFoundError as error:
        do = f"make one with `matricula init`, or {explain_os_error(error).do}"
        raise _unreadable(file, error, do) from error
    except OSError as error:
        raise _unreadable(file, error, explain_os_error(error).do) from error
    except Explained as error:
        raise ConfigError(file, 0, error.what, error.do) from error
    tables = _tables(file, text)
    _refuse_unknown(file, text, tables, Config, ())
    try:
        settings = msgspec.convert(tables, Config)
    except msgspec.ValidationError as error:
        raise _not_of_form(file, text, tables, str(error)) from error
    _check_addresses(file, text, settings)
    _check_origins(file, text, settings.verification)
    return LoadedConfig(file.resolve(), settings)


def _check_addresses(file: Path, text: str, settings: Config) -> None:
    """What the form of an address leaves open: whether anybody can listen at it, or dial it."""
    for setting, written in _addresses(settings):
        try:
            _reader_of(setting)(written)
        except WrongAddress as error:
            raise ConfigError(file, line_of(text, setting), error.what, error.do) from error


def _check_origins(file: Path, text: str, settings: VerificationSettings) -> None:
    """Whether each origin that may be fetched from names a server."""
    for number, written in enumerate(settings.permitted):
        try:
            origin_of(written)
        except FetchError as error:
            what = f"{written!r} names no server: {as_clause(error.fault.sentence)}"
            do = "write scheme, host and port, such as http://10.0.0.5:8080"
            raise ConfigError(file, line_of(text, ("verification", "permitted", number)), what, do) from error


def _addresses(settings: Config) -> Iterator[tuple[SettingPath, str]]:
    """Each address of the settings, and its place."""
    network = settings.network
    yield ("network", "listen"), network.listen
    yield ("api", "listen"), settings.api.listen
    for number, address in enumerate(network.announce):
        yield ("network", "announce", number), address
    for peer_id, addresses in network.addresses.items():
        for number, address in enumerate(addresses):
            yield ("network", "addresses", peer_id, number), address


def _reader_of(setting: SettingPath) -> Callable[[str], object]:
    """How the address at that place is read; a text that is none is taken as it is."""
    if setting == ("api", "listen"):
        return host_port_to_listen_at
    if setting == ("network", "listen"):
        return host_and_port_to_listen_at
    is_entry = isinstance(setting[-1], int)
    return host_and_port if is_entry and setting[:2] in _LISTS_OF_ADDRESSES else str


def _not_of_form(file: Path, text: str, tables: dict[str, Any], message: str) -> ConfigError:
    """The error for what the library that checks values (msgspec) said."""
    fault, _, where = message.partition(" - at `")
    in_key = where.startswith("key` in `")
    setting = place_of(where.removeprefix("key` in `").removeprefix("$"), tables, _OF_ENTRIES)
    value = value_at(tables, setting)
    what, do = what_is_wrong(fault), _permitted(setting, missing=fault.startswith(MISSING))
    if in_key:
        setting = (*setting, next(name for name in value if not is_of_form(name, PeerIdText)))
        what, do = f"a name in this table does not fit: {what}", "write the peer id before the ="
    elif isinstance(value, str):
        try:
            _reader_of(setting)(value)
        except WrongAddress as error:
            what, do = error.what, error.do
    return ConfigError(file, line_of(text, setting), what, do)


def _unreadable(file: Path, error: OSError, do: str) -> ConfigError:
    return ConfigError(file, 0, f"the settings cannot be read: {explain_os_error(error).what}", do)


def _tables(file: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # of them TOMLDecodeError is one
        kind = recognise(text.encode())
        if kind not in _NEARLY_TOML:
            other: WrongFile = wrong_file(text.encode(), SETTINGS, file)
            raise ConfigError(file, 0, other.what, other.do) from error
        line_number = re.search(r"line (\d+)", str(error))
        line = int(line_number[1]) if line_number else 0
        what = "it is nested too deep" if isinstance(error, RecursionError) else f"not TOML: {error}"
        raise ConfigError(file, line, what, how_to_mend(str(error), text, line)) from error


def _refuse_unknown(
    file: Path, text: str, table: dict[str, Any], section: type[Any], above: tuple[str, ...]
) -> None:
    types = get_type_hints(section)
    for key, value in table.items():
        if key not in types:
            near = difflib.get_close_matches(key, types, 1)
            what = f"there is no setting {'.'.join((*above, key))!r}"
            do = f"did you mean {near[0]!r}?" if near else f"permitted here: {', '.join(sorted(types))}"
            raise ConfigError(file, line_of(text, (*above, key)), what, do)
        inner = types[key]
        if isinstance(value, dict) and isinstance(inner, type) and issubclass(inner, _Section):
            _refuse_unknown(file, text, value, inner, (*above, key))


def _permitted(setting: SettingPath, *, missing: bool) -> str:
    """What may stand at a place, read off its type. `missing`: a setting of the table there is not."""
    hint: Any = Config
    within = list(setting)
    while within and isinstance(hint, type) and issubclass(hint, _Section):
        hint = get_type_hints(hint, include_extras=True)[str(within.pop(0))]
    if isinstance(hint, type) and issubclass(hint, _Section):
        if missing:
            return "add it; docs/configuration.md shows a whole file"
        return f"write [{'.'.join(map(str, setting))}] on a line by itself, and its settings below"
    return what_fits(msgspec.json.schema(hint), within)


_NEARLY_TOML = TEXT_WITHOUT_FORM - {FileKind.YAML} | {FileKind.JSON_LIKE, FileKind.JSON_LIST, FileKind.BLANK}
_LISTS_OF_ADDRESSES = (("network", "announce"), ("network", "addresses"))
_OF_ENTRIES = {"network.addresses": Addresses}
"""The form of the values of each table whose names are free."""
