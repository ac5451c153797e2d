"""RDFC-1.0: names of blank nodes do not depend on how they were written, and the work for them is bounded."""

import random
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld.canon import URDNA2015
from pyld.nquads import parse_nquads

from api.credentials.flaw import CredentialFlaw
from api.credentials.linked_data.canonical import Quad, canonical_nquads
from api.credentials.linked_data.refusal import LinkedDataError, WorkBudget

P, Q = "<urn:p>", "<urn:q>"
AMPLE = 10**7


def canonical(quads: list[Quad], units: int = AMPLE) -> bytes:
    return canonical_nquads(quads, WorkBudget(units))


def by_another(quads: list[Quad]) -> bytes:
    """The same by the implementation of PyLD, which counts a quad twice that names a blank node twice."""
    text = "".join(" ".join(filter(None, quad)) + " .\n" for quad in quads)
    found = URDNA2015().main(parse_nquads(text), {"format": "application/n-quads"})
    assert isinstance(found, str)
    return found.encode()


def clique(size: int) -> list[Quad]:
    """Everybody linked with everybody else: each looks like all others."""
    return [(f"_:{one}", P, f"_:{other}", "") for one, other in permutations(range(size), 2)]


def ring(size: int) -> list[Quad]:
    return [(f"_:{number}", P, f"_:{(number + 1) % size}", "") for number in range(size)]


def renamed(quads: list[Quad], seed: int) -> list[Quad]:
    """The same dataset in another order, under other names."""
    chance = random.Random(seed)
    nodes = sorted({term for quad in quads for term in quad if term.startswith("_:")})
    names = {node: f"_:x{number}" for number, node in enumerate(chance.sample(nodes, len(nodes)))}
    shuffled = [
        (names.get(subject, subject), predicate, names.get(object_, object_), names.get(graph, graph))
        for subject, predicate, object_, graph in quads
    ]
    return chance.sample(shuffled, len(shuffled))


EXAMPLES: dict[str, list[Quad]] = {
    "nothing": [],
    "no blank nodes": [("<urn:a>", P, '"text"', ""), ("<urn:a>", P, '"text"@en', "<urn:g>")],
    "twice the same": [("<urn:a>", P, "_:b", ""), ("<urn:a>", P, "_:b", "")],
    "two that differ": [("<urn:a>", P, "_:b", ""), ("_:b", Q, '"1"', ""), ("<urn:a>", P, "_:c", "")],
    "two that look alike": [("<urn:a>", P, "_:b", ""), ("<urn:a>", P, "_:c", "")],
    "two in a ring": ring(2),
    "a ring": ring(7),
    "a clique": clique(4),
    "two rings": [*ring(3), *((f"_:z{s[2:]}", p, f"_:z{o[2:]}", g) for s, p, o, g in ring(3))],
    "a graph's name": [("_:a", P, "_:b", "_:g"), ("_:g", Q, "_:a", "")],
    "itself": [("_:a", P, "_:a", ""), ("_:b", P, "_:b", "")],
    "more than ten": [("<urn:a>", P, f"_:{n}", "") for n in range(12)],
}


@pytest.mark.parametrize("quads", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_as_another_implementation_does_it(quads: list[Quad]) -> None:
    assert canonical(quads) == by_another(quads)


@pytest.mark.parametrize("quads", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_names_and_order_do_not_matter(quads: list[Quad]) -> None:
    assert {canonical(renamed(quads, seed)) for seed in range(8)} == {canonical(quads)}


NODES = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "_:e", "<urn:x>"])
QUADS = st.lists(
    st.tuples(
        NODES, st.sampled_from([P, Q]), NODES | st.just('"v"'), st.sampled_from(["", "", "_:g", "<urn:g>"])
    ),
    max_size=9,
)


@given(QUADS, st.integers(0, 1000))
def test_any_small_dataset(quads: list[Quad], seed: int) -> None:
    distinct = [quad for quad in dict.fromkeys(quads) if not _names_twice(quad)]
    assert canonical(distinct) == by_another(distinct) == canonical(renamed(distinct, seed))


def _names_twice(quad: Quad) -> bool:
    nodes = [term for term in quad if term.startswith("_:")]
    return len(nodes) != len(set(nodes))


def test_a_changed_quad_changes_the_form() -> None:
    quads = EXAMPLES["two that differ"]
    for index, (subject, _, object_, graph) in enumerate(quads):
        assert canonical(
            [*quads[:index], (subject, "<urn:r>", object_, graph), *quads[index + 1 :]]
        ) != canonical(quads)


def twins(size: int) -> list[Quad]:
    """Two that look alike, each with as many children that do."""
    children = [("_:a", "_:b") for _ in range(size)]
    return [
        ("<urn:r>", P, "_:a", ""),
        ("<urn:r>", P, "_:b", ""),
        *((parent, P, f"{parent}{number}", "") for number, pair in enumerate(children) for parent in pair),
    ]


POISON: dict[str, list[Quad]] = {
    "a clique": clique(9),
    "a great clique": clique(30),
    "a long ring": ring(90),
    "a ring that is too deep": ring(400),
    "twins with many children": twins(9),
    "every one with every other side": [(f"_:a{n}", P, f"_:b{m}", "") for n in range(8) for m in range(8)],
}


@pytest.mark.parametrize("quads", POISON.values(), ids=POISON.keys())
def test_too_much_work_is_refused(quads: list[Quad]) -> None:
    budget = WorkBudget(48_000)
    with pytest.raises(LinkedDataError) as refused:
        canonical_nquads(quads, budget)
    assert refused.value.flaw.reason is CredentialFlaw.TOO_MUCH_WORK
    assert budget.spent <= 48_100


@pytest.mark.parametrize("quads", EXAMPLES.values(), ids=EXAMPLES.keys())
def test_the_same_dataset_costs_the_same(quads: list[Quad]) -> None:
    budgets = [WorkBudget(AMPLE), WorkBudget(AMPLE)]
    for budget in budgets:
        canonical_nquads(quads, budget)
    assert budgets[0].spent == budgets[1].spent
