"""An unsigned credential to start from: complete, of the right form, and about nobody."""

import uuid
from dataclasses import dataclass

from api.client.paths import schema_url
from api.credentials.document import Document
from api.credentials.list_url import published_url
from api.credentials.open_badges import (
    Award,
    AwardingBody,
    AwardStatus,
    Learner,
    StatusEntryPurpose,
    open_badge,
)
from api.credentials.timestamp import second_text
from api.issuer.achievement import OWN, micro_credential_of
from registry.kinds.status_list.record import status_list_id

DEFAULT_NAME = "University of Example"
DEFAULT_COUNTRY = "PT"
DEFAULT_URL = "https://node.example.edu"
DEFAULT_LIST = "degrees"
_LEARNER = "The learner's name"
_SCHEMA = "micro-credential"
_SCHEMA_VERSION = "1.0.0"


@dataclass(frozen=True, slots=True)
class Issuing:
    """Who awards, and where others look the status up: `url` is a node's public address."""

    body: AwardingBody
    url: str
    list_name: str
    index: int


def starting_point(did: str, now_ms: int) -> Document:
    """The template of an issuer of whom nothing but the DID is known."""
    return template(
        Issuing(AwardingBody(did, DEFAULT_NAME, DEFAULT_COUNTRY), DEFAULT_URL, DEFAULT_LIST, 0), now_ms
    )


def template(issuing: Issuing, now_ms: int) -> Document:
    """A micro-credential with every element that the European recommendation asks for, valid from now on."""
    did = issuing.body.did
    list_id = status_list_id(did, issuing.list_name)
    award = Award(
        id=uuid.uuid4().urn,
        learner=Learner(name=_LEARNER),
        valid_from=second_text(now_ms),
        schema_url=schema_url(issuing.url, did, _SCHEMA, _SCHEMA_VERSION),
        statuses=(
            AwardStatus(
                published_url(issuing.url, list_id),
                StatusEntryPurpose.REVOCATION,
                issuing.index,
            ),
        ),
    )
    return open_badge(issuing.body, micro_credential_of(OWN), award)
