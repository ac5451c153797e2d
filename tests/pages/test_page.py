"""The page in a real browser, before real nodes: what it says, and that no credential leaves it unasked.

`MATRICULA_SCREENSHOTS` names a folder in which pictures of it are kept.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.pages.chromium import Tab, tab
from tests.pages.scene import LEARNER, Scene, scene

SCREENSHOTS = os.environ.get("MATRICULA_SCREENSHOTS")
READY = "document.getElementById('words') !== null"
DONE = """!document.getElementById('report').hidden
  || !/^Checking|^$/.test(document.getElementById('progress').textContent)"""
FOUND = """(() => {
  const at = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  return {
    outcome: document.querySelector('.one')?.dataset.outcome,
    questions: all('[data-question]').map((each) => each.dataset.outcome),
    text: at('report').textContent + at('progress').textContent,
    focus: document.activeElement.id,
    empty: all('#report details').filter((each) => each.children.length < 2).length,
    wide: document.documentElement.scrollWidth > window.innerWidth,
  };
})()"""


async def pasted(page: Tab, credential: bytes) -> Any:
    """What the page says of a credential that is pasted into it."""
    text = json.dumps(credential.decode())
    await page.run(f"document.getElementById('text').value = {text}")
    await page.run("document.getElementById('check').click()")
    await page.until(DONE)
    return await page.run(FOUND)


async def chosen(page: Tab, folder: Path, credential: bytes) -> Any:
    """The same of a file that is chosen."""
    file = folder / "chosen"
    file.write_bytes(credential)
    await page.run("document.getElementById('report').hidden = true")
    await page.run("document.getElementById('progress').textContent = ''")
    await page.give_file("#file", file)
    await page.until(DONE)
    return await page.run(FOUND)


async def opened(page: Tab, url: str) -> None:
    """The page, with its network known."""
    await page.call("Page.navigate", url=f"{url}/verify")
    await page.until(f"document.readyState === 'complete' && {READY}")


async def kept(page: Tab, name: str) -> None:
    """Pictures of what is shown, at the widths of a phone and of a desk, in light and dark."""
    if SCREENSHOTS is None:
        return
    for width, dark in ((360, False), (1280, False), (1280, True)):
        await page.size(width, dark=dark)
        height = await page.run("document.documentElement.scrollHeight")
        await page.size(width, height=height, dark=dark)
        await page.picture(Path(SCREENSHOTS) / f"{name}-{width}{'-dark' if dark else ''}.png")


def holds(found: Any, outcome: str, *answers: str) -> None:
    """Each answer in order, something behind each summary, the report in focus, nothing too wide."""
    assert found["outcome"] == outcome, found
    assert tuple(found["questions"]) == answers, found
    assert (found["focus"], found["empty"], found["wide"]) == ("report", 0, False)


@pytest.mark.process
async def test_what_the_page_says(tmp_path: Path) -> None:
    async with scene(tmp_path / "net") as recorded, tab(tmp_path / "browser") as page:
        await page.size(360)
        await opened(page, recorded.urls[0])
        await kept(page, "start")
        await page.size(360)
        await _trusts(page, recorded)
        await _judges(page, recorded, tmp_path)
        await _cannot_scan(page)
        await _tells_what_was_not_had(page, recorded)
        assert [body for _, body in page.requests if body] == []
        assert not any(LEARNER in url or "Zeeberg" in url for url, _ in page.requests)
        await _sends_only_when_agreed(page, recorded)
        await _stops_before_another_network(page, recorded)
        assert page.errors == []
        origins = {"/".join(url.split("/")[:3]) for url, _ in page.requests if url.startswith("http")}
        assert origins <= set(recorded.urls)


async def _trusts(page: Tab, recorded: Scene) -> None:
    words = await page.run("document.getElementById('words').textContent")
    assert len(words.replace("·", " ").split()) == 8
    typed = json.dumps("\n".join(recorded.urls[1:3]))
    await page.run(f"document.getElementById('nodes').value = {typed}")
    await page.run("document.getElementById('keep-nodes').click()")
    await page.run("document.getElementById('keep').click()")
    assert await page.run("document.getElementById('trust-choice').hidden") is True


async def _judges(page: Tab, recorded: Scene, folder: Path) -> None:
    credentials = recorded.credentials
    good = await pasted(page, credentials["good"])
    holds(good, "valid", "valid", "valid", "valid", "valid")
    assert "was not sent anywhere" in good["text"]
    assert good["text"].count("had") >= 3, "three nodes were asked for each proof"
    await kept(page, "good")
    await page.run("document.querySelectorAll('details').forEach((each) => (each.open = true))")
    await kept(page, "opened")
    await page.run("document.getElementById('network').open = false")
    await page.size(360)
    revoked = await pasted(page, credentials["revoked"])
    holds(revoked, "invalid", "valid", "invalid", "valid", "invalid")
    assert "It is revoked" in revoked["text"]
    await kept(page, "revoked")
    await page.size(360)
    changed = await pasted(page, credentials["changed"])
    holds(changed, "invalid", "invalid", "hidden", "hidden", "hidden")
    assert LEARNER.replace("Zeeberg", "Zeebarg") not in changed["text"]
    await kept(page, "changed")
    await page.size(360)
    unknown = await pasted(page, credentials["unknown"])
    holds(unknown, "indeterminate", "indeterminate", "conditional", "indeterminate", "indeterminate")
    assert "The registry has no such issuer" in unknown["text"]
    picture = await chosen(page, folder, credentials["picture"])
    holds(picture, "indeterminate", "indeterminate", "hidden", "hidden", "hidden")
    assert "The picture holds no credential" in picture["text"]
    await kept(page, "picture")
    await page.size(360)
    baked = await chosen(page, folder, credentials["baked"])
    holds(baked, "valid", "valid", "valid", "valid", "valid")
    assert "Found in a PNG picture" in baked["text"]


async def _cannot_scan(page: Tab) -> None:
    """This browser reads no QR codes, or finds no camera: it says what to do instead."""
    await page.run("document.getElementById('scan').click()")
    await page.until("/choose the credential's file/.test(document.getElementById('progress').textContent)")
    assert await page.run("document.getElementById('video').hidden") is True


async def _tells_what_was_not_had(page: Tab, recorded: Scene) -> None:
    await page.call("Network.setBlockedURLs", urls=["*/v1/status-lists/*"])
    found = await pasted(page, recorded.credentials["good"])
    holds(found, "indeterminate", "valid", "indeterminate", "valid", "indeterminate")
    assert "whether it was revoked is not known" in found["text"]
    await kept(page, "unreachable")
    await page.size(360)
    await page.call("Network.setBlockedURLs", urls=[])


async def _sends_only_when_agreed(page: Tab, recorded: Scene) -> None:
    found = await pasted(page, recorded.credentials["linked-data"])
    holds(found, "indeterminate", "indeterminate", "conditional", "indeterminate", "indeterminate")
    assert await page.run("document.getElementById('send').disabled") is True
    await kept(page, "agree")
    await page.size(360)
    await page.run("document.getElementById('agree').click(); document.getElementById('send').click()")
    await page.until("document.querySelector('.by')?.textContent.startsWith('Checked by the node')")
    found = await page.run(FOUND)
    holds(found, "valid", "valid", "valid", "valid", "valid")
    bodies = [url for url, body in page.requests if body]
    assert bodies == [f"{recorded.urls[0]}/v1/verify?policy=employer"]


async def _stops_before_another_network(page: Tab, recorded: Scene) -> None:
    await page.run("localStorage.setItem('matricula.network', '00')")
    await opened(page, recorded.urls[0])
    await page.run("document.getElementById('text').value = '{}'; document.getElementById('check').click()")
    told = await page.run("document.getElementById('progress').textContent")
    assert told.startswith("Nothing is checked")
    assert await page.run("document.querySelector('[role=alert]') !== null") is True
