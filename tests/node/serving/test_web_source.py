"""The node's way to the web is what its settings permit."""

import pytest

from api.lookup.fault import FetchError, FetchFault
from api.lookup.fetching import NoWeb
from api.lookup.once import SharedWeb
from api.lookup.wanted import Wanted
from node.serving.web_source import web_source
from node.setup.config import VerificationSettings
from tests.api.lookup.loopback import response, serving


def test_without_the_setting_nothing_is_fetched() -> None:
    assert isinstance(web_source(VerificationSettings(), lambda: 0), NoWeb)


async def test_with_it_what_is_permitted_is() -> None:
    async with serving(response(), plain=True) as server:
        url = f"http://127.0.0.1:{server.port}/list"
        settings = VerificationSettings(fetch=True, permitted=[f"http://127.0.0.1:{server.port}"])
        source = web_source(settings, lambda: 0)
        assert isinstance(source, SharedWeb)
        assert (await source.fetch(url, Wanted.STATUS_LIST)).data == b"{}"
        with pytest.raises(FetchError) as raised:
            await web_source(VerificationSettings(fetch=True), lambda: 0).fetch(url, Wanted.STATUS_LIST)
    assert raised.value.fault is FetchFault.NOT_HTTPS
