"""Paths to handlers: one table, matched on the encoded path, so that a percent-encoded slash stays inside
its part (decision 0073).

A template's `{name}` stands for one part of the path, `{name*}` for one part or several. HEAD is answered
wherever GET is. Routes are tried in the order of the table among those with the same first two parts.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote_to_bytes

from aiohttp import web

from api.problems import ProblemError, RequestFault
from api.web.media import CBOR, JSON
from api.web.request import Request
from api.web.service import Service

Handler = Callable[[Service, Request], Awaitable[web.StreamResponse]]


class Method(StrEnum):
    """The methods that some resource has."""

    GET = "GET"
    POST = "POST"
    PUT = "PUT"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A path or query parameter: its name, its JSON Schema, and a sentence about it."""

    name: str
    schema: Mapping[str, object]
    description: str


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of the interface, with all that its description needs.

    `answers` are the types of `api.types` that the answer may have; `proves` says that it is, or may be, an
    answer with a proof; `bodies` maps the media types of a request's body to a sentence each; `faults` are
    the problems beyond those that every operation has; `rejects` says that the registry's reasons for
    refusing a transaction are among them; `cost` is what it takes of its client's tokens.
    """

    method: Method
    template: str
    handler: Handler
    summary: str
    path: tuple[Parameter, ...] = ()
    query: tuple[Parameter, ...] = ()
    answers: tuple[type, ...] = ()
    proves: bool = False
    media: tuple[str, ...] = (JSON, CBOR)
    bodies: Mapping[str, str] | None = None
    statuses: tuple[int, ...] = (200,)
    faults: tuple[RequestFault, ...] = ()
    rejects: bool = False
    cost: int = 1


class Router:
    """The table, compiled."""

    def __init__(self, routes: Sequence[Route]) -> None:
        self._groups: dict[str, list[tuple[re.Pattern[str], tuple[str, ...], Route]]] = {}
        for route in routes:
            pattern, names = _compile(route.template)
            self._groups.setdefault(_group(route.template), []).append((pattern, names, route))

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route and its path parameters; raises `ProblemError` (no-such-resource) or
        `MethodNotAllowed`.
        """
        wanted = Method.GET.value if method == "HEAD" else method
        allowed: set[str] = set()
        group = _group(path)
        routes = self._groups.get(group) or self._groups.get(group.rpartition("/")[0]) or []
        for pattern, names, route in routes:
            match = pattern.fullmatch(path)
            if match is None:
                continue
            if route.method == wanted:
                return route, {
                    name: _decode(name, part) for name, part in zip(names, match.groups(), strict=True)
                }
            allowed.add(route.method.value)
        if not allowed:
            raise ProblemError(RequestFault.NO_SUCH_RESOURCE, where="path")
        raise MethodNotAllowed(allowed)


class MethodNotAllowed(Exception):
    """The path exists, with other methods only."""

    def __init__(self, methods: set[str]) -> None:
        super().__init__(methods)
        names = methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
        self.allow = ", ".join(sorted(names))


def _group(path: str) -> str:
    """The first two parts of a path, by which routes are looked up; one, where a template's second one
    varies.
    """
    return "/".join(path.split("/", 3)[:3]).partition("/{")[0]


def _compile(template: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    names: list[str] = []
    pattern = ""
    for part in re.split(r"(\{[a-z]+\*?\})", template):
        if part.startswith("{"):
            names.append(part.strip("{}*"))
            pattern += "(.+)" if part.endswith("*}") else "([^/]+)"
        else:
            pattern += re.escape(part)
    return re.compile(pattern), tuple(names)


def _decode(name: str, part: str) -> str:
    if "%" not in part:
        return part
    try:
        return unquote_to_bytes(part).decode("utf-8")
    except UnicodeDecodeError:
        raise ProblemError(RequestFault.MALFORMED_PATH, "It is not UTF-8.", where=f"path.{name}") from None
