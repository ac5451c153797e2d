"""Paths that nobody in good faith sends: each is answered with a status that the interface documents, in
JSON, and none is a mistake of ours.
"""

from collections.abc import AsyncIterator
from random import Random

import pytest

from api.routes.did_web.group import own_host
from api.server import GROUPS
from tests.api.conftest import Served, serve
from tests.api.ledger import Ledger
from tests.api.routes.recorded import published, registered
from tests.registry.network import UNIVERSITY

DOCUMENTED = {200, 400, 404, 406, 410, 501}
PIECES = (
    *("did:", "web:", "did:web:", "matricula:", "did:key:z6Mk", UNIVERSITY, "university.example", "%3A8443"),
    *(
        "/",
        "//",
        ".",
        "..",
        "%2e%2e",
        "%2F",
        "%5c",
        "%00",
        "%0a",
        "%ff",
        "%C3%28",
        "%25",
        "%2500",
        "%",
        "%zz",
    ),
    *(
        "%D1%95",
        "%E2%80%AE",
        "%F0%9F%98%80",
        "a" * 300,
        ":",
        "::",
        "#",
        "%23",
        ";",
        "=",
        "&",
        "*",
        "did.json",
    ),
    *("degree", "1.0.0", ".well-known", "-", "'", '"', "<script>", "{did}", "%7Bdid%7D", "~", "+", "@"),
)
OPTIONS = (
    *(
        "versionId=0",
        "versionId=9" * 3,
        "versionTime=2027-01-15T08:00:00Z",
        "versionTime=%00",
        "draft=2019-09",
    ),
    *("draft=", "x", "=", "&&", "a=b", "versionId=%F0%9F%98%80", "expandRelativeUrls=true", "%=%", "+"),
)
PREFIXES = ("/1.0/identifiers/", "/did/", "/schemas/", "/", f"/did/{UNIVERSITY}/", f"/schemas/{UNIVERSITY}/")


@pytest.fixture
async def at_home() -> AsyncIterator[Served]:
    """A node that is the web host of one of its names, and holds a little of everything."""
    ledger = Ledger()
    registered(ledger, "did:web:university.example:law")
    published(ledger, b'{"$id":"urn:x:s","$schema":"https://json-schema.org/draft/2020-12/schema"}')
    async for server in serve(ledger, groups=(*GROUPS, own_host("university.example"))):
        yield server


@pytest.mark.parametrize("seed", range(4))
async def test_every_path_has_a_documented_answer(at_home: Served, seed: int) -> None:
    random = Random(seed)
    for _ in range(150):
        path = random.choice(PREFIXES) + "".join(random.choices(PIECES, k=random.randint(0, 6)))
        query = "&".join(random.choices(OPTIONS, k=random.randint(0, 2)))
        target = f"{path.split('#')[0]}?{query}" if query else path.split("#")[0]
        reply = await at_home.get_exactly(target)
        assert reply.status in DOCUMENTED, target
        assert isinstance(reply.json, dict), target
        assert b"\x1b" not in reply.body
