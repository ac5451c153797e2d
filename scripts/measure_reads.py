"""Measures reads per second and core: `python -m scripts.measure_reads [DIDS]`.

A server over a store on disk with as many DIDs runs in a process of its own and is asked over eight
connections. What counts is the processor time of that process: requests per second of it are what one core
answers.
"""

import asyncio
import multiprocessing
import resource
import sys
import tempfile
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path

import uvloop
from aiohttp import web

from api.limits import Limits
from api.server import runner
from node.storage.read_view import take_snapshot
from node.storage.store import Store
from node.storage.turns import Turn
from registry.build import OwnedKey
from registry.genesis import genesis_block_state
from registry.records.did import Purpose
from registry.tables import Writes
from tests.api.ledger import Ledger
from tests.registry.network import UNIVERSITY, seed

CONNECTIONS = 8
REQUESTS = 6_000
DIDS_PER_TRANSACTION = 20
UNLIMITED = Limits(requests_per_second=10**9, request_burst=10**9)


def grow(count: int, store: Store) -> tuple[Ledger, list[str]]:
    """A ledger on a store with so many DIDs, and their names."""
    ledger, names = Ledger(), list[str]()

    def write(writes: Writes) -> None:
        turn = Turn()
        turn.apply(writes)
        store.commit(turn)
        ledger.rest_on(store.reader)

    write(genesis_block_state(ledger.document).writes)
    for begin in range(0, count, DIDS_PER_TRANSACTION):
        builder = ledger.builder()
        for number in range(begin, begin + DIDS_PER_TRANSACTION):
            key = OwnedKey("key-1", Purpose.CAPABILITY_INVOCATION, seed(str(number)))
            names.append(builder.register_did(UNIVERSITY, [key]))
        write(ledger.commit(ledger.sign(builder)).writes)
    ledger.rest_on(take_snapshot(store))
    return ledger, names


async def serve(pipe: Connection, count: int) -> None:
    """Serves until told to end; says its port and the DIDs, then its processor time whenever asked."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store.create(Path(folder))
        ledger, names = grow(count, store)
        serving = runner(ledger, UNLIMITED, lambda: ledger.now_ms)
        await serving.setup()
        await web.TCPSite(serving, "127.0.0.1", 0).start()
        pipe.send((serving.addresses[0][1], names))
        while await asyncio.to_thread(pipe.recv):
            used = resource.getrusage(resource.RUSAGE_SELF)
            pipe.send(used.ru_utime + used.ru_stime)
        await serving.cleanup()
        store.close()


def run_server(pipe: Connection, count: int) -> None:
    """The server's process."""
    uvloop.run(serve(pipe, count))


async def ask(port: int, requests: Sequence[bytes]) -> str:
    """Sends all requests, shared among the connections; the entity tag of the last answer."""
    waiting = iter(requests)
    tags: list[str] = []

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for request in waiting:
            writer.write(request)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
            fields = dict(line.split(": ", 1) for line in head[1:] if line)
            await reader.readexactly(int(fields.get("content-length", "0")))
            tags.append(fields["etag"])
        writer.close()

    await asyncio.gather(*[connection() for _ in range(CONNECTIONS)])
    return tags[-1]


def request_for(did: str, media_type: str, extra: str = "") -> bytes:
    """One request for a DID's record."""
    path = f"/v1/records/did/{did}"
    return f"GET {path} HTTP/1.1\r\nHost: a\r\nAccept: {media_type}\r\n{extra}\r\n".encode()


def main() -> None:
    """Measure records as CBOR and as JSON, absences, and answers that have not changed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=run_server, args=(theirs, count))
    process.start()
    port, names = ours.recv()

    def measure(what: str, requests: Sequence[bytes]) -> str:
        ours.send(True)
        begin_s = ours.recv()
        tag = uvloop.run(ask(port, [requests[place % len(requests)] for place in range(REQUESTS)]))
        ours.send(True)
        spent_s = ours.recv() - begin_s
        print(f"{what:<24}{REQUESTS / spent_s:>8.0f} per second and core{1e6 * spent_s / REQUESTS:>8.0f} µs")
        return tag

    cbor, json = "application/cbor", "application/json"
    uvloop.run(ask(port, [request_for(name, cbor) for name in names]))  # caches fill, nothing is counted
    tag = measure("record, CBOR", [request_for(name, cbor) for name in names])
    measure("record, JSON", [request_for(name, json) for name in names])
    measure("absence, CBOR", [request_for(f"did:web:{place}.example", cbor) for place in range(len(names))])
    held = f"If-None-Match: {tag.replace('w/', 'W/')}\r\n"
    measure("not modified", [request_for(name, cbor, held) for name in names])
    ours.send(False)
    process.join()


if __name__ == "__main__":
    main()
