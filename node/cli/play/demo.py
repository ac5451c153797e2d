"""`matricula demo`: four institutions on this machine, from their founding to a proof about the past."""

import asyncio
import os
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from api.credentials.open_badges import MicroCredential
from node.cli.arguments.commands import single
from node.cli.arguments.options import JsonOption
from node.cli.terminal.console import Output, program
from node.demo.awards import micro_credential
from node.demo.story import Story
from node.demo.witness import DidNotHold
from node.process.clock import now_ms
from node.setup.founding import SETTINGS_FILE
from node.setup.localnet import PROFILES, Localnet
from node.wording.explained import Explained
from node.wording.fingerprint import fingerprint

INSTITUTIONS = 4
NETWORK, BADGE_FILE = "network", "badge.png"
"""What is in the demonstration's folder. The badge stays there when the network is gone."""
VECTORS_VARIABLE = "MATRICULA_VECTORS"
DEFAULT_VECTORS = Path(__file__).resolve().parents[4] / "shared" / "vectors"


def demo(
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the network running, and say how to try things on it.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Show what the registry is for: issue, anchor, revoke, ask, lose power, and prove the past.

    Four nodes run as four processes on loopback. Each claim is checked by its proof. If one of them is wrong,
    the exit code is not zero. At the end there is a badge, a picture with a credential in it; where Node.js
    and the clients of scripts/interop are installed, one of those verifies it.
    """
    asyncio.run(_demo(Output(json), keep))


async def _demo(output: Output, keep: bool) -> None:
    folder = Path(tempfile.mkdtemp(prefix="matricula-demo-"))
    net = Localnet.prepare(folder / NETWORK, PROFILES[:INSTITUTIONS], time_ms=now_ms())
    story = Story(net, _award(output), folder / BADGE_FILE, output.remark)
    left_running = False
    try:
        with story.step("Four institutions found a network") as done:
            await net.start_all()
            done(f"{INSTITUTIONS} processes, one genesis document: {fingerprint(net.genesis.genesis_hash)}")
        report = await story.tell()
        left_running = keep
    except DidNotHold as error:
        do = "this is a defect: keep that folder's logs and report it"
        raise Explained(f"a claim did not hold: {error}", where=folder, do=do) from error
    finally:
        if not left_running:
            await net.stop_all()
    output.result(report.document(), report.summary(), report.table())
    if keep:
        output.to_copy(*_how_to_play(story).splitlines())
    else:
        shutil.rmtree(net.folder)


def _award(output: Output) -> MicroCredential:
    award, is_public_example = micro_credential(Path(os.environ.get(VECTORS_VARIABLE, DEFAULT_VECTORS)))
    source = "of the public Open Badges examples" if is_public_example else "of our own"
    output.remark(f"The achievement to be awarded is one {source}: “{award.title}”.")
    return award


def _how_to_play(story: Story) -> str:
    net, badge = story.net, story.badge
    node = net.nodes[0]
    nodes = "\n".join(f"  {node.api_url}   {node.profile.name}" for node in net.nodes)
    config = node.folder / SETTINGS_FILE
    return f"""
The network is left running:
{nodes}
Try:
  curl {node.api_url}/v1/headers/latest
  {program()} get did {story.desks[0].did} --verify --config {config}
  {program()} doctor --config {config}
  {program()} credential verify {badge} --config {config}
Stop it:
  {program()} localnet {net.folder} --stop
Its files, logs included, are in {badge.parent}; delete that folder when you are done."""


command = single(demo)
