"""A network of four nodes and what is around it, for clients of others: processes of their own, DIDs and
credentials that the commands of the first node's institution made, and its web servers.

One server passes requests on to the first node, which is set to be its host (`did_web.host`). Another
redirects to that node, as the settings that `matricula did web-files` writes make it do. The third is the
address of its status lists, and passes requests on to the third node.
"""

import asyncio
import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from aiohttp import web

from node.setup.founding import SETTINGS_FILE, Profile
from node.setup.localnet import PROFILES, Localnet, free_ports
from tests.api.lookup.loopback import authority_pem, server_tls
from tests.interop.issuing import Issuer, Registrar, issue

ROOT = Path(__file__).parents[2]
NAME = "University of Example"
SCHEMA = {
    "$id": "urn:example:degree",
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"grade": {"type": "array", "prefixItems": [{"type": "integer"}], "items": False}},
}
"""Draft 2019-09 passes over `prefixItems`: under the same text it would find the second document valid."""
VALID, INVALID = {"grade": [17]}, {"grade": ["seventeen"]}
Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(frozen=True)
class Scene:
    """What clients are told (`told`), and the file with the authority that the web servers' certificates
    are of."""

    told: Mapping[str, Any]
    authority: Path


@asynccontextmanager
async def scene(folder: Path) -> AsyncIterator[Scene]:
    """The scene in an empty folder, for as long as it is held."""
    passing, redirecting, lists, registrar = free_ports(4)
    member, faculty = (f"did:web:localhost%3A{port}" for port in (passing, redirecting))
    net = Localnet.prepare(
        folder / "net",
        [Profile(member, NAME, "PT"), *PROFILES[1:4]],
        time_ms=time.time_ns() // 1_000_000,
        settings=f'\n[did_web]\nhost = "localhost:{passing}"\n',
    )
    url, issuer = net.api_urls[0], Issuer(member, NAME, folder, "degrees-1", f"https://localhost:{lists}")
    authority = folder / "authority.pem"
    authority.write_bytes(authority_pem())
    async with AsyncExitStack() as stack:
        stack.push_async_callback(net.stop_all)
        await net.start_all()
        await stack.enter_async_context(_tls_server(passing, _passing_on(url)))
        await stack.enter_async_context(_tls_server(lists, _passing_on(net.api_urls[2])))
        target = f"{url}/did/{faculty}/did.json"
        await stack.enter_async_context(_tls_server(redirecting, _redirecting(target)))
        await stack.enter_async_context(_control(registrar, Registrar(net, issuer)))
        told = await asyncio.to_thread(_told, net, issuer, faculty)
        yield Scene({**told, "revoke": f"http://127.0.0.1:{registrar}/revoke"}, authority)


def _told(net: Localnet, issuer: Issuer, faculty: str) -> dict[str, Any]:
    """What clients are told, after the institution's registrar made it."""
    url, config = net.api_urls[0], net.nodes[0].folder / SETTINGS_FILE
    told = _recorded(config, issuer.folder, issuer.did, faculty)
    told["schema"]["url"] = url + told["schema"]["path"]
    schemas = f"{url}/schemas/{quote(issuer.did, safe=':')}"
    issued = issue(issuer, partial(_command, config), schemas)
    return {"node": url, "badge": issued.pop("badge"), "issued": issued, **told}


def _recorded(config: Path, folder: Path, member: str, faculty: str) -> dict[str, Any]:
    """What the institution's registrar records, and what clients have to find of it, but for the schema's
    address."""
    for name in ("degrees-0", "degrees-1", "stolen"):
        file = folder / f"{name}.key"
        _command(config, "did", "add-key", f"#{name}", "--new-key", file, "--purpose", "assertionMethod")
    _command(config, "did", "retire", "#degrees-0")
    _command(config, "did", "report-compromised", "#stolen", "--since", "2026-01-01")
    _command(config, "did", "register", folder / "faculty", "--did", faculty)
    own = _command(config, "did", "register", folder / "own")["did"]
    ended = _command(config, "did", "register", folder / "ended")["did"]
    _command(config, "did", "deactivate", ended, "--key", folder / "ended", "--as", ended, "--yes")
    (folder / "schema.json").write_text(json.dumps(SCHEMA))
    _command(config, "schema", "publish", "degree", "1.0.0", folder / "schema.json")
    keys = [f"{member}#degrees-0", f"{member}#degrees-1"]
    return {
        "web": [
            {"did": member, "how": "at a host that the node is", "keys": keys},
            {"did": faculty, "how": "by one redirect", "keys": [f"{faculty}#credentials-1"]},
        ],
        "stolen": f"{member}#stolen",
        "own": {"did": own, "keys": [f"{own}#credentials-1"]},
        "ended": ended,
        "issuer": {"did": member, "name": NAME},
        "schema": {"path": f"/schemas/{member}/degree/1.0.0", "valid": VALID, "invalid": INVALID},
    }


def _command(config: Path, *words: object, settings: bool = True) -> Any:
    """A command of the registrar: the document that it prints. `settings` is whether it takes the node's.
    Raises CalledProcessError.
    """
    node = ("--config", str(config)) if settings else ()
    line = [sys.executable, "-m", "node", *map(str, words), *node, "--json"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(line, cwd=config.parent, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


@asynccontextmanager
async def _tls_server(port: int, speak: Speak) -> AsyncIterator[None]:
    """A web server of localhost, whose certificate is of the test's authority."""
    tls: ssl.SSLContext = server_tls("localhost")
    listening = await asyncio.start_server(speak, "127.0.0.1", port, ssl=tls)
    try:
        yield
    finally:
        listening.close()


@asynccontextmanager
async def _control(port: int, registrar: Registrar) -> AsyncIterator[None]:
    """Where a client has the registrar revoke an entry."""
    application = web.Application()
    application.router.add_post("/revoke/{index:[0-9]+}", registrar.answer)
    serving = web.AppRunner(application)
    await serving.setup()
    await web.TCPSite(serving, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await serving.cleanup()


def _passing_on(url: str) -> Speak:
    """Passes what comes on to a node, and its answers back."""
    parts = urlsplit(url)

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        from_node, to_node = await asyncio.open_connection(parts.hostname, parts.port)
        await asyncio.gather(_copied(reader, to_node), _copied(from_node, writer))

    return speak


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass  # either side may go at any time
    finally:
        writer.close()


def _redirecting(target: str) -> Speak:
    """Redirects whatever is asked for."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {target}\r\nContent-Length: 0\r\n"
        writer.write(f"{head}Connection: close\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    return speak
