"""What the registry proves about credentials: looked up in as many questions as it takes, all checked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from api.answer.question import StatusListQuestion
from api.client import AnchorSearch, Client, find_anchor
from api.credentials.anchoring import proves
from api.credentials.secured import Claims, Secured
from api.issuer.keeping import KeptProof
from api.verifier.credential import Facts, Identity, Needs, needs_of, own_lists
from api.verifier.verdict import StatusBits
from registry.checking import Anchored, Found
from registry.kinds.did.record import DID_RECORD, Did
from registry.names import is_did
from registry.record_type import decode_body

_ANOTHER_DOCUMENT = (
    "it is for another document: another credential, or this one before it was changed or got another proof"
)

_NO_ANCHORS = "its issuer is not in the registry, and has anchored nothing there"


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts about a credential. `as_of_ms` is the time of the oldest answer, None where nothing was
    asked: nobody that it names has a name that the registry can hold.
    """

    facts: Facts
    as_of_ms: int | None


async def gather(client: Client, credentials: Sequence[Secured], anchor: KeptProof | None) -> list[Gathered]:
    """The facts about each credential. Raises NoAnswer, Forked and Malformed.

    Where there are several, the anchor proof is of those which it proves; of none, it counts against all.
    Nothing is asked twice.
    """
    proved = [each for each in credentials if anchor is not None and _is_proved(each, anchor)]
    of_anchor = proved or credentials
    registry = _Registry(client)
    return [
        await registry.facts_about(credential, anchor if credential in of_anchor else None)
        for credential in credentials
    ]


async def gather_for_drafts(client: Client, issuer: str, drafts: Iterable[Claims]) -> Facts:
    """The facts about what the issuer is to sign. Raises NoAnswer, Forked and Malformed."""
    lists = (list_id for draft in drafts for list_id in own_lists(draft))
    return await _Registry(client).facts(Needs((issuer,), tuple(dict.fromkeys(lists))))


def _is_proved(credential: Secured, anchor: KeptProof) -> bool:
    return proves(anchor.proof, credential.digest(), anchor.root)


def _why_not_anchored(search: AnchorSearch) -> str:
    if not search.searched:
        return "the issuer has anchored nothing"
    roots = "1 root" if search.searched == 1 else f"{search.searched} roots"
    return f"the issuer has anchored {roots}, and this is none of them"


class _Registry:
    """What was asked of the registry, and the time of each answer."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._dids: dict[str, tuple[Did | None, int]] = {}
        self._lists: dict[str, tuple[StatusBits | None, int]] = {}
        self._anchors: dict[tuple[str, bytes], AnchorSearch] = {}

    async def facts_about(self, credential: Secured, anchor: KeptProof | None) -> Gathered:
        needs = needs_of(credential)
        if not any(map(is_did, needs.dids)):
            identities: dict[str, Identity] = dict.fromkeys(needs.dids)
            return Gathered(Facts(identities, {}, 0, anchor is not None), None)
        facts = await self.facts(needs)
        if anchor is not None:
            facts = await self._with_anchor(facts, credential, anchor)
        return Gathered(facts, facts.as_of_ms)

    async def _with_anchor(self, facts: Facts, credential: Secured, anchor: KeptProof) -> Facts:
        facts, issuer = replace(facts, has_anchor_proof=True), credential.claims.issuer
        if issuer is None or not is_did(issuer):
            return replace(facts, anchor_fault=_NO_ANCHORS)
        if not _is_proved(credential, anchor):
            return replace(facts, anchor_fault=_ANOTHER_DOCUMENT)
        search = await self._anchor(issuer, anchor.root)
        facts = replace(facts, as_of_ms=min(facts.as_of_ms, search.as_of_ms))
        if not isinstance(search.finding, Anchored):
            return replace(facts, anchor_fault=_why_not_anchored(search))
        return replace(facts, anchored_ms=search.finding.entry.time_ms)

    async def facts(self, needs: Needs) -> Facts:
        """What the registry holds. Of a DID that it cannot hold, nobody is known."""
        records = {did: await self._did(did) for did in needs.dids if is_did(did)}
        lists = {list_id: await self._list(list_id) for list_id in needs.registry_lists}
        identities: dict[str, Identity] = dict.fromkeys(needs.dids)
        identities.update({did: record for did, (record, _) in records.items()})
        return Facts(
            identities,
            {list_id: bits for list_id, (bits, _) in lists.items()},
            min(time_ms for _, time_ms in (*records.values(), *lists.values())),
        )

    async def _did(self, did: str) -> tuple[Did | None, int]:
        if did not in self._dids:
            checked = await self._client.record(DID_RECORD, did)
            found = checked.verdict.finding
            body = decode_body(DID_RECORD, found.body) if isinstance(found, Found) else None
            self._dids[did] = body, checked.answer.header.time_ms
        return self._dids[did]

    async def _list(self, list_id: str) -> tuple[StatusBits | None, int]:
        if list_id not in self._lists:
            checked = await self._client.ask(StatusListQuestion(list_id))
            found = checked.verdict.finding
            bits = found if isinstance(found, StatusBits) else None
            self._lists[list_id] = bits, checked.answer.header.time_ms
        return self._lists[list_id]

    async def _anchor(self, issuer: str, root: bytes) -> AnchorSearch:
        if (issuer, root) not in self._anchors:
            self._anchors[issuer, root] = await find_anchor(self._client, issuer, root)
        return self._anchors[issuer, root]
