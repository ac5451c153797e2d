"""Reading requests: every part is bounded and has exactly one form, or the request is refused with the place
named.
"""

import asyncio
import re
from urllib.parse import parse_qsl

from aiohttp import ClientError, HttpVersion11, hdrs, web

from api.limits import ServerLimits
from api.ports import View
from api.problems import ProblemError, RequestFault
from registry.primitives.codec import MAX_INTEGER

_MAX_PARAMETERS = 16
_CONTINUE = "100-continue"
_ORIGIN = re.compile(r"https?://[^/?]*", re.IGNORECASE)


def origin_form(target: str) -> str:
    """Path and query of a request's target, which clients behind a proxy write in absolute form: with scheme
    and host before them (RFC 9112 §3.2.2).
    """
    if target.startswith("/"):
        return target
    origin = _ORIGIN.match(target)
    return target if origin is None else target[origin.end() :]


class Request:
    """One request, as its handler sees it."""

    __slots__ = ("_limits", "_path", "_query", "http", "view")

    def __init__(self, http: web.BaseRequest, path: dict[str, str], query: str, limits: ServerLimits) -> None:
        self.http = http
        self._path = path
        self._query = query
        self._limits = limits
        self.view: View | None = None
        """The state that the answer is made from, where the answer follows the ledger."""

    def hash_in_path(self, name: str) -> bytes:
        """The 32 bytes of a path part of 64 lower-case hexadecimal digits."""
        value = self._path[name]
        if len(value) != 64 or not set(value) <= set("0123456789abcdef"):
            raise _malformed_path(name, "It must be 64 lower-case hexadecimal digits.")
        return bytes.fromhex(value)

    def part(self, name: str) -> str:
        """A path part as it is, bounded by the request line only: for what is judged elsewhere."""
        return self._path[name]

    def text_in_path(self, name: str, max_bytes: int) -> str:
        """A path part of printable characters that take 1 to `max_bytes` bytes in UTF-8."""
        value = self._path[name]
        if not value.isprintable() or not 1 <= len(value.encode()) <= max_bytes:
            raise _malformed_path(name, f"It must be printable text of 1 to {max_bytes} bytes.")
        return value

    def choice_in_path(self, name: str, choices: tuple[str, ...]) -> str:
        """A path part that is one of `choices`."""
        value = self._path[name]
        if value not in choices:
            raise _malformed_path(name, f"It must be one of: {', '.join(choices)}.")
        return value

    def number_in_path(self, name: str, maximum: int = MAX_INTEGER) -> int:
        """A path part that is a whole number from 0 to `maximum`, without leading zeros."""
        number = _number(self._path[name], maximum)
        if number is None:
            raise _malformed_path(name, f"It must be a whole number from 0 to {maximum}.")
        return number

    def query(self, *permitted: str) -> "Query":
        """The query, in which only `permitted` parameters may be, each once."""
        return Query(self._query, permitted, self._limits)

    async def body(self, limit: int) -> bytes:
        """The whole body, of at most `limit` bytes, within the body's time. A client that asks before it
        sends is told to go on here: what is refused earlier is refused unsent.
        """
        if self.http.headers.get(hdrs.CONTENT_ENCODING, "identity") != "identity":
            raise ProblemError(
                RequestFault.UNSUPPORTED_MEDIA_TYPE,
                "Bodies are not compressed.",
                where="headers.content-encoding",
            )
        if (self.http.content_length or 0) > limit:
            raise _too_large(limit)
        pieces: list[bytes] = []
        size = 0
        try:
            await self._invite()
            async with asyncio.timeout(self._limits.body_timeout_s):
                async for piece in self.http.content.iter_any():
                    size += len(piece)
                    if size > limit:
                        raise _too_large(limit)
                    pieces.append(piece)
        except TimeoutError:
            detail = f"The limit is {self._limits.body_timeout_s:g} seconds."
            raise ProblemError(RequestFault.TOO_SLOW, detail, where="body") from None
        except ConnectionError:
            # nobody is left to be answered; it is no mistake of ours either
            raise ProblemError(RequestFault.MALFORMED_BODY, "It was cut off.", where="body") from None
        except (ClientError, web.RequestPayloadError) as error:
            raise ProblemError(RequestFault.MALFORMED_BODY, str(error)[:128], where="body") from None
        return b"".join(pieces)

    async def _invite(self) -> None:
        """Tells a client that asks first whether to send its body to go on (RFC 9110 §10.1.1)."""
        expected = self.http.headers.get(hdrs.EXPECT, "").lower()
        if expected == _CONTINUE and self.http.version >= HttpVersion11:
            await self.http.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            self.http.writer.output_size = 0  # the answer itself has not begun


class Query:
    """The query parameters of a request."""

    __slots__ = ("_values",)

    def __init__(self, raw: str, permitted: tuple[str, ...], limits: ServerLimits) -> None:
        self._values: dict[str, str] = {}
        if not raw:
            return
        if len(raw) > limits.query_bytes:
            raise ProblemError(
                RequestFault.MALFORMED_QUERY, f"It has more than {limits.query_bytes} bytes.", where="query"
            )
        try:
            pairs = parse_qsl(
                raw,
                keep_blank_values=True,
                strict_parsing=True,
                errors="strict",
                max_num_fields=_MAX_PARAMETERS,
            )
        except ValueError:
            raise ProblemError(
                RequestFault.MALFORMED_QUERY, "It is no list of name=value.", where="query"
            ) from None
        for name, value in pairs:
            if name not in permitted:
                known = ", ".join(permitted) or "none"
                raise _malformed_query(name, f"Parameters of this resource: {known}.")
            if name in self._values:
                raise _malformed_query(name, "The parameter is given twice.")
            self._values[name] = value

    def number(self, name: str, maximum: int = MAX_INTEGER) -> int | None:
        """A whole number from 0 to `maximum`; None where the parameter is absent."""
        value = self._values.get(name)
        if value is None:
            return None
        number = _number(value, maximum)
        if number is None:
            raise _malformed_query(name, f"It must be a whole number from 0 to {maximum}.")
        return number

    def text(self, name: str) -> str | None:
        """A text, bounded by the query alone; None where the parameter is absent."""
        return self._values.get(name)

    def choice(self, name: str, *choices: str) -> str | None:
        """One of `choices`; None where the parameter is absent."""
        value = self._values.get(name)
        if value is not None and value not in choices:
            raise _malformed_query(name, f"It must be one of: {', '.join(choices)}.")
        return value


def _number(text: str, maximum: int) -> int | None:
    if not text.isascii() or not text.isdecimal() or len(text) > 19 or (text[0] == "0" and text != "0"):
        return None
    number = int(text)
    return number if number <= maximum else None


def _malformed_path(name: str, detail: str) -> ProblemError:
    return ProblemError(RequestFault.MALFORMED_PATH, detail, where=f"path.{name}")


def _malformed_query(name: str, detail: str) -> ProblemError:
    return ProblemError(RequestFault.MALFORMED_QUERY, detail, where=f"query.{name[:64]}")


def _too_large(limit: int) -> ProblemError:
    return ProblemError(RequestFault.TOO_LARGE, f"The limit is {limit} bytes.", where="body")
