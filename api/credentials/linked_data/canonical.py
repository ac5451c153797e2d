"""RDF Dataset Canonicalization (RDFC-1.0, with SHA-256): names for blank nodes that do not depend on how they
were written.

A quad is four texts: subject, predicate, object and graph as N-Quads writes them, the graph "" for the
default one. Text of a blank node begins with `_:`, which no other term does.

Blank nodes that look alike make the algorithm try their permutations, so that a few hundred bytes can keep a
machine busy for hours. Every step is paid from a budget; the order of the steps follows from the order of the
quads, so that the same document always costs the same.

Source: W3C RDF Dataset Canonicalization 1.0, §4.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cmp_to_key
from hashlib import sha256
from itertools import permutations
from typing import Final, TypeAlias

from api.credentials.flaw import CredentialFlaw
from api.credentials.linked_data.refusal import LinkedDataError, WorkBudget

Quad: TypeAlias = tuple[str, str, str, str]

_BLANK: Final = "_:"
_MAX_DEPTH: Final = 100
"""How far blank nodes that look alike are followed; deeper than any real document, and well within what
Python can recurse.
"""


class _Names:
    """Names given to blank nodes in the order in which they are first asked for (§4.5)."""

    def __init__(self, prefix: str, given: dict[str, str] | None = None) -> None:
        self._prefix = prefix
        self.given = {} if given is None else given

    def name(self, node: str) -> str:
        return self.given.setdefault(node, f"{self._prefix}{len(self.given)}")

    def copy(self) -> "_Names":
        return _Names(self._prefix, dict(self.given))


def canonical_nquads(quads: Sequence[Quad], budget: WorkBudget) -> bytes:
    """The canonical N-Quads of a dataset; raises `LinkedDataError` where it takes too much work."""
    distinct = tuple(dict.fromkeys(quads))
    names = _Canonicalization(distinct, budget).run()
    lines = sorted(_line(*(names.get(term, term) for term in quad)) for quad in distinct)
    return "".join(lines).encode()


def _line(subject: str, predicate: str, object_: str, graph: str) -> str:
    return f"{subject} {predicate} {object_} {graph} .\n" if graph else f"{subject} {predicate} {object_} .\n"


class _Canonicalization:
    """The state of §4.2: where each blank node stands, and the canonical names given so far."""

    def __init__(self, quads: Sequence[Quad], budget: WorkBudget) -> None:
        self._budget = budget
        self._names = _Names("_:c14n")
        self._quads_of: dict[str, list[Quad]] = defaultdict(list)
        for quad in quads:
            for node in dict.fromkeys(_blank_nodes(quad)):
                self._quads_of[node].append(quad)
        self._first_hashes: dict[str, str] = {}

    def run(self) -> dict[str, str]:
        """§4.4.3: those that look like no other first, then the rest by their neighbourhoods."""
        alike: dict[str, list[str]] = defaultdict(list)
        for node in self._quads_of:
            alike[self._first_hash(node)].append(node)
        for _, nodes in sorted(alike.items()):
            if len(nodes) == 1:
                self._names.name(nodes[0])
        for _, nodes in sorted(alike.items()):
            if len(nodes) > 1:
                self._name_alike(nodes)
        return self._names.given

    def _name_alike(self, nodes: list[str]) -> None:
        """Step 5."""
        found: list[tuple[str, _Names]] = []
        for node in nodes:
            if node not in self._names.given:
                issuer = _Names("_:b")
                issuer.name(node)
                found.append(self._neighbourhood(node, issuer, 0))
        for _, issuer in sorted(found, key=lambda result: result[0]):
            for node in issuer.given:
                self._names.name(node)

    def _first_hash(self, node: str) -> str:
        """§4.6: the hash of the quads with a node, which is called `_:a` there and all others `_:z`."""
        if node not in self._first_hashes:
            quads = self._quads_of[node]
            self._budget.spend(1 + len(quads))
            lines = (_line(*(_masked(term, node) for term in quad)) for quad in quads)
            self._first_hashes[node] = _hashed("".join(sorted(lines)))
        return self._first_hashes[node]

    def _related_hash(self, related: str, quad: Quad, issuer: _Names, position: str) -> str:
        """§4.7."""
        known = self._names.given.get(related) or issuer.given.get(related)
        predicate = "" if position == "g" else quad[1]
        return _hashed(position + predicate + (known or self._first_hash(related)))

    def _neighbourhood(self, node: str, issuer: _Names, depth: int) -> tuple[str, _Names]:
        """§4.8: the hash of a node's neighbours, and names for them in the order that gives the least."""
        if depth > _MAX_DEPTH:
            told = f"blank nodes that look alike are linked more than {_MAX_DEPTH} deep"
            raise LinkedDataError(CredentialFlaw.TOO_MUCH_WORK, told)
        told_of = ""
        for related_hash, nodes in sorted(self._related(node, issuer).items()):
            path, issuer = self._least_path(nodes, issuer, depth)
            told_of += related_hash + path
        return _hashed(told_of), issuer

    def _related(self, node: str, issuer: _Names) -> dict[str, list[str]]:
        """Steps 1 to 3: the neighbours by what links them."""
        related: dict[str, list[str]] = defaultdict(list)
        for quad in self._quads_of[node]:
            self._budget.spend(1)
            for position, term in (("s", quad[0]), ("o", quad[2]), ("g", quad[3])):
                if term.startswith(_BLANK) and term != node:
                    related[self._related_hash(term, quad, issuer, position)].append(term)
        return related

    def _least_path(self, nodes: list[str], issuer: _Names, depth: int) -> tuple[str, _Names]:
        """Steps 5.2 to 5.6: the permutation of nodes that look alike whose path is the least."""
        names = [self._names.given.get(node) or issuer.given.get(node) for node in nodes]
        if None not in names:  # nothing will be named or followed: the path is their names
            self._budget.spend(len(names))
            return "".join(sorted(filter(None, names), key=_IN_LEAST_TEXT)), issuer
        chosen_path = ""
        chosen_issuer = issuer
        for permutation in permutations(nodes):
            self._budget.spend(1 + (len(nodes) + len(issuer.given)) // 8)
            found = self._path(permutation, issuer.copy(), chosen_path, depth)
            if found is not None and (not chosen_path or found[0] < chosen_path):
                chosen_path, chosen_issuer = found
        return chosen_path, chosen_issuer

    def _path(
        self, permutation: Sequence[str], issuer: _Names, chosen: str, depth: int
    ) -> tuple[str, _Names] | None:
        """Steps 5.4.1 to 5.4.5; None where another permutation is known to be less."""
        path = ""
        to_follow: list[str] = []
        for node in permutation:
            if node in self._names.given:
                path += self._names.given[node]
            else:
                if node not in issuer.given:
                    to_follow.append(node)
                path += issuer.name(node)
            if _is_beyond(path, chosen):
                return None
        for node in to_follow:
            found, followed = self._neighbourhood(node, issuer, depth + 1)
            path += f"{issuer.name(node)}<{found}>"
            issuer = followed
            if _is_beyond(path, chosen):
                return None
        return path, issuer


def _blank_nodes(quad: Quad) -> Iterator[str]:
    return (term for term in (quad[0], quad[2], quad[3]) if term.startswith(_BLANK))


def _masked(term: str, node: str) -> str:
    if not term.startswith(_BLANK):
        return term
    return "_:a" if term == node else "_:z"


def _is_beyond(path: str, chosen: str) -> bool:
    return bool(chosen) and len(path) >= len(chosen) and path > chosen


def _goes_before(name: str, other: str) -> int:
    return -1 if name + other < other + name else 1


_IN_LEAST_TEXT: Final = cmp_to_key(_goes_before)
"""Sorts texts so that they make the least text together."""


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()
