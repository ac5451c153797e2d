"""The registered claims of a token and the members of the credential in it: which stands for which, and
whether they say the same.

Rules:

- R1 A token of data model 1.1 has the credential in its claim `vc`. What the claims `iss`, `jti`, `sub`,
  `nbf` and `exp` say need not be repeated there; what is missing is taken from them: issuer, id, the
  subject's id, `issuanceDate` and `expirationDate`. If the credential names data model 2.0, the dates are
  `validFrom` and `validUntil`.
- R2 A token of data model 2.0 is the credential itself, with the claims beside its members (so are Open
  Badges 3.0). Nothing is taken from one for the other: `nbf`, `iat` and `exp` are dates of the signature.
- R3 Where a claim and a member both stand, they say the same: a reader who knows only one of them would
  otherwise read another credential. Dates are the same in the same second. With several subjects, `sub` is
  one of them.
- R4 A token has one credential: `vc`, or its own members, and no presentation (`vp`). Members that stand
  beside `vc`, where some software leaves them, say what `vc` says together with the claims.

Source: VC Data Model 1.1, §6.3.1; VC-JOSE-COSE, §3.1.1, §3.3; Open Badges 3.0, §8.2.4.
"""

from collections.abc import Iterator
from typing import Final

from api.credentials.document import Document, Json, as_list, canonical
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.numeric_date import numeric_date, numeric_period
from api.credentials.period import ClaimedDate, ValidityPeriod
from api.credentials.timestamp import TimestampError, second_text, timestamp_ms
from api.credentials.w3c.base_context import DataModel
from api.credentials.w3c.data_model import data_model

REGISTERED: Final = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "cnf", "status", "nonce"})
"""Claims of a token that are no members of a credential."""

_CREDENTIAL_MEMBERS: Final = (
    "@context",
    "type",
    "id",
    "issuer",
    "issuanceDate",
    "expirationDate",
    "validFrom",
    "validUntil",
    "credentialSubject",
    "credentialStatus",
    "credentialSchema",
    "termsOfUse",
    "evidence",
    "refreshService",
    "proof",
)
_DATES: Final = {
    DataModel.V1_1: {"nbf": "issuanceDate", "exp": "expirationDate"},
    DataModel.V2_0: {"nbf": "validFrom", "exp": "validUntil"},
}


def credential_of(token: Document) -> Document:
    """The credential that a token says (R1, R2); an empty one where `vc` is no object."""
    if "vc" not in token:
        return {name: member for name, member in token.items() if name not in REGISTERED}
    inner = token["vc"]
    return _completed(inner, token) if isinstance(inner, dict) else {}


def envelope_flaws(token: Document, *, is_own_type: bool) -> Iterator[Flaw]:
    """What is wrong with how the credential lies in the token (R3, R4). `is_own_type` says that the token's
    type is that of data model 2.0, in which no `vc` stands.
    """
    if "vp" in token:
        yield Flaw(CredentialFlaw.TYPE, "the token holds a presentation (vp), not a credential")
    if "vc" not in token:
        yield from _contradictions(token, token, "")
        return
    if is_own_type:
        yield _flaw("/vc", "a token of this type is the credential itself, and has no vc")
    if isinstance(token["vc"], dict):
        yield from _contradictions(token, token["vc"], "/vc")
        yield from _date_contradictions(token, token["vc"])
        yield from _beside(token, _completed(token["vc"], token))
    else:
        yield _flaw("/vc", excerpt(token["vc"]), "not an object")


def signature_period(token: Document) -> ValidityPeriod:
    """When the signature counts (R2). In a token with `vc`, `nbf` and `exp` are the credential's (R1), and
    only `iat` is the signature's; so are those which only repeat the dates of the credential. One of them
    that cannot be read is told here.
    """
    whole = numeric_period(token, ("nbf", "iat"), ("exp",))
    repeated = ["/nbf", "/exp"] if "vc" in token else _repeated(token)
    return ValidityPeriod(
        tuple(date for date in whole.begins if date.place not in repeated),
        tuple(date for date in whole.ends if date.place not in repeated),
        whole.unreadable,
    )


def _repeated(token: Document) -> list[str]:
    """The dates of a token that are those of the credential it is, as Open Badges write them."""
    dates = numeric_period(token, ("nbf",), ("exp",))
    members = {"/nbf": "validFrom", "/exp": "validUntil"}
    return [
        date.place
        for date in (*dates.begins, *dates.ends)
        if _second(token.get(members[date.place])) == date.time_ms // 1_000
    ]


def _completed(inner: Document, token: Document) -> Document:
    """R1."""
    whole = dict(inner)
    if "jti" in token:
        whole.setdefault("id", token["jti"])
    if "iss" in token:
        whole["issuer"] = _with_id(whole.get("issuer"), token["iss"])
    if "sub" in token and "credentialSubject" in whole:
        whole["credentialSubject"] = _subject(whole["credentialSubject"], token["sub"])
    for claim, member in _date_members(inner).items():
        found = numeric_date(token.get(claim), claim)
        if isinstance(found, ClaimedDate):
            whole.setdefault(member, second_text(found.time_ms))
    return whole


def _date_members(inner: Document) -> dict[str, str]:
    return _DATES[data_model(inner) or DataModel.V1_1]


def _with_id(found: Json, name: Json) -> Json:
    """What stands there with the id that a claim says, where it has none."""
    if found is None:
        return name
    return {"id": name, **found} if isinstance(found, dict) else found


def _subject(found: Json, name: Json) -> Json:
    """A single subject may have its id in `sub` alone."""
    if isinstance(found, list):
        return [_with_id(found[0], name)] if len(found) == 1 else found
    return _with_id(found, name)


def _contradictions(token: Document, inner: Document, place: str) -> Iterator[Flaw]:
    """R3, for names."""
    issuer = inner.get("issuer")
    yield from _differing(token, "iss", _ids(issuer), f"{place}/issuer")
    yield from _differing(token, "jti", _ids(inner.get("id")), f"{place}/id")
    yield from _differing(token, "sub", _ids(inner.get("credentialSubject")), f"{place}/credentialSubject")


def _ids(found: Json) -> list[Json]:
    """The names that stand there: texts, and the ids of objects."""
    items = [] if found is None else as_list(found)
    named = [item.get("id") if isinstance(item, dict) else item for item in items]
    return [name for name in named if name is not None]


def _differing(token: Document, claim: str, names: list[Json], place: str) -> Iterator[Flaw]:
    if claim in token and not isinstance(token[claim], str):
        yield _flaw(f"/{claim}", excerpt(token[claim]), "not a text")
    elif claim in token and names and token[claim] not in names:
        yield _flaw(f"/{claim} and {place} differ", excerpt(token[claim]), excerpt(names[0]))


def _date_contradictions(token: Document, inner: Document) -> Iterator[Flaw]:
    """R3, for dates that can be read."""
    for claim, member in _date_members(inner).items():
        found = numeric_date(token.get(claim), claim)
        second = _second(inner.get(member))
        if isinstance(found, ClaimedDate) and second not in (None, found.time_ms // 1_000):
            yield _flaw(f"/{claim} and /vc/{member} differ", found.written, excerpt(inner[member]))


def _beside(token: Document, whole: Document) -> Iterator[Flaw]:
    """R4."""
    for name in _CREDENTIAL_MEMBERS:
        if name in token and not _says_the_same(token[name], whole.get(name)):
            yield _flaw(f"/{name} and /vc/{name} differ", "it is not clear which is the credential")
            return


def _says_the_same(beside: Json, within: Json) -> bool:
    """As values; as dates of one second; or, for an issuer, as names."""
    if canonical(beside) == canonical(within):
        return True
    if isinstance(beside, str) and isinstance(within, str):
        second = _second(beside)
        return second is not None and second == _second(within)
    return isinstance(beside, str | dict) and isinstance(within, str | dict) and _only_ids(beside, within)


def _only_ids(beside: str | Document, within: str | Document) -> bool:
    """Whether an object that has an id and nothing else stands for the text that the other is."""
    plain = [
        each.get("id") if isinstance(each, dict) and len(each) == 1 else each for each in (beside, within)
    ]
    return plain[0] == plain[1]


def _second(written: Json) -> int | None:
    """None where it cannot be read, which is told where the credential's own dates are."""
    try:
        return timestamp_ms(written) // 1_000
    except TimestampError:
        return None


def _flaw(*parts: str) -> Flaw:
    return Flaw(CredentialFlaw.MEMBER, detail_of(*parts))
