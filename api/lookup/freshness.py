"""For how long what was fetched may be used again: what its server says, and never longer than its kind
allows. Pure.

Where the server says nothing it is a minute: within one visit of somebody the same list is fetched once, and
a revocation is not hidden for long.

Source: RFC 9111, §4.2 and §5.2.2, for a private cache.
"""

from typing import Final

from api.lookup.wanted import Wanted

UNSAID_MS: Final = 60_000
_NEVER: Final = frozenset({"no-store", "no-cache"})
_MAX_DIGITS: Final = 10


def kept_ms_of(cache_control: str | None, age: str | None, wanted: Wanted) -> int:
    """Milliseconds from now, by the values of the headers Cache-Control and Age (None: not there)."""
    longest_ms = wanted.value.kept_ms
    if cache_control is None:
        return min(longest_ms, UNSAID_MS)
    directives = [part.strip().lower() for part in cache_control.split(",")]
    if any(part.partition("=")[0] in _NEVER for part in directives):
        return 0
    ages_s = [_seconds(part) for part in directives if part.startswith("max-age")]
    if not ages_s:
        return min(longest_ms, UNSAID_MS)
    return max(0, min(longest_ms, (min(ages_s) - _number(age or "0")) * 1000))


def _seconds(directive: str) -> int:
    """The seconds of a max-age; 0 where it is none."""
    return _number(directive.partition("=")[2].strip().strip('"'))


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS else 0
