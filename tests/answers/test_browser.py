"""The verifier in a browser: a page loads it as it is and gives the examples' verdicts."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.answers.examples_file import FILE

PAGE = Path(__file__).with_name("browser.html")
VERIFIER = Path(__file__).parents[2] / "api" / "javascript"
QUIET = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@asynccontextmanager
async def pages(result: "asyncio.Future[Any]") -> AsyncIterator[str]:
    """The page, the verifier and the examples on a socket of their own; what the page found is `result`."""

    async def take(request: web.Request) -> web.Response:
        result.set_result(await request.json())
        return web.Response()

    application = web.Application(client_max_size=16 * 1024 * 1024)
    application.router.add_get("/", _sending(PAGE))
    application.router.add_get("/answers.json", _sending(FILE))
    application.router.add_static("/verifier", VERIFIER)
    application.router.add_post("/result", take)
    serving = web.AppRunner(application)
    await serving.setup()
    await web.TCPSite(serving, "127.0.0.1", 0).start()
    host, port = serving.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/"
    finally:
        await serving.cleanup()


def _sending(path: Path) -> Callable[[web.Request], Awaitable[web.FileResponse]]:
    async def send(request: web.Request) -> web.FileResponse:
        return web.FileResponse(path)

    return send


@pytest.mark.process
async def test_a_page_gives_the_verdicts_of_the_examples(tmp_path: Path) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("needs a browser: neither `chromium` nor `google-chrome` is on the path")
    found: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    async with pages(found) as url:
        process = await asyncio.create_subprocess_exec(
            browser,
            *QUIET,
            f"--user-data-dir={tmp_path}",
            url,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        ended = asyncio.create_task(process.wait())
        try:
            await asyncio.wait((found, ended), return_when=asyncio.FIRST_COMPLETED)
            assert found.done(), "the browser ended before the page had judged the examples"
        finally:
            if not ended.done():
                process.terminate()
            await ended
    result = found.result()
    expected = [example["verdict"] for example in json.loads(FILE.read_bytes())["examples"]]
    assert result.get("error") is None
    assert result["verdicts"] == expected
