"""The registry of issuers over HTTP."""

from api.routes.issuer_registry.handlers import KEPT_MS
from tests.api.conftest import Served
from tests.api.routes.recorded import FACULTY, ended, registered
from tests.api.routes.v1.test_transactions import problem
from tests.registry.network import UNIVERSITY


async def test_all_who_issue_under_the_registrys_names(served: Served) -> None:
    own = registered(served.ledger)
    registered(served.ledger, FACULTY)
    ended(served.ledger)
    reply = await served.get("/registry.json")
    entry = {"name": UNIVERSITY, "url": "https://university.example", "location": "Norte, PT"}
    assert reply.json == {"registry": {UNIVERSITY: entry, own: entry}, "meta": {"complete": True}}
    assert (reply.status, reply.header("content-type")) == (200, "application/json")
    assert reply.header("cache-control") == "public, max-age=300"
    assert reply.header("access-control-allow-origin") == "*"
    tag = reply.header("etag") or ""
    assert (await served.get("/registry.json", if_none_match=tag)).status == 304
    assert (await served.ask("HEAD", "/registry.json")).header("etag") == tag
    assert (await served.ask("OPTIONS", "/registry.json")).status == 204
    assert problem(await served.get("/registry.json?x=1"))[:2] == (400, "malformed-query")


async def test_it_is_made_anew_after_ten_seconds(served: Served) -> None:
    assert list((await served.get("/registry.json")).json["registry"]) == [UNIVERSITY]
    own = registered(served.ledger)
    assert list((await served.get("/registry.json")).json["registry"]) == [UNIVERSITY]
    served.ledger.lag_ms = KEPT_MS
    assert set((await served.get("/registry.json")).json["registry"]) == {UNIVERSITY, own}
