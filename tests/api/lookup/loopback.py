"""Servers on the loopback interface that say what a test lets them say, over TLS with an authority of the
test's own.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from api.lookup.fetching import Fetcher
from api.lookup.target import Origin, origin_of

HOST = "lists.example"
NOW_MS = 1_800_000_000_000
Speak = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Names:
    """A name service that says in turn what it is given, the last of it again and again."""

    answers: dict[str, list[Sequence[str]]]
    asked: list[str] = field(default_factory=list)

    async def addresses(self, host: str) -> Sequence[str]:
        """See `NameService`."""
        self.asked.append(host)
        if host not in self.answers:
            raise OSError(f"{host} is not known")
        answers = self.answers[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]


@dataclass
class Loopback:
    """A server: its port, and the requests that came, head and all."""

    port: int
    requests: list[bytes] = field(default_factory=list)

    def url(self, path: str = "/list", host: str = HOST, scheme: str = "https") -> str:
        """A URL of it."""
        return f"{scheme}://{host}:{self.port}{path}"

    def origin(self, host: str = HOST, scheme: str = "https") -> Origin:
        """Its origin."""
        return origin_of(f"{scheme}://{host}:{self.port}")

    def fetcher(self, *more: Origin, timeout_s: float = 5.0, names: Names | None = None) -> Fetcher:
        """A fetcher that may ask it."""
        return Fetcher(
            now_ms=lambda: NOW_MS,
            permitted={self.origin(), *more},
            timeout_s=timeout_s,
            names=names or Names({HOST: [["127.0.0.1"]]}),
            tls=client_tls(),
        )


def response(
    body: bytes = b"{}", status: str = "200 OK", content_type: str = "application/json", **headers: str
) -> bytes:
    """A whole response; header names are written with underscores."""
    named = {"Content-Type": content_type, "Content-Length": str(len(body))}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in named.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + body


@asynccontextmanager
async def speaking(
    speak: Speak, *, tls: ssl.SSLContext | None, reads: bool = True
) -> AsyncIterator[Loopback]:
    """A server that does with each connection what `speak` does, after it has read the request's head."""
    server = Loopback(0)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            if reads:
                server.requests.append(await reader.readuntil(b"\r\n\r\n"))
            await speak(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass  # the client has seen enough
        finally:
            writer.close()

    listening = await asyncio.start_server(connected, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        listening.close()


@asynccontextmanager
async def serving(
    *responses: bytes, paths: Mapping[str, bytes] | None = None, plain: bool = False
) -> AsyncIterator[Loopback]:
    """A server that gives the responses in turn, the last again and again, or by path."""
    left = list(responses)
    held: list[Loopback] = []

    async def speak(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = held[0].requests[-1].split(b" ")[1].decode()
        if paths is not None:
            writer.write(paths.get(path, response(status="404 Not Found")))
        else:
            writer.write(left.pop(0) if len(left) > 1 else left[0])
        await writer.drain()

    async with speaking(speak, tls=None if plain else server_tls()) as server:
        held.append(server)
        yield server


@cache
def _authority() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority of a test")])
    return key, _certificate(name, name, key.public_key(), key).sign(key, hashes.SHA256())


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    signer: ec.EllipticCurvePrivateKey,
    names: Sequence[x509.GeneralName] = (),
    days: tuple[int, int] = (-1, 365),
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    return builder.add_extension(x509.SubjectAlternativeName(names), critical=False) if names else builder


def server_tls(*hosts: str, days: tuple[int, int] = (-1, 365), stranger: bool = False) -> ssl.SSLContext:
    """The TLS of a server of these names (default: `HOST` and the loopback address)."""
    signer, authority = _authority()
    key = ec.generate_private_key(ec.SECP256R1())
    signer = key if stranger else signer
    names: list[x509.GeneralName] = [x509.DNSName(host) for host in hosts or (HOST, "other.example")]
    names += [x509.IPAddress(ip_address("127.0.0.1"))] if not hosts else []
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "server")])
    issuer = subject if stranger else authority.subject
    builder = _certificate(subject, issuer, key.public_key(), signer, names, days)
    certificate = builder.sign(signer, hashes.SHA256())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "server.pem"
        secret = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
        context.load_cert_chain(file)
    return context


@cache
def client_tls() -> ssl.SSLContext:
    """TLS that trusts the test's authority alone."""
    return ssl.create_default_context(
        cadata=_authority()[1].public_bytes(serialization.Encoding.PEM).decode()
    )
