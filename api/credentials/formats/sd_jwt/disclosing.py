"""What an SD-JWT says: the token's payload with the disclosed claims in their places.

Rules:

- D1 A digest in `_sd` of an object stands for one of its members; one in `{"...": digest}` for an element
  of an array. Where the disclosure is not there the digest is taken out: it is kept back, or leads nowhere
  (a decoy).
- D2 What is disclosed may hold digests itself. They are followed in the same way.
- D3 Each digest stands in one place, and each disclosure is named by one. What is named by none was added by
  somebody, and the whole is refused: to leave it out silently would let a claim be taken away unseen.
- D4 A disclosed member has another name than `_sd`, `...` and `_sd_alg`, and than each member that is there.
- D5 `_sd_alg` is `sha-256`, or is not there. Another one leaves the question open. It stands in the payload
  itself, and nowhere deeper.
- D6 The whole nests at most as deep as any document (`MAX_DEPTH`).

Source: RFC 9901, §4.1, §4.2.4, §7.1.
"""

from collections.abc import Iterable
from typing import Final

from api.credentials.document import MAX_DEPTH, Document, Json
from api.credentials.excerpt import detail_of, excerpt
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.formats.sd_jwt.serialization import Disclosure

_DIGESTS: Final = "_sd"
_ELEMENT: Final = "..."
_ALGORITHM: Final = "_sd_alg"
_RESERVED: Final = frozenset({_DIGESTS, _ELEMENT, _ALGORITHM})


class DisclosureError(ValueError):
    """The disclosures do not fit the token; the flaw says why."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(flaw.detail)
        self.flaw = flaw


def disclosed(payload: Document, disclosures: Iterable[Disclosure]) -> Document:
    """The payload with what is disclosed; raises `DisclosureError`."""
    algorithm = payload.get(_ALGORITHM, "sha-256")
    if algorithm != "sha-256":
        told = detail_of(f"_sd_alg is {excerpt(algorithm)}", "sha-256 is read")
        raise DisclosureError(Flaw(CredentialFlaw.SUITE_UNSUPPORTED, told))
    plain: Document = {name: member for name, member in payload.items() if name != _ALGORITHM}
    unfolding = _Unfolding(disclosures)
    document = unfolding.object(plain, 1)
    unfolding.require_all_named()
    return document


def plain_members(payload: Document) -> Document:
    """What a payload says whatever is disclosed: its own members, for those whose disclosures do not fit."""
    return {name: member for name, member in payload.items() if name not in _RESERVED}


class _Unfolding:
    """One walk over a payload, and what it has met."""

    def __init__(self, disclosures: Iterable[Disclosure]) -> None:
        self._waiting: dict[str, Disclosure] = {}
        self._met: set[str] = set()
        for disclosure in disclosures:
            if disclosure.digest in self._waiting:
                raise _refused(f"disclosure {disclosure.number} is there twice")
            self._waiting[disclosure.digest] = disclosure

    def object(self, found: Document, depth: int) -> Document:
        """An object with its disclosed members (D1, D4)."""
        for name in (_ELEMENT, _ALGORITHM):
            if name in found:
                raise _refused(f"a member {name} where none may stand")
        shown = {name: self._inner(member, depth) for name, member in found.items() if name != _DIGESTS}
        digests = found.get(_DIGESTS, [])
        if not isinstance(digests, list):
            raise _refused(f"_sd is {excerpt(digests)}")
        for digest in digests:
            disclosure = self._take(digest)
            if disclosure is not None:
                shown[self._free_name(disclosure, shown)] = self._inner(disclosure.value, depth)
        return shown

    def require_all_named(self) -> None:
        """D3."""
        for disclosure in self._waiting.values():
            raise _refused(f"disclosure {disclosure.number} is named by no digest")

    def _inner(self, found: Json, depth: int) -> Json:
        """What stands within something at that depth (D6)."""
        if not isinstance(found, dict | list):
            return found
        if depth == MAX_DEPTH:
            raise _refused(f"it is nested more than {MAX_DEPTH} levels deep")
        return self.object(found, depth + 1) if isinstance(found, dict) else self._array(found, depth + 1)

    def _array(self, found: list[Json], depth: int) -> list[Json]:
        shown: list[Json] = []
        for element in found:
            if not isinstance(element, dict) or _ELEMENT not in element:
                shown.append(self._inner(element, depth))
                continue
            disclosure = self._take(element[_ELEMENT])
            if len(element) != 1:
                raise _refused("a digest of an element stands beside other members")
            if disclosure is not None:
                shown.append(self._inner(self._value_of_element(disclosure), depth))
        return shown

    def _take(self, digest: Json) -> Disclosure | None:
        """The disclosure of a digest, which no other place may name (D3)."""
        if not isinstance(digest, str):
            raise _refused(f"a digest is {excerpt(digest)}")
        if digest in self._met:
            raise _refused(f"the digest {excerpt(digest)} stands in two places")
        self._met.add(digest)
        return self._waiting.pop(digest, None)

    @staticmethod
    def _free_name(disclosure: Disclosure, shown: Document) -> str:
        """D4."""
        name = disclosure.name
        if name is None:
            raise _refused(f"disclosure {disclosure.number} has no name, and stands for a member")
        if name in _RESERVED or name in shown:
            raise _refused(f"disclosure {disclosure.number} discloses {excerpt(name)}, which is taken")
        return name

    @staticmethod
    def _value_of_element(disclosure: Disclosure) -> Json:
        if disclosure.name is not None:
            raise _refused(f"disclosure {disclosure.number} has a name, and stands for an element")
        return disclosure.value


def _refused(why: str) -> DisclosureError:
    return DisclosureError(Flaw(CredentialFlaw.PROOF_MALFORMED, detail_of(why)))
