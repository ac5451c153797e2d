"""The node's way to the web, for credentials that it judges for others (decision 0127)."""

from collections.abc import Callable

from api.lookup.fetching import Fetcher, NoWeb, WebSource
from api.lookup.once import Rates, SharedWeb
from node.setup.config import VerificationSettings


def web_source(settings: VerificationSettings, now_ms: Callable[[], int]) -> WebSource:
    """What the settings permit: nothing, unless they say so. `now_ms` counts since 1970."""
    if not settings.fetch:
        return NoWeb()
    rates = Rates(now_ms=now_ms)
    fetcher = Fetcher(now_ms=now_ms, permitted=settings.origins, admit=rates.admit)
    return SharedWeb(fetcher, now_ms=now_ms)
