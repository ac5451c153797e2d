"""What a template can be made of: whatever is made of it can be signed."""

import re

from api.credentials.url import is_url
from api.issuer.template import Issuing
from node.cli.app import UsedWrongly
from node.cli.arguments.refused_parts import require_did, require_name

_ADDRESS = re.compile("https?://[^/?#][^?#]*")


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
