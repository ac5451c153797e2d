"""What a fetcher takes from servers that may do anything (rules F1 to F6)."""

import asyncio
import gzip
import hashlib
import random
import zlib
from typing import Any

import pytest

from api.lookup.fault import FetchError, FetchFault
from api.lookup.fetching import Download, Fetcher, NoWeb
from api.lookup.wanted import MIB, Wanted
from tests.api.lookup.loopback import HOST, NOW_MS, Names, response, server_tls, serving, speaking

LIST = Wanted.STATUS_LIST


async def fault_of(fetcher: Fetcher, url: str, wanted: Wanted = LIST) -> tuple[FetchFault, str]:
    with pytest.raises(FetchError) as raised:
        await fetcher.fetch(url, wanted)
    return raised.value.fault, raised.value.detail


async def test_what_is_served_comes_with_its_hash_and_time() -> None:
    async with serving(response(b'{"a":1}', Cache_Control="max-age=120")) as server:
        download = await server.fetcher().fetch(server.url("/a?b=c#list"), LIST)
        url = server.url("/a?b=c")
    assert download == Download(f"{url}#list", url, b'{"a":1}', "application/json", NOW_MS, kept_ms=120_000)
    assert download.sha256 == hashlib.sha256(b'{"a":1}').digest()


async def test_f4_a_server_learns_the_url_and_nothing_of_who_asks() -> None:
    cookie = response(Set_Cookie="who=you; Path=/", ETag='"you"', status="302 Found", Location="/b")
    async with serving(cookie, response(Set_Cookie="who=you", ETag='"you"')) as server:
        fetcher = server.fetcher()
        await fetcher.fetch(server.url("/a#secret"), LIST)
        await fetcher.fetch(server.url("/a"), LIST)
    expected = (
        "GET {path} HTTP/1.1\r\n"
        f"Host: {HOST}:{server.port}\r\n"
        f"Accept: {LIST.value.accept}\r\n"
        "Accept-Encoding: identity\r\n"
        "User-Agent: matricula\r\n"
        "Connection: close\r\n\r\n"
    )
    paths = ["/a", "/b", "/a"]
    assert [each.decode() for each in server.requests] == [expected.format(path=path) for path in paths]


@pytest.mark.parametrize(
    ("wanted", "content_type", "is_taken"),
    [
        (Wanted.DID_DOCUMENT, "application/did+json", True),
        (Wanted.DID_DOCUMENT, "application/did+ld+json; profile=x", True),
        (Wanted.DID_DOCUMENT, "application/did", True),
        (Wanted.DID_DOCUMENT, "Application/JSON;charset=utf-8", True),
        (Wanted.DID_DOCUMENT, "text/plain", False),
        (Wanted.DID_DOCUMENT, "application/octet-stream", False),
        (Wanted.DID_DOCUMENT, "text/html", False),
        (LIST, "application/vc", True),
        (LIST, "application/statuslist+jwt", True),
        (LIST, "application/statuslist+cwt", True),
        (LIST, "application/octet-stream", True),
        (LIST, "text/plain; charset=utf-8", True),
        (LIST, "text/html; charset=utf-8", False),
        (Wanted.SCHEMA, "application/schema+json", True),
        (Wanted.SCHEMA, "image/png", False),
        (Wanted.CREDENTIAL, "image/png", True),
    ],
)
async def test_f5_media_types(wanted: Wanted, content_type: str, is_taken: bool) -> None:
    async with serving(response(content_type=content_type)) as server:
        fetching = server.fetcher().fetch(server.url(), wanted)
        if is_taken:
            assert (await fetching).data == b"{}"
            return
        with pytest.raises(FetchError) as raised:
            await fetching
    assert raised.value.fault is FetchFault.WRONG_MEDIA_TYPE
    assert raised.value.detail == content_type.partition(";")[0]


@pytest.mark.parametrize(
    ("answer", "fault", "detail"),
    [
        (response(status="404 Not Found"), FetchFault.STATUS_4XX, "status 404"),
        (response(status="410 Gone"), FetchFault.STATUS_4XX, "status 410"),
        (response(status="503 Service Unavailable"), FetchFault.STATUS_5XX, "status 503"),
        (response(b"", status="304 Not Modified"), FetchFault.STATUS_UNEXPECTED, "status 304"),
        (response(status="206 Partial Content"), FetchFault.STATUS_UNEXPECTED, "status 206"),
        (response(b"", status="204 No Content"), FetchFault.STATUS_UNEXPECTED, "status 204"),
        (response(status="302 Found"), FetchFault.REDIRECT_MALFORMED, "status 302"),
        (b"SSH-2.0-OpenSSH_9.6\r\n\r\n", FetchFault.NOT_HTTP, ""),
        (b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 65 + b"\r\n", FetchFault.NOT_HTTP, ""),
        (b"HTTP/1.1 200 OK\r\na: " + b"b" * 20_000 + b"\r\n\r\n", FetchFault.NOT_HTTP, ""),
        (b"HTTP/1.1 200 " + b"b" * 20_000 + b"\r\n\r\n", FetchFault.NOT_HTTP, ""),
        (b"", FetchFault.CUT_OFF, ""),
        (b"HTTP/1.1 200 OK\r\nContent-Ty", FetchFault.CUT_OFF, ""),
        (response(b"{}", Content_Length="3"), FetchFault.CUT_OFF, ""),
        (response(b"{}", Content_Length="99999999999"), FetchFault.TOO_LARGE, "more than 4194304 bytes"),
        (response(b"{}", Content_Length="9" * 18), FetchFault.TOO_LARGE, "more than 4194304 bytes"),
        (response(b"{}", Content_Length="-1"), FetchFault.NOT_HTTP, ""),
        (response(b"{}", Content_Encoding="br"), FetchFault.ENCODING, "br"),
        (response(b"{}", Content_Encoding="gzip"), FetchFault.ENCODING, "it is damaged"),
        (
            response(gzip.compress(gzip.compress(b"{}")), Content_Encoding="gzip, gzip"),
            FetchFault.ENCODING,
            "gzip, gzip",
        ),
        (
            response(gzip.compress(b"{}") + b"more", Content_Encoding="gzip"),
            FetchFault.ENCODING,
            "it is damaged",
        ),
        (
            response(gzip.compress(bytes(400 * MIB), 9), Content_Encoding="gzip"),
            FetchFault.TOO_LARGE,
            "more than 4194304 bytes when unpacked",
        ),
        (
            response(zlib.compress(bytes(5 * MIB)), Content_Encoding="deflate"),
            FetchFault.TOO_LARGE,
            "more than 4194304 bytes when unpacked",
        ),
    ],
    ids=lambda found: found.code if isinstance(found, FetchFault) else None,
)
async def test_f6_what_a_server_does_is_one_of_the_faults(
    answer: bytes, fault: FetchFault, detail: str
) -> None:
    async with serving(answer) as server:
        assert await fault_of(server.fetcher(), server.url()) == (fault, detail)


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "identity"])
async def test_what_is_packed_unasked_is_unpacked(encoding: str) -> None:
    plain = b'{"a":1}'
    packed = {"deflate": zlib.compress(plain), "identity": plain}.get(encoding, gzip.compress(plain))
    async with serving(response(packed, Content_Encoding=encoding)) as server:
        assert (await server.fetcher().fetch(server.url(), LIST)).data == b'{"a":1}'


async def test_f3_the_limit_is_that_of_the_kind() -> None:
    async with serving(response(b" " * (MIB + 1))) as server:
        assert len((await server.fetcher().fetch(server.url(), LIST)).data) == MIB + 1
        fault, _ = await fault_of(server.fetcher(), server.url(), Wanted.DID_DOCUMENT)
    assert fault is FetchFault.TOO_LARGE


async def test_f3_chunks_without_end() -> None:
    sent = 0

    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )
        while True:
            writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
            sent += 0x10000
            await writer.drain()

    async with speaking(speak, tls=server_tls()) as server:
        fault, _ = await fault_of(server.fetcher(), server.url())
    assert fault is FetchFault.TOO_LARGE
    assert sent < 16 * MIB


HEADERS_BY_DROPS = b"HTTP/1.1 200 OK\r\na: "
BODY_BY_DROPS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n"
INFORMATION_WITHOUT_END = b"HTTP/1.1 103 Early Hints\r\n\r\n"


@pytest.mark.parametrize(
    ("begin", "drop"),
    [
        (b"", b""),
        (HEADERS_BY_DROPS, b"b"),
        (BODY_BY_DROPS, b" "),
        (INFORMATION_WITHOUT_END, INFORMATION_WITHOUT_END),
    ],
)
async def test_f3_who_is_slow_is_not_waited_for(begin: bytes, drop: bytes) -> None:
    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(begin)
        while not reader.at_eof():
            writer.write(drop)
            await writer.drain()
            await asyncio.sleep(0.005)

    async with speaking(speak, tls=server_tls()) as server:
        fetcher = server.fetcher(timeout_s=0.1)
        assert await fault_of(fetcher, server.url()) == (FetchFault.TOO_SLOW, "0.1 seconds")


async def test_f3_nor_who_never_answers_the_handshake() -> None:
    async def speak(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        while await reader.read(1 << 16):
            pass

    async with speaking(speak, tls=None, reads=False) as server:
        fetcher = server.fetcher(timeout_s=0.1)
        assert await fault_of(fetcher, server.url()) == (FetchFault.TOO_SLOW, "0.1 seconds")


async def test_f6_whatever_bytes_come_it_is_a_download_or_a_fault() -> None:
    chance = random.Random(30)
    good = response(gzip.compress(b"{}"), Content_Encoding="gzip", Cache_Control="max-age=5", Age="1")
    left = [mutated(good, chance) for _ in range(500)]

    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(left.pop())
        await writer.drain()

    taken = 0
    async with speaking(speak, tls=None) as server:
        fetcher = server.fetcher(server.origin(scheme="http"))
        while left:
            try:
                await fetcher.fetch(server.url(scheme="http"), LIST)
                taken += 1
            except FetchError:
                continue
    assert taken


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The data with some bytes changed, taken out or repeated."""
    changed = bytearray(data)
    for _ in range(chance.randrange(1, 6)):
        place = chance.randrange(len(changed))
        match chance.randrange(3):
            case 0:
                changed[place] = chance.randrange(256)
            case 1:
                del changed[place : place + chance.randrange(1, 8)]
            case _:
                changed[place:place] = changed[place : place + 16] * chance.randrange(1, 4)
    return bytes(changed)


async def test_f3_one_connection_at_a_time_for_each_server() -> None:
    open_now, most = 0, 0

    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await asyncio.sleep(0)
        writer.write(response())
        await writer.drain()
        open_now -= 1

    async with speaking(speak, tls=server_tls()) as server:
        fetcher = server.fetcher()
        await asyncio.gather(*(fetcher.fetch(server.url(f"/{number}"), LIST) for number in range(8)))
    assert (most, len(server.requests)) == (1, 8)


async def test_f1_redirects_are_followed_three_times() -> None:
    paths = {f"/{n}": response(status="302 Found", Location=f"{n + 1}") for n in range(4)}
    paths["/4"] = response(b"[]")
    async with serving(paths=paths) as server:
        download = await server.fetcher().fetch(server.url("/1"), LIST)
        fault, _ = await fault_of(server.fetcher(), server.url("/0"))
    assert (download.url, download.served_from) == (server.url("/1"), server.url("/4"))
    assert fault is FetchFault.TOO_MANY_REDIRECTS


@pytest.mark.parametrize(
    ("location", "fault"),
    [
        ("https://127.0.0.1/", FetchFault.PRIVATE_ADDRESS),
        ("https://[::1]/", FetchFault.PRIVATE_ADDRESS),
        ("https://[::ffff:169.254.169.254]/latest/meta-data", FetchFault.PRIVATE_ADDRESS),
        ("//2130706433/", FetchFault.HOST_MALFORMED),
        ("https://0x7f.1/", FetchFault.HOST_MALFORMED),
        ("https://0177.0.0.1/", FetchFault.HOST_MALFORMED),
        ("http://lists.example/", FetchFault.NOT_HTTPS),
        ("https://lists.example:8443/", FetchFault.OTHER_PORT),
        ("https://user@lists.example/", FetchFault.USER_INFO),
        ("file:///etc/passwd", FetchFault.NOT_HTTPS),
        ("gopher://lists.example/", FetchFault.NOT_HTTPS),
        ("https://inside.example/", FetchFault.PRIVATE_ADDRESS),
        ("https://nowhere.example/", FetchFault.NAME_UNKNOWN),
        ("https://[::1", FetchFault.REDIRECT_MALFORMED),
        ("https://lists.example\\@127.0.0.1/", FetchFault.NOT_A_URL),
    ],
)
async def test_f1_each_redirect_is_judged_anew(location: str, fault: FetchFault) -> None:
    names = Names({HOST: [["127.0.0.1"]], "inside.example": [["10.0.0.1", "fd00::1"]]})
    async with serving(response(status="307 Temporary Redirect", Location=location)) as server:
        assert (await fault_of(server.fetcher(names=names), server.url()))[0] is fault
    assert len(server.requests) == 1


async def test_f1_never_from_https_to_http_also_where_both_are_permitted() -> None:
    async with serving(response(), plain=True) as plain:
        location = plain.url(scheme="http")
        async with serving(response(status="301 Moved Permanently", Location=location)) as server:
            fetcher = server.fetcher(plain.origin(scheme="http"))
            assert await fault_of(fetcher, server.url()) == (
                FetchFault.NOT_HTTPS,
                "a redirect leads from https to http",
            )
            assert (await fetcher.fetch(location, LIST)).data == b"{}"
    assert len(plain.requests) == 1


@pytest.mark.parametrize(
    "context",
    [
        {"hosts": ("somebody-else.example",)},
        {"stranger": True},
        {"days": (-30, -1)},
        {"days": (1, 30)},
    ],
    ids=["another name", "another authority", "expired", "not yet valid"],
)
async def test_tls_is_strict(context: dict[str, Any]) -> None:
    hosts = context.pop("hosts", ())

    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(response())

    async with speaking(speak, tls=server_tls(*hosts, **context)) as server:
        assert await fault_of(server.fetcher(), server.url()) == (FetchFault.TLS, "")
    assert server.requests == []


async def test_tls_where_there_is_none() -> None:
    async with speaking(answering_at_once, tls=None, reads=False) as server:
        assert await fault_of(server.fetcher(), server.url()) == (FetchFault.TLS, "")


async def answering_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(response())
    await writer.drain()


async def test_nothing_listens() -> None:
    async with serving(response()) as server:
        pass
    assert (await fault_of(server.fetcher(), server.url()))[0] is FetchFault.UNREACHABLE


async def test_the_environment_names_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with serving(response()) as server:
        assert (await server.fetcher().fetch(server.url(), LIST)).data == b"{}"


async def test_fetching_is_off() -> None:
    with pytest.raises(FetchError) as raised:
        await NoWeb().fetch("https://lists.example/", LIST)
    assert raised.value.fault is FetchFault.NOT_FETCHED
