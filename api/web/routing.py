"""Paths to handlers: groups of routes in tables, matched on the encoded path, so that a percent-encoded slash
stays inside its part (decision 0073).

A template's `{name}` stands for one part of the path, `{name*}` for one part or several. HEAD is answered
wherever GET is. Routes are tried in the order of the tables among those with the same first two parts.
"""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote_to_bytes

from aiohttp import web

from api.problems import Problem, ProblemError, ProblemReason, RequestFault
from api.web.request import Request
from api.web.service import ServerContext

Handler = Callable[[ServerContext, Request], Awaitable[web.StreamResponse]]


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

    `answers` are the types (`api.interface.types`) that the answer may have; `media` those of its bytes,
    where they are not the group's; `proves` says that it is, or may be, an answer with a proof; `bodies` maps
    the media types of a request's body to a sentence each; `faults` are the problems beyond those that every
    operation has; `rejects` says that the registry's reasons for refusing a transaction are among them, and
    `refusals` are other reasons to refuse what was sent, answered with 422 as well;
    `cost` is what it takes of its client's tokens.
    """

    method: Method
    template: str
    handler: Handler
    summary: str
    path: tuple[Parameter, ...] = ()
    query: tuple[Parameter, ...] = ()
    answers: tuple[type, ...] = ()
    proves: bool = False
    media: tuple[str, ...] | None = None
    bodies: Mapping[str, str] | None = None
    statuses: tuple[int, ...] = (200,)
    faults: tuple[RequestFault, ...] = ()
    rejects: bool = False
    refusals: tuple[ProblemReason, ...] = ()
    cost: int = 1


@dataclass(frozen=True, slots=True)
class RouteGroup:
    """Routes that speak one protocol (decision 0104). `media` are the types of what they answer, `refuse`
    writes a problem as their clients understand it, also for a path of theirs that leads nowhere.
    `is_described` says whether the interface description lists them.
    """

    routes: tuple[Route, ...]
    media: tuple[str, ...]
    refuse: Callable[[Problem], web.Response]
    is_described: bool = True


@dataclass(frozen=True, slots=True)
class _Entry:
    pattern: re.Pattern[str]
    names: tuple[str, ...]
    route: Route
    group: RouteGroup


class Router:
    """The tables of all groups, compiled. What belongs to none of them is refused as the first one does."""

    def __init__(self, groups: Sequence[RouteGroup]) -> None:
        self._first = groups[0]
        self._entries: dict[str, list[_Entry]] = {}
        for group in groups:
            for route in group.routes:
                entry = _Entry(*_compile(route.template), route, group)
                self._entries.setdefault(_beginning(route.template), []).append(entry)

    def find(self, method: str, path: str) -> tuple[Route, dict[str, str]]:
        """The route and its path parameters; raises `ProblemError` (no-such-resource) or
        `MethodNotAllowed`.
        """
        wanted = Method.GET.value if method == "HEAD" else method
        allowed: set[str] = set()
        for entry in self._near(path):
            match = entry.pattern.fullmatch(path)
            if match is None:
                continue
            route = entry.route
            if route.method == wanted:
                return route, {
                    name: _decode(name, part) for name, part in zip(entry.names, match.groups(), strict=True)
                }
            allowed.add(route.method.value)
        if not allowed:
            raise ProblemError(RequestFault.NO_SUCH_RESOURCE, where="path")
        raise MethodNotAllowed(allowed)

    def refuse(self, path: str, problem: Problem) -> web.Response:
        """The problem as the group writes it to which the path belongs by its first two parts."""
        near = self._near(path)
        return (near[0].group if near else self._first).refuse(problem)

    def _near(self, path: str) -> Sequence[_Entry]:
        """What has the same first two parts as a path, or the first one where a template's second varies, or
        what varies from the first part on."""
        beginning = _beginning(path)
        nearest = (beginning, beginning.rpartition("/")[0], "")
        return next((self._entries[near] for near in nearest if near in self._entries), ())


class MethodNotAllowed(Exception):
    """The path exists, with other methods only."""

    def __init__(self, methods: set[str]) -> None:
        super().__init__(methods)
        names = methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
        self.allow = ", ".join(sorted(names))


def _beginning(path: str) -> str:
    """The first two parts of a path, by which routes are looked up; one, where a template's second one
    varies; "" where already the first one does.
    """
    return "/".join(path.split("/", 3)[:3]).partition("/{")[0]


def _compile(template: str) -> tuple[re.Pattern[str], tuple[str, ...]]:
    names: list[str] = []
    pattern = ""
    for part in re.split(r"(\{[a-z]+\*?\})", template):
        if part.startswith("{"):
            names.append(part.strip("{}*"))
            pattern += "(.+)" if part.endswith("*}") else "([^/]+)"
        elif "{" in part or "}" in part:
            raise ValueError(f"{template!r} names a part in other letters than a to z")
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
