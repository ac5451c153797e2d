"""The pages as files: what is served at which path, with which headers, and nothing else."""

import re
from pathlib import Path

import pytest

from api.routes.pages.files import FILES
from api.routes.pages.handlers import HEADERS
from tests.api.conftest import Served
from tests.api.routes.v1.test_transactions import problem

API = Path(__file__).parents[4] / "api"
IMPORTS = re.compile(r'(?:from|import) "(\.{1,2}/[^"]+)"')


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("/verify", "text/html; charset=utf-8"),
        ("/verify/page.css", "text/css; charset=utf-8"),
        ("/verify/page.js", "text/javascript; charset=utf-8"),
        ("/verify/javascript/credential/judge.js", "text/javascript; charset=utf-8"),
        ("/verify/icons/valid.svg", "image/svg+xml"),
        ("/verify/open-badges.json", "application/json"),
        ("/verify/words.json", "application/json"),
    ],
)
async def test_a_file(served: Served, path: str, media: str) -> None:
    reply = await served.get(path)
    assert (reply.status, reply.header("content-type")) == (200, media)
    assert {name: reply.header(name) for name in HEADERS} == dict(HEADERS)
    assert reply.header("x-content-type-options") == "nosniff"
    tag = reply.header("etag") or ""
    assert (await served.get(path, if_none_match=tag)).status == 304
    head = await served.ask("HEAD", path)
    assert (head.status, head.header("etag"), head.body) == (200, tag, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/verify/",
        "/verify/index.html",
        "/verify/javascript/package.json",
        "/verify/../server.py",
        "/verify/javascript/../../server.py",
        "/verify/%2e%2e/server.py",
        "/verify/javascript%2Findex.js",
        "/verify//page.js",
        "/verify/page.js/",
        "/verify/PAGE.JS",
        "/verify/page.js%00",
        "/verify/C:%5Cpage.js",
        "/verify/" + "a/" * 500,
    ],
)
async def test_no_other_path_leads_anywhere(served: Served, path: str) -> None:
    assert problem(await served.get_exactly(path))[:2] == (404, "no-such-resource")


async def test_a_query_is_refused_and_nothing_is_taken(served: Served) -> None:
    assert problem(await served.get("/verify?x=1"))[:2] == (400, "malformed-query")
    assert (await served.ask("POST", "/verify", b"{}")).status == 405


def test_every_import_of_a_module_is_served() -> None:
    for path, file in FILES.items():
        if path.endswith(".js"):
            folder = path.rpartition("/")[0]
            for name in IMPORTS.findall(file.data.decode()):
                assert _joined(folder, name) in FILES, (path, name)


def _joined(folder: str, name: str) -> str:
    parts = folder.split("/")
    for step in name.split("/"):
        if step == "..":
            parts.pop()
        elif step != ".":
            parts.append(step)
    return "/".join(parts)


def test_nothing_of_anybody_else_and_nothing_inline() -> None:
    page = FILES["/verify"].data.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)|\sstyle=|\son[a-z]+=|<style|https?://", page)
    for path, file in FILES.items():
        if path.startswith("/verify/") and "/javascript/" not in path and path.endswith(".js"):
            assert not re.search(
                r"innerHTML|insertAdjacentHTML|document\.write|\beval\b", file.data.decode()
            ), path
