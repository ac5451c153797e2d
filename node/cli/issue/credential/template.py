"""An unsigned credential to start from: complete, of the right form, and about nobody."""

import re
import uuid
from dataclasses import dataclass

from api.client.paths import public_url
from api.credentials.document import Document
from api.credentials.open_badges import Award, AwardingBody, Learner, StatusEntry, StatusPurpose, open_badge
from api.credentials.url import is_url
from api.verifier.encoding import RecordQuestion, StatusListQuestion
from node.cli.app import UsedWrongly
from node.cli.arguments.refused_parts import require_did, require_name
from node.demo.awards import micro_credential
from node.wording.times import format_time
from registry.names import schema_id, status_list_id
from registry.records.kind import Kind

_ADDRESS = re.compile("https?://[^/?#][^?#]*")
DEFAULT_NAME = "University of Example"
DEFAULT_COUNTRY = "PT"
DEFAULT_URL = "https://node.example.edu"
DEFAULT_LIST = "degrees"
_LEARNER = "The learner's name"
_SCHEMA = "micro-credential"


@dataclass(frozen=True, slots=True)
class Issuing:
    """Who awards, and where others look the status up: `url` is a node's public address."""

    body: AwardingBody
    url: str
    list_name: str
    index: int


def require_signable(issuing: Issuing) -> None:
    """That what is made of it can be signed: each part in its form. Raises UsedWrongly."""
    body = issuing.body
    require_did(body.did, "")
    require_name(issuing.list_name, "a status list", "--status-list")
    if not (len(body.country) == 2 and body.country.isascii() and body.country.isalpha()):
        raise UsedWrongly(f"{body.country!r} is no code of a country", do="give two letters, such as PT")
    if not is_url(issuing.url) or not _ADDRESS.fullmatch(issuing.url):
        do = "give the node's public address, such as https://node.example.edu"
        raise UsedWrongly(f"{issuing.url!r} is no web address", do=do)


def starting_point(did: str, now_ms: int) -> Document:
    """The template of an issuer of whom nothing but the DID is known."""
    return template(
        Issuing(AwardingBody(did, DEFAULT_NAME, DEFAULT_COUNTRY), DEFAULT_URL, DEFAULT_LIST, 0), now_ms
    )


def template(issuing: Issuing, now_ms: int) -> Document:
    """A micro-credential with every element that the European recommendation asks for, valid from now on."""
    achievement, _ = micro_credential(None)
    did = issuing.body.did
    list_id = status_list_id(did, issuing.list_name)
    award = Award(
        id=uuid.uuid4().urn,
        learner=Learner(name=_LEARNER),
        valid_from=format_time(now_ms // 1000 * 1000),
        schema_url=public_url(issuing.url, RecordQuestion(Kind.SCHEMA, schema_id(did, _SCHEMA))),
        statuses=(
            StatusEntry(
                public_url(issuing.url, StatusListQuestion(list_id)), StatusPurpose.REVOCATION, issuing.index
            ),
        ),
    )
    return open_badge(issuing.body, achievement, award)
