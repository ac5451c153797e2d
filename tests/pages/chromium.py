"""A headless Chromium, driven by the DevTools protocol over its WebSocket.

Source: https://chromedevtools.github.io/devtools-protocol/.
"""

import asyncio
import base64
import json
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest

from tests.answers.test_browser import QUIET

_LISTENS: Final = re.compile(r"DevTools listening on (ws://\S+)")
_COMES_UP_S: Final = 20.0


class Tab:
    """One tab: what it asked for (`requests`, each with its URL and body), and what went wrong (`errors`)."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._session: str | None = None
        self._reading = asyncio.create_task(self._read())
        self.requests: list[tuple[str, str]] = []
        self.errors: list[str] = []

    async def open(self) -> None:
        """Makes the tab, and listens to what happens in it."""
        target = await self.call("Target.createTarget", url="about:blank")
        attached = await self.call("Target.attachToTarget", targetId=target["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log", "DOM"):
            await self.call(f"{domain}.enable")

    async def call(self, method: str, **parameters: Any) -> Any:
        """A command of the protocol, and its result."""
        number = len(self._answers)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        session = {} if self._session is None else {"sessionId": self._session}
        await self._socket.send_json({"id": number, "method": method, "params": parameters, **session})
        return await answer

    async def run(self, script: str) -> Any:
        """The value of an expression; that of a promise, when it is there."""
        found = await self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    async def until(self, condition: str) -> None:
        """Comes back when an expression has become true."""
        look = f"const look = () => ({condition}) ? done() : setTimeout(look, 10); look();"
        await self.run(f"new Promise((done) => {{ {look} }})")

    async def give_file(self, selector: str, file: Path) -> None:
        """Chooses a file in a file input."""
        document = await self.call("DOM.getDocument")
        found = await self.call("DOM.querySelector", nodeId=document["root"]["nodeId"], selector=selector)
        await self.call("DOM.setFileInputFiles", files=[str(file)], nodeId=found["nodeId"])

    async def size(self, width: int, *, height: int = 900, dark: bool = False) -> None:
        """The window's width and height, and the reader's choice of colours."""
        shape = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        await self.call("Emulation.setDeviceMetricsOverride", **shape)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await self.call("Emulation.setEmulatedMedia", features=[scheme])

    async def picture(self, file: Path) -> None:
        """Saves a picture of the whole page."""
        shot = await self.call("Page.captureScreenshot", captureBeyondViewport=True)
        await asyncio.to_thread(file.write_bytes, base64.b64decode(shot["data"]))

    async def close(self) -> None:
        """Ends reading."""
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        async for message in self._socket:
            found = json.loads(message.data)
            if "id" in found:
                self._settle(found)
            else:
                self._note(found["method"], found["params"])

    def _settle(self, found: Any) -> None:
        answer = self._answers[found["id"]]
        if "error" in found:
            answer.set_exception(AssertionError(found["error"]))
        else:
            answer.set_result(found["result"])

    def _note(self, event: str, told: Any) -> None:
        match event:
            case "Network.requestWillBeSent":
                request = told["request"]
                self.requests.append((request["url"], request.get("postData", "")))
            case "Runtime.exceptionThrown":
                self.errors.append(str(told["exceptionDetails"].get("exception", told)))
            case "Log.entryAdded" if told["entry"]["source"] in ("security", "violation", "javascript"):
                self.errors.append(told["entry"]["text"])


@asynccontextmanager
async def tab(folder: Path) -> AsyncIterator[Tab]:
    """A tab of a browser that is started for it; skipped by name where there is none."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("needs a browser: neither `chromium` nor `google-chrome` is on the path")
    process = await asyncio.create_subprocess_exec(
        browser,
        *QUIET,
        "--remote-debugging-port=0",
        f"--user-data-dir={folder}",
        "about:blank",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        url = await asyncio.wait_for(_address(process.stderr), _COMES_UP_S)
        draining = asyncio.create_task(process.stderr.read())
        async with aiohttp.ClientSession() as session, session.ws_connect(url, max_msg_size=0) as socket:
            opened = Tab(socket)
            await opened.open()
            yield opened
            await opened.close()
        draining.cancel()
    finally:
        process.terminate()
        await process.wait()


async def _address(errors: asyncio.StreamReader) -> str:
    """The browser says where it listens, in a line of its own."""
    async for line in errors:
        found = _LISTENS.search(line.decode("utf-8", "replace"))
        if found is not None:
            return found[1]
    raise AssertionError("the browser ended before it listened")
