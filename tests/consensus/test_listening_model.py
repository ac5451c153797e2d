"""R12 by exhaustion: every order in which four validators, one of them a liar, can vote, lose what they
signed, listen and vote again, up to a few views.

A validator is what matters of it: its current view, its floor, whether it listens, the views it has voted in
in this life and in any. Votes are abstract ("signed in view u"); a certificate of view u can exist once q − f
honest validators have ever signed in u, for the liar signs everything. The liar also names the lowest view
there is. What may never happen: a validator signs in a view in which an earlier life of it had signed.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final, NamedTuple

import pytest

F: Final = 1
HONEST: Final = 3
QUORUM: Final = 3
VIEWS: Final = 4
LOSSES: Final = 2


class Validator(NamedTuple):
    """`now` and `ever` are sets of views as bits. `floor` is above 0 once answers have fixed it."""

    view: int = 1
    floor: int = 0
    listens: bool = False
    now: int = 0
    ever: int = 0


@dataclass(frozen=True)
class Rule:
    """How a start listens; the defaults are R12's."""

    plus: int = 1
    answers: int = QUORUM
    listeners_answer: bool = False
    sits_out: bool = True
    """Whether it goes on listening until its view is above the floor."""


State = tuple[tuple[Validator, ...], int]


class SignedTwice(Exception):
    """What no honest validator may do."""


def can_be_certified(validators: tuple[Validator, ...], view: int) -> bool:
    return view == 0 or sum(1 for each in validators if each.ever >> view & 1) >= QUORUM - F


def successors(state: State, rule: Rule) -> Iterator[State]:
    validators, losses = state
    for place, one in enumerate(validators):
        rest = validators[:place] + validators[place + 1 :]

        def become(changed: Validator, lost: int = 0, rest: tuple[Validator, ...] = rest) -> State:
            return tuple(sorted((*rest, changed))), losses + lost

        if one.view < VIEWS and can_be_certified(validators, one.view):
            yield become(one._replace(view=one.view + 1))
        if one.listens:
            yield from map(become, heard(one, rest, rule))
            continue
        bit = 1 << one.view
        if one.view > one.floor and not one.now & bit:
            if one.ever & bit:
                raise SignedTwice
            yield become(one._replace(now=one.now | bit, ever=one.ever | bit))
        if losses < LOSSES:
            yield become(Validator(listens=True, ever=one.ever), 1)


def heard(one: Validator, others: tuple[Validator, ...], rule: Rule) -> Iterator[Validator]:
    """What a listening validator can become: answers fix its floor, or its view has passed it."""
    if one.floor:
        if one.view > one.floor or not rule.sits_out:
            yield one._replace(listens=False)
        return
    speakers = [each for each in others if rule.listeners_answer or not each.listens]
    for answering in combinations(speakers, rule.answers - F):
        highest = max((each.view for each in answering), default=1)
        if highest <= one.view:  # proved here
            yield one._replace(floor=highest + rule.plus)


def explore(rule: Rule) -> int:
    """How many states there are; raises SignedTwice where one leads to it."""
    start: State = (Validator(),) * HONEST, 0
    seen, fresh = {start}, [start]
    while fresh:
        state = fresh.pop()
        for following in successors(state, rule):
            if following not in seen:
                seen.add(following)
                fresh.append(following)
    return len(seen)


def test_r12_no_validator_signs_twice() -> None:
    assert explore(Rule()) > 10_000


@pytest.mark.parametrize(
    "rule",
    [
        Rule(plus=0),
        Rule(answers=QUORUM - 1),
        Rule(listeners_answer=True),
        Rule(sits_out=False),
    ],
    ids=str,
)
def test_r12_a_weaker_rule_signs_twice(rule: Rule) -> None:
    with pytest.raises(SignedTwice):
        explore(rule)
