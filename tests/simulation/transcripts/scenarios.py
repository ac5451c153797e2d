"""Five telling runs. Every link takes 10 ms and no disk takes any time: steps are easy to tell apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from textwrap import wrap

from consensus.header import block_hash
from node.simulation.network import Packet, Weather
from node.simulation.world import World
from tests.simulation.stage import begin_voting, leader, lose_nothing, run, stage
from tests.simulation.transcripts.recording import Recording

FOLDER = Path(__file__).parent
EVERYBODY = (0, 1, 2, 3)
STEADY = Weather(delay_min_ms=10, delay_max_ms=10)


@dataclass(frozen=True)
class Scenario:
    """A run and the words without which its transcript would not show what it is for."""

    name: str
    shows: str
    play: Callable[[], Recording]
    telling: tuple[str, ...]

    @property
    def file(self) -> Path:
        """Where the transcript is kept."""
        return FOLDER / f"{self.name}.txt"

    def text(self) -> str:
        """The transcript, made anew."""
        return "\n".join((*wrap(self.shows, 110), "", self.play().text()))


def prepared(cast: Mapping[int, str] | None = None, seed: int = 1) -> tuple[Recording, World]:
    """A network of four in which everybody votes and nothing waits; nothing is recorded yet."""
    recording = Recording()
    world = stage(cast=cast, seed=seed, parts=recording.parts())
    world.network.calm(STEADY, frozenset(EVERYBODY))
    begin_voting(world)
    recording.words.name(block_hash(world.genesis.application.header))
    return recording, world


def happy_view() -> Recording:
    recording, world = prepared()
    run(world, 1_000)
    recording.begin(world.schedule, EVERYBODY)
    recording.remark("a client gives v0 a transaction")
    world.submit_to(world.processes[0])
    run(world, 200)
    return recording


def silent_leader() -> Recording:
    recording, world = prepared()
    leader(world, 1).end(None)
    run(world, 1_000)
    recording.begin(world.schedule, EVERYBODY)
    recording.remark(f"{leader(world, 1).name}, who leads view 1, is down; a client gives v0 a transaction")
    world.submit_to(world.processes[0])
    run(world, 1_700)
    return recording


def equivocating_leader() -> Recording:
    """The first seed in which somebody sees both blocks: the attacker draws whom it shows which."""
    return next(recording for recording in map(equivocation, count(1)) if "evidence" in recording.text())


def equivocation(seed: int) -> Recording:
    recording, world = prepared({1: "equivocator"}, seed)
    while leader(world, world.processes[0].replica.view) is not world.processes[1]:
        world.submit_to(world.processes[0])
        run(world, 1_000)
    recording.begin(world.schedule, EVERYBODY)
    recording.remark(f"v1 leads, and gives v0, v2 and v3 different blocks to vote for (seed {seed})")
    world.submit_to(world.processes[0])
    run(world, 400)
    return recording


def crash_and_restart() -> Recording:
    recording, world = prepared()
    world.submit_to(world.processes[0])
    run(world, 300)
    recording.begin(world.schedule, (2,), every_event=True)
    recording.remark("v2 ends as if its power had failed; the others go on and order a transaction")
    world.processes[2].end(None)
    world.submit_to(world.processes[0])
    run(world, 500)
    recording.remark("v2 is started again")
    world.processes[2].start_again()
    run(world, 1_000)
    recording.remark("a client gives v0 a transaction")
    world.submit_to(world.processes[0])
    run(world, 40)
    return recording


def healed_partition() -> Recording:
    recording, world = prepared()
    run(world, 1_000)
    recording.begin(world.schedule, EVERYBODY)
    recording.remark("nothing passes any more between v0 v1 and v2 v3; a client gives v0 a transaction")
    world.network.loses = is_between_halves
    world.submit_to(world.processes[0])
    run(world, 2_000)
    recording.remark("everything passes again")
    lose_nothing(world)
    run(world, 370)
    return recording


def is_between_halves(source: int, destination: int, packet: Packet) -> bool:
    return (source < 2) != (destination < 2)


def scenarios() -> Iterator[Scenario]:
    """All of them."""
    yield Scenario(
        "happy-view",
        "One view in which nothing goes wrong: proposal, notarization, finalization, three message delays.",
        happy_view,
        ("v0 v2 v3: v1 says PROPOSE b1@1<0", "-> commit b1"),
    )
    yield Scenario(
        "silent-leader",
        "A leader says nothing: the others give its view up, and the next leader shows why it may propose.",
        silent_leader,
        ("-> store the vote NULLIFY view 1", "justified by the nullification of view 1", "-> commit b1"),
    )
    yield Scenario(
        "equivocating-leader",
        "A leader signs two blocks in one view: one at most is notarized, and both signatures kept (R18).",
        equivocating_leader,
        ("-> keep evidence against v1",),
    )
    yield Scenario(
        "crash-and-restart",
        "A validator that starts again listens before it votes, and learns what has become final (R12).",
        crash_and_restart,
        ("GET_STATUS, listens", "-> store the floor", "-> store the vote NOTARIZE"),
    )
    yield Scenario(
        "healed-partition",
        "Two halves of a network, neither a quorum, say again what they said until the others hear it (R8).",
        healed_partition,
        ("-> store the vote NULLIFY view 1", "-- everything passes again", "-> commit"),
    )
