"""How a command finds the nodes that it asks, and what its trust in their answers rests on.

No node is trusted. What a command shows was proved by the node that was asked and checked here, starting from
the genesis document: a file that was compared by voice once (`matricula fingerprint`), never fetched.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, TypeAlias, TypeVar
from urllib.parse import urlsplit

import typer

from api.answer.question import Question
from api.client import Checked, Client, Failure, FailureKind, NoAnswer, Settings, trust_in_genesis
from api.client.asking import refusal_in
from api.client.bounded_http import BoundedHttp, Response, Unreachable
from api.client.outcome import fault_of
from consensus.light_client import Trust
from node.cli.app import UsedWrongly
from node.cli.arguments.options import DEFAULT_CONFIG
from node.process import clock
from node.setup.config import LoadedConfig, load_config
from node.setup.genesis_file import read_genesis
from node.wording.explained import Explained
from registry.genesis import GenesisDocument

SETTINGS = Settings()
_SHOWN = 100
_OPTION = "--node or MATRICULA_NODES"
EVERY_INTERFACE = ("0.0.0.0", "[::]")

NodeUrls: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--node",
        help="A node's API, such as https://node.example.edu; may be repeated. Default: the one in --config.",
        envvar="MATRICULA_NODES",
    ),
]
GenesisFile: TypeAlias = Annotated[
    Path | None,
    typer.Option("--genesis", help="The genesis document to trust. Default: the one that --config names."),
]
MaxAge: TypeAlias = Annotated[
    int, typer.Option("--max-age", min=1, help="Seconds that an answer may be old, by this machine's clock.")
]
MaybeConfig: TypeAlias = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        help="A node's settings file. Default: node.toml, where there is one.",
        envvar="MATRICULA_CONFIG",
    ),
]

T = TypeVar("T")


@dataclass(frozen=True)
class Connection:
    """Which nodes to ask, in this order, and how old an answer may be. `document` is the trust anchor;
    `takes_ahead` as in `api.client.Settings`."""

    nodes: tuple[str, ...]
    document: GenesisDocument | None
    settings: LoadedConfig | None
    max_age_s: int
    takes_ahead: bool = False
    named: tuple[str, ...] = ()
    """The options that name it, for another command that asks the same nodes."""

    @property
    def genesis(self) -> GenesisDocument:
        """The genesis document. Raises Explained where none was named."""
        if self.document is None:
            raise _no_anchor()
        return self.document

    @property
    def trust(self) -> Trust:
        """What every verdict rests on."""
        return trust_in_genesis(self.genesis)

    def with_nodes(self) -> "Connection":
        """This connection. Raises Explained where it has no node."""
        if not self.nodes:
            do = "name one with --node URL or MATRICULA_NODES, or a node's settings with --config FILE"
            raise Explained("no node to ask", do=do)
        return self

    def client(self) -> Client:
        """A client that checks what it is told."""
        return Client(
            self.nodes,
            self.trust,
            now_ms=clock.now_ms,
            pause=asyncio.sleep,
            settings=replace(SETTINGS, max_age_ms=self.max_age_s * 1000, takes_ahead=self.takes_ahead),
        )

    def run(self, work: Callable[[Client], Awaitable[T]]) -> T:
        """What `work` gives when it is handed a client. Raises NoAnswer and Forked, as clients do."""

        async def within_client() -> T:
            async with self.client() as client:
                return await work(client)

        return asyncio.run(within_client())

    def ask(self, question: Question) -> Checked:
        """The first answer that holds. Raises NoAnswer and Forked."""
        return self.run(lambda client: client.ask(question))

    def ask_to_show(self, question: Question) -> Checked:
        """The first answer that holds; else the newest in which only freshness is missing: its verdict says
        so. For commands that show the verdict. Raises NoAnswer and Forked.
        """
        try:
            return self.ask(question)
        except NoAnswer as error:
            if error.undecided is None:
                raise
            return error.undecided

    def fetch(self, path: str, *, accept: str, limit: int) -> tuple[str, Response]:
        """The first node that answers, and its answer of at most `limit` bytes. Checks nothing.

        Raises NoAnswer.
        """

        async def fetching() -> tuple[str, Response]:
            failures = []
            async with BoundedHttp(timeout_s=SETTINGS.timeout_s) as http:
                for node in self.nodes:
                    try:
                        response = await http.request("GET", node + path, accept=accept, limit=limit)
                    except Unreachable as error:
                        failures.append(Failure(node, FailureKind.UNREACHABLE, fault_of(error), str(error)))
                        continue
                    if response.status == HTTPStatus.OK:
                        return node, response
                    failed = refusal_in(response)
                    failures.append(Failure(node, failed.kind, failed.reason, failed.detail))
            raise NoAnswer(failures)

        return asyncio.run(fetching())


def connect(
    node: NodeUrls = None, genesis: GenesisFile = None, config: MaybeConfig = None, max_age: MaxAge = 120
) -> Connection:
    """The connection that the shared options describe. Raises Explained where they name no node."""
    return connect_where_needed(node, genesis, config, max_age).with_nodes()


def connect_where_needed(
    node: NodeUrls = None, genesis: GenesisFile = None, config: MaybeConfig = None, max_age: MaxAge = 120
) -> Connection:
    """The same for a command that may do without a node."""
    settings = find_settings(config)
    urls = [node_url(written) for written in node or []]
    named = [word for url in urls for word in ("--node", url)]
    named += ["--genesis", str(genesis)] if genesis is not None else []
    named += ["--config", str(config)] if config is not None else []
    if not urls and settings is not None:
        urls = [own_url(settings)]
    return Connection(tuple(urls), _find_genesis(genesis, settings), settings, max_age, named=tuple(named))


def trust_in(genesis: GenesisFile = None, config: MaybeConfig = None) -> Trust:
    """What verdicts rest on, for a command that asks no node. Raises Explained where no file is named."""
    document = _find_genesis(genesis, find_settings(config))
    if document is None:
        raise _no_anchor()
    return trust_in_genesis(document)


def find_settings(config: Path | None) -> LoadedConfig | None:
    """The settings in the named file, else those in the default one if it is there."""
    if config is None and not DEFAULT_CONFIG.exists():
        return None
    return load_config(config or DEFAULT_CONFIG)


def own_url(settings: LoadedConfig) -> str:
    """Where this machine reaches the node of those settings."""
    host, _, port = settings.settings.api.listen.rpartition(":")
    return f"http://{'127.0.0.1' if host in EVERY_INTERFACE else host}:{port}"


def _find_genesis(genesis: Path | None, settings: LoadedConfig | None) -> GenesisDocument | None:
    if genesis is None and settings is not None:
        genesis = settings.path(settings.settings.network.genesis)
    return None if genesis is None else read_genesis(genesis)


def _no_anchor() -> Explained:
    do = "name the genesis document with --genesis FILE, or a node's settings with --config FILE"
    return Explained("nothing to check answers against", do=do)


def node_url(written: str) -> str:
    """The address of a node, without a slash at its end. Raises UsedWrongly where it can be none, and where
    it holds a password: addresses are shown.
    """
    url = (written if "://" in written else f"http://{written}").rstrip("/")
    try:
        parts = urlsplit(url)
        named = (parts.hostname or "").encode("idna")
        is_one = parts.scheme in ("http", "https") and bool(named) and parts.port != 0
    except ValueError:  # brackets, a port beyond 65535, a part of the name that is too long
        is_one = False
    do = "write it as https://node.example.edu or 127.0.0.1:8080"
    if "@" in url:
        raise UsedWrongly("an address of a node names no user and no password", where=_OPTION, do=do)
    if not is_one or any(map(str.isspace, url)):
        raise UsedWrongly(f"{written[:_SHOWN]!r} is no address of a node", where=_OPTION, do=do)
    return url
