"""What a Status List Token says, in its JWT and its CWT form.

- T1 `sub` is the URL of the list, `iat` when it was made; `exp` and `nbf` bound it further. Times are seconds
  since 1970, and so is `ttl`, which is positive.
- T2 `status_list` holds `bits` (1, 2, 4 or 8) and `lst`, ZLIB of the values, whose first entry has the
  right-most bits of the first byte.
- T3 `iss` may be missing: then the token is read as one of whoever issued the credential. It counts only if a
  key of theirs signed it.

Source: IETF Token Status List, §4, §5; RFC 7519, §2.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from api.credentials.excerpt import excerpt
from api.credentials.flaw import Flaw
from api.credentials.numeric_date import numeric_date
from api.credentials.period import ClaimedDate, ValidityPeriod
from api.credentials.schema import CompiledSchema, SchemaViolation
from api.credentials.secured import ClaimedNames, Proof, SchemaReference, StatusEntry
from api.credentials.status.entry_values import EntryValues, FirstBit
from api.credentials.status.published import PublishedList
from api.credentials.status.unpacking import malformed, zlib_unpacked

_BITS: Final = (1, 2, 4, 8)
_MAX_TTL_S: Final = 1 << 40
_NAMELESS: Final = ClaimedNames()


@dataclass(frozen=True, slots=True)
class StatusTokenClaims:
    """A token as `api.credentials.secured.Claims`."""

    id: str
    issuer: str
    period: ValidityPeriod
    statuses: tuple[StatusEntry | Flaw, ...] = ()
    schemas: tuple[SchemaReference | Flaw, ...] = ()
    holders: tuple[str, ...] = ()
    names: ClaimedNames = _NAMELESS
    data_model: str = "Status List Token"

    @property
    def issuer_as_written(self) -> str:
        """The same: it has no other form."""
        return self.issuer

    def form_flaws(self) -> Iterator[Flaw]:
        """None: what does not have the form of a token is not read as one."""
        return iter(())

    def violations(self, schema: CompiledSchema) -> tuple[SchemaViolation, ...]:
        """None: no schema is for tokens."""
        return ()


@dataclass(frozen=True, slots=True)
class SecuredStatusToken:
    """A token with its one signature, as `api.credentials.secured.ProvedClaims`."""

    claims: StatusTokenClaims
    proofs: tuple[Proof, ...]
    unproved: Flaw | None = None


def token_claims(said: Mapping[str, object], issuer: str) -> StatusTokenClaims:
    """T1, T3. `said` are the claims by their names in a JWT. Raises `ListError`."""
    return StatusTokenClaims(_text(said, "sub"), _text({"iss": issuer, **said}, "iss"), _period(said))


def token_list(token: SecuredStatusToken, said: Mapping[str, object], compressed: bytes) -> PublishedList:
    """T2. `compressed` are the bytes of `lst`. Raises `ListError`."""
    entries = EntryValues(zlib_unpacked(compressed), FirstBit.RIGHT_MOST)
    return PublishedList(token, (token.claims.id,), None, _bits(said), entries, _ttl_ms(said))


def packed_values(said: Mapping[str, object]) -> object:
    """`lst` as it stands: a text in a JWT, bytes in a CWT."""
    return _status_list(said).get("lst")


def shown(found: object) -> str:
    """A claim as a message shows it."""
    if found is None or isinstance(found, str | int | float):
        return excerpt(found)
    return "bytes" if isinstance(found, bytes) else "a list or an object"


def _status_list(said: Mapping[str, object]) -> Mapping[object, object]:
    found = said.get("status_list")
    if not isinstance(found, Mapping):
        raise malformed("status_list", f"{shown(found)}, not an object")
    return found


def _bits(said: Mapping[str, object]) -> int:
    bits = _status_list(said).get("bits")
    if type(bits) is not int or bits not in _BITS:
        raise malformed("status_list/bits", f"{shown(bits)}, none of 1, 2, 4 and 8")
    return bits


def _ttl_ms(said: Mapping[str, object]) -> int | None:
    if "ttl" not in said:
        return None
    ttl = said["ttl"]
    if isinstance(ttl, bool) or not isinstance(ttl, int | float) or not 0 < ttl < _MAX_TTL_S:
        raise malformed("ttl", f"{shown(ttl)}, not a positive number of seconds")
    return int(ttl * 1_000)


def _text(said: Mapping[str, object], name: str) -> str:
    found = said.get(name)
    if not isinstance(found, str) or not found:
        raise malformed(name, f"{shown(found)}, not a text")
    return found


def _period(said: Mapping[str, object]) -> ValidityPeriod:
    """A token without `iat` is none (T1)."""
    dates = {name: _date(said[name], name) for name in ("iat", "nbf", "exp") if name in said}
    if "iat" not in dates:
        raise malformed("iat is missing")
    readable = {name: date for name, date in dates.items() if isinstance(date, ClaimedDate)}
    return ValidityPeriod(
        tuple(readable[name] for name in ("iat", "nbf") if name in readable),
        tuple(readable[name] for name in ("exp",) if name in readable),
        tuple(date for date in dates.values() if isinstance(date, Flaw)),
    )


def _date(found: object, name: str) -> ClaimedDate | Flaw:
    return numeric_date(found if isinstance(found, int | float | str) else None, name)
