"""What a process does about the did:web documents of its institution."""

import pytest

from api.server import GROUPS
from node.process.documents import compares_documents, groups_for
from node.setup.config import Config, DidWeb, Institution
from registry.network_kind import NetworkKind

INSTITUTION = Institution(name="A", did="did:web:a.example")


def settings(host: str | None = None, compare: bool | None = None) -> Config:
    return Config(institution=INSTITUTION, did_web=DidWeb(host=host, compare=compare))


def test_a_node_is_no_web_host_unless_it_is_told() -> None:
    without = groups_for(settings())
    assert len(without) == len(GROUPS)
    *others, own = groups_for(settings("a.example:8443"))
    assert len(others) == len(without)
    assert [route.template for route in own.routes] == ["/.well-known/did.json", "/{path*}/did.json"]


@pytest.mark.parametrize(
    ("compare", "kind", "expected"),
    [
        (None, NetworkKind.PRODUCTION, True),
        (None, NetworkKind.SANDBOX, False),
        (None, NetworkKind.DEMO, False),
        (False, NetworkKind.PRODUCTION, False),
        (True, NetworkKind.DEMO, True),
    ],
)
def test_the_web_is_asked_in_a_production_network_unless_told(
    compare: bool | None, kind: NetworkKind, expected: bool
) -> None:
    assert compares_documents(settings(compare=compare), kind) is expected
