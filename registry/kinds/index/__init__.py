"""Indexes: which records came under a DID, or under the network. Written by `registry.draft` alone; no
operation writes one.

The ids of indexes hold the relations of the other kinds, so this kind is made from them.
"""

from collections.abc import Sequence
from typing import Any

from registry.id_forms import NETWORK_ID, ONE_OF_A_NETWORK, IdForm
from registry.index import INDEX_RECORD, Relation
from registry.kind import Kind


def index_of(kinds: Sequence[Kind[Any]]) -> Kind[Any]:
    """The kind of the indexes of these kinds' records."""
    return Kind(
        record=INDEX_RECORD,
        id=_id_form(relations_of(kinds)),
        layout="none: its log's leaves are `[height, index, operation, time_ms, id]`",
    )


def relations_of(kinds: Sequence[Kind[Any]]) -> tuple[Relation, ...]:
    """The relations of some kinds, those to the network first."""
    relations = [kind.relation for kind in kinds if kind.relation is not None]
    return tuple(sorted(relations, key=lambda relation: relation.subject is not ONE_OF_A_NETWORK))


def _id_form(relations: tuple[Relation, ...]) -> IdForm:
    by_name = {relation.name: relation for relation in relations}

    def fault(text: str) -> str | None:
        name, slash, subject = text.partition("/")
        relation = by_name.get(name)
        if relation is None or not slash:
            return f"it is written RELATION/SUBJECT; the relations are {', '.join(by_name)}"
        subject_fault = relation.subject.fault(subject)
        if subject_fault is None or relation.subject is not ONE_OF_A_NETWORK:
            return subject_fault
        return f"{name} is a relation to {NETWORK_ID}"

    return IdForm("`RELATION/SUBJECT`", fault)
