"""Whatever keeps a question from an answer is told at the terminal, and never as a traceback."""

import pytest

from api.client import Settings
from api.limits import ServerLimits
from node.cli.asking import connection
from tests.node.cli.conftest import Registrar
from tests.registry.network import UNIVERSITY

LIST = ("status", "list", UNIVERSITY)


class TestIndexes:
    """Pages of one entry, of an issuer who has two status lists."""

    @pytest.fixture
    def limits(self) -> ServerLimits:
        return ServerLimits(page_entries=1)

    @pytest.fixture
    async def issuer(self, registrar: Registrar) -> Registrar:
        for name in ("degrees", "courses"):
            await registrar.json("status", "create", name, *registrar.signing)
        return registrar

    async def test_pages_that_are_too_short(self, issuer: Registrar) -> None:
        ran = await issuer.run(*LIST, *issuer.asking)
        assert (ran.code, ran.error[0]) == (1, "the node gives fewer entries than belong to a page")

    async def test_more_entries_than_are_read(
        self, issuer: Registrar, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection, "SETTINGS", Settings(page_entries=1, max_index_entries=1))
        ran = await issuer.run(*LIST, *issuer.asking)
        assert (ran.code, ran.error[0]) == (1, "the index has more entries than are read at once")
