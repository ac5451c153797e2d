"""The facts about credentials, looked up: in the registry, by DID methods, and where lists and schemas are
published (decision 0128).

    registry = OnceRegistry(AskedNodes(client))
    gathered = await gather([credential], registry, OncePerRun(Fetcher(now_ms=clock)), now_ms=clock)
    checks = judge(credential, gathered[0].facts, now_ms=clock())

- G1 Nothing is decided here: what came, and why something did not come, goes to judging as it is.
- G2 What a credential names is asked for whole: whole lists, whole documents, so that nobody learns which
  credential is checked.
- G3 A schema may be a credential with an issuer of its own: whoever signed it is looked up in a second round,
  and there is no third. A status list is of the credential's issuer, or counts for nothing (decision 0126).
- G4 A list whose URL has the form that a registry's lists have is fetched where this registry proves that it
  has no such list. If nothing can be had there, it stays one that the registry does not have.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from api.credentials.anchoring import AnchorProof, proves
from api.credentials.excerpt import MAX_NAME_EXCERPT, shortened
from api.credentials.flaw import CredentialFlaw, Flaw
from api.credentials.secured import Secured
from api.lookup.evidence import Exhibit, Noting
from api.lookup.fault import FetchError
from api.lookup.fetching import Download, WebSource
from api.lookup.identities import by_method, unreachable
from api.lookup.registry import AnchorAnswer, RegistrySource
from api.lookup.registry_facts import RegistryFacts
from api.lookup.registry_schemas import recorded_schema
from api.lookup.wanted import Wanted
from api.verifier.credential import Facts, Identity, needs_of
from api.verifier.credential.facts import Fetched
from api.verifier.credential.judging import absent_list_urls
from api.verifier.credential.schemas import schema_signers
from registry.checking import Anchored
from registry.kinds.did.record import Did
from registry.kinds.member.record import Member
from registry.names import is_did

_ANOTHER_DOCUMENT = (
    "it is for another document: another credential, or this one before it was changed or got another proof"
)
_NO_ANCHORS = "its issuer is not in the registry, and has anchored nothing there"
MAX_SECOND_ROUND = 8
"""DIDs of issuers of schemas that are looked up for one credential."""


class RootedProof(Protocol):
    """An anchor proof, and the root that it leads to."""

    @property
    def root(self) -> bytes:
        """The root of the batch, 32 bytes."""

    @property
    def proof(self) -> AnchorProof:
        """The way from the credential to the root."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts about a credential, and what they rest on. `as_of_ms` is the time of the oldest answer of the
    registry, None where it was not asked.
    """

    facts: Facts
    as_of_ms: int | None
    evidence: tuple[Exhibit, ...] = ()


async def gather(
    credentials: Sequence[Secured],
    registry: RegistrySource,
    web: WebSource,
    *,
    now_ms: Callable[[], int],
    anchor: RootedProof | None = None,
) -> list[Gathered]:
    """The facts about each credential. Raises what the registry raises, and Malformed.

    Where there are several, the anchor proof is of those which it proves; of none, it counts against all.
    Whether nothing is asked twice is for the sources (`OnceRegistry`, `OncePerRun`).
    """
    proved = [each for each in credentials if anchor is not None and _is_proved(each, anchor)]
    of_anchor = proved or credentials
    return [
        await _Gathering(Noting(registry, web, now_ms)).about(each, anchor if each in of_anchor else None)
        for each in credentials
    ]


def _is_proved(credential: Secured, anchor: RootedProof) -> bool:
    return proves(anchor.proof, credential.digest(), anchor.root)


class _Gathering:
    """The look-up for one credential."""

    def __init__(self, sources: Noting) -> None:
        self._sources = sources
        self._registry = RegistryFacts(sources)

    async def about(self, credential: Secured, anchor: RootedProof | None) -> Gathered:
        facts = await self._second_round(credential, await self._facts(credential))
        if anchor is not None:
            facts = await self._with_anchor(facts, credential, anchor)
        facts = replace(facts, members=await self._members(facts))
        as_of_ms = self._registry.as_of_ms
        evidence = self._sources.evidence
        looked_up = tuple(each.looked_up() for each in evidence)
        return Gathered(replace(facts, as_of_ms=as_of_ms or 0, evidence=looked_up), as_of_ms, evidence)

    async def _facts(self, credential: Secured) -> Facts:
        needs = needs_of(credential)
        identities = await self._identities(needs.dids)
        lists = {list_id: await self._registry.bits(list_id) for list_id in needs.registry_lists}
        schemas = await self._schemas(needs.schema_urls)
        published = await self._published(needs.list_urls)
        published |= await self._of_other_registry(absent_list_urls(credential.claims, lists))
        return Facts(identities, lists, 0, published=published, schemas=schemas)

    async def _second_round(self, credential: Secured, facts: Facts) -> Facts:
        """G3."""
        signers = schema_signers(credential.claims, facts)
        missing = [did for did in signers if did not in facts.identities][:MAX_SECOND_ROUND]
        return replace(facts, identities={**facts.identities, **await self._identities(missing)})

    async def _identities(self, dids: Iterable[str]) -> dict[str, Identity]:
        """The registry's own first, then the rest at the same time."""
        found: dict[str, Identity] = {did: await self._recorded(did) for did in dids}
        others = [did for did, identity in found.items() if identity is None]
        resolved = await asyncio.gather(*(by_method(self._sources, did) for did in others))
        return {**found, **dict(zip(others, resolved, strict=True))}

    async def _recorded(self, did: str) -> Did | None:
        """What the registry holds of a DID, as far as it may speak for that name (I1)."""
        record = await self._registry.record(did)
        return record if record is None or record.name_counts(did) else None

    async def _members(self, facts: Facts) -> dict[str, Member]:
        """The records of those who answer for the DIDs that the registry holds."""
        records = (identity for identity in facts.identities.values() if isinstance(identity, Did))
        sponsors = dict.fromkeys(record.sponsor for record in records)
        found = {sponsor: await self._registry.member(sponsor) for sponsor in sponsors}
        return {sponsor: member for sponsor, member in found.items() if member is not None}

    async def _published(self, urls: Sequence[str]) -> dict[str, Fetched | Flaw]:
        found = await asyncio.gather(*(self._list(url) for url in urls))
        return dict(zip(urls, found, strict=True))

    async def _of_other_registry(self, urls: Sequence[str]) -> dict[str, Fetched | Flaw]:
        """G4."""
        found = await self._published(urls)
        return {url: what for url, what in found.items() if isinstance(what, Fetched)}

    async def _list(self, url: str) -> Fetched | Flaw:
        return await self._fetched(url, Wanted.STATUS_LIST, CredentialFlaw.STATUS_UNREACHABLE)

    async def _schemas(self, urls: Sequence[str]) -> dict[str, Fetched | Flaw]:
        found = await asyncio.gather(*(self._schema(url) for url in urls))
        return dict(zip(urls, found, strict=True))

    async def _schema(self, url: str) -> Fetched | Flaw:
        """The registry's where it holds it: then nobody else is asked."""
        recorded = await recorded_schema(self._sources, url)
        if recorded is None:
            return await self._fetched(url, Wanted.SCHEMA, CredentialFlaw.SCHEMA_UNREACHABLE)
        now_ms = self._sources.now_ms()
        return _as_fetched(url, Download(url, "", recorded, "application/schema+json", now_ms))

    async def _fetched(self, url: str, wanted: Wanted, reason: CredentialFlaw) -> Fetched | Flaw:
        try:
            return _as_fetched(url, await self._sources.fetch(url, wanted))
        except FetchError as error:
            return unreachable(reason, shortened(url, MAX_NAME_EXCERPT), error)

    async def _with_anchor(self, facts: Facts, credential: Secured, anchor: RootedProof) -> Facts:
        facts, issuer = replace(facts, has_anchor_proof=True), credential.claims.issuer
        if issuer is None or not is_did(issuer):
            return replace(facts, anchor_fault=_NO_ANCHORS)
        if not _is_proved(credential, anchor):
            return replace(facts, anchor_fault=_ANOTHER_DOCUMENT)
        found = await self._registry.anchor(issuer, anchor.root)
        if not isinstance(found.finding, Anchored):
            return replace(facts, anchor_fault=_why_not_anchored(found))
        return replace(facts, anchored_ms=found.finding.entry.time_ms)


def _as_fetched(url: str, download: Download) -> Fetched:
    return Fetched(url, download.data, download.media_type, download.fetched_ms, download.sha256)


def _why_not_anchored(found: AnchorAnswer) -> str:
    if not found.searched:
        return "the issuer has anchored nothing"
    roots = "1 root" if found.searched == 1 else f"{found.searched} roots"
    return f"the issuer has anchored {roots}, and this is none of them"
