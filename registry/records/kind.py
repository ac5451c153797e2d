"""The kinds of records, the body each has, and the bytes of a body."""

from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, TypeAlias

from registry.primitives.shape import Shape, decode_as, encode_as
from registry.primitives.validator_set import ValidatorSet
from registry.record_log import map_key
from registry.records.did import DID, Did
from registry.records.member import MEMBER, USAGE, Member, Usage
from registry.records.network import PARAMETERS, VALIDATOR_SET, Parameters
from registry.records.schema import SCHEMA, Schema
from registry.records.status_list import ANCHOR, STATUS_LIST, Anchor, StatusList

MAX_BODY_BYTES: Final = 256 * 1024

Body: TypeAlias = Did | Member | Usage | Parameters | ValidatorSet | Schema | StatusList | Anchor


class Kind(StrEnum):
    """What a record is about. With the record's id it gives the record's key."""

    DID = "did"
    MEMBER = "member"
    USAGE = "usage"
    PARAMETERS = "parameters"
    VALIDATORS = "validators"
    SCHEMA = "schema"
    STATUS_LIST = "status-list"
    ANCHOR = "anchor"
    INDEX = "index"
    """Has no bodies: each version of an index is one entry."""


NETWORK_ID: Final = "network"
"""The id of the only `parameters` record and of the only `validators` record."""

BODIES: Final[dict[Kind, Shape[Any]]] = {
    Kind.DID: DID,
    Kind.MEMBER: MEMBER,
    Kind.USAGE: USAGE,
    Kind.PARAMETERS: PARAMETERS,
    Kind.VALIDATORS: VALIDATOR_SET,
    Kind.SCHEMA: SCHEMA,
    Kind.STATUS_LIST: STATUS_LIST,
    Kind.ANCHOR: ANCHOR,
}


@lru_cache(maxsize=65_536)
def record_key(kind: Kind, record_id: str) -> bytes:
    """The record's key in the map and in every table."""
    return map_key(kind.value, record_id)


def encode_body(kind: Kind, body: Body) -> bytes:
    """The bytes of a body, whose hash the version's leaf holds."""
    return encode_as(BODIES[kind], body)


@lru_cache(maxsize=4096)
def decode_body(kind: Kind, data: bytes) -> Any:
    """The body in `data`: an instance of the kind's class. Raises `Malformed`.

    Bodies are immutable, so one that was decoded before is handed out again: the same few issuers sign
    most of a block's transactions.
    """
    return decode_as(BODIES[kind], data, limit=MAX_BODY_BYTES)
