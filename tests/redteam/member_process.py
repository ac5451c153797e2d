"""The process of the hostile member: `python -m tests.redteam.member_process FOLDER NAME`.

It says `prepared` once it could start, and takes one command a line. To `start` it answers `ready` once it is
linked to all honest members; to `attack SECONDS`, when the time is over, with one line of JSON: the tally. It
ends with its standard input.
"""

import asyncio
import json
import os
import sys
from pathlib import Path

import structlog

from node.setup.localnet import Localnet
from tests.redteam.attackers.table import ATTACKERS
from tests.redteam.member import Member

PRIORITY = 5
"""The nice value: a third of the weight of each honest process."""
AUTOGROUP = Path("/proc/self/autogroup")


def main() -> None:
    """Run the member that the command line names."""
    folder, name = sys.argv[1:]
    _give_way()
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    asyncio.run(_run(Localnet.open(Path(folder)), name))


def _give_way() -> None:
    """Take a lower priority: a hostile member has a machine of its own, so what counts is the work that it
    makes for the others, not that its own takes their processors. Linux weighs sessions against each other
    first (sched(7), autogroup)."""
    os.setsid()
    os.nice(PRIORITY)
    if AUTOGROUP.exists():
        AUTOGROUP.write_text(str(PRIORITY))


async def _run(localnet: Localnet, name: str) -> None:
    member = Member(localnet, ATTACKERS[name])
    await asyncio.to_thread(member.attacker.prepare)
    _say("prepared")
    await asyncio.to_thread(sys.stdin.readline)
    running = asyncio.create_task(member.run())
    commanded = asyncio.create_task(_obey(member))
    await asyncio.wait((running, commanded), return_when=asyncio.FIRST_COMPLETED)
    commanded.cancel()
    if not running.done():
        running.cancel()
        await asyncio.wait((running,))
        commanded.result()
        return
    running.result()


async def _obey(member: Member) -> None:
    await member.linked.wait()
    _say("ready")
    while line := (await asyncio.to_thread(sys.stdin.readline)).split():
        if line[0] == "attack":
            _say(json.dumps(await member.attack(float(line[1]))))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
