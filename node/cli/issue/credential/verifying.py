"""Credentials looked up and judged, one after the other: each list, schema and DID document is fetched once
in a run.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from api.client import Client
from api.credentials.flaw import Flaw
from api.credentials.formats.table import proved_holder
from api.credentials.secured import Secured
from api.issuer.keeping import KeptProof
from api.lookup.asked_nodes import AskedNodes
from api.lookup.fault import FetchError
from api.lookup.fetching import Fetcher, NoWeb, WebSource
from api.lookup.gathering import gather
from api.lookup.once import OncePerRun
from api.lookup.registry import OnceRegistry
from api.lookup.target import Origin, origin_of
from api.lookup.wanted import Wanted
from api.verifier.credential import Check, Facts, Policy, report_of, report_of_unreadable
from node.cli.app import UsedWrongly
from node.cli.issue.credential.report import Judged, why_unasked
from node.wording.explained import Explained
from node.wording.units import MIB
from registry.primitives.reason import as_clause

_MAX_FETCHES: Final = 4096
_MAX_FETCHED_BYTES: Final = 128 * MIB
"""What one run of a command fetches, for however many credentials: it is kept for the run."""
_KEPT_FOR: Final = 100
"""Credentials for which answers of the registry are kept: lists are long, and memory is bounded."""


@dataclass(frozen=True, slots=True)
class HolderQuestion:
    """What the holder of a credential was asked with, to prove that it is theirs: for whom the proof is, and
    a text that nobody used before. None where nobody asked.
    """

    audience: str | None = None
    nonce: str | None = None

    def answered(self, credential: Secured, facts: Facts) -> Facts:
        """The facts with what the holder has proved, by a proof within the credential."""
        proved = proved_holder(credential, audience=self.audience, nonce=self.nonce)
        if isinstance(proved, Flaw):
            return replace(facts, holder_flaw=proved)
        return facts if proved is None else replace(facts, proved_holders=facts.proved_holders | {proved})


class Verifier:
    """Judges credentials under one policy, by what `client` and `web` give. `now_ms` is the reader's
    clock, `asked` what the holder was asked with.
    """

    def __init__(
        self,
        client: Client,
        web: WebSource,
        policy: Policy,
        now_ms: Callable[[], int],
        asked: HolderQuestion | None = None,
    ) -> None:
        self._nodes = AskedNodes(client)
        self._registry = OnceRegistry(self._nodes)
        self._judged_with_it = 0
        self._web = OncePerRun(web, max_fetches=_MAX_FETCHES, max_bytes=_MAX_FETCHED_BYTES)
        self._policy = policy
        self._now_ms = now_ms
        self._asked = asked or HolderQuestion()

    async def fetch(self, url: str) -> bytes:
        """The bytes at the URL of a credential. Raises Explained."""
        try:
            return (await self._web.fetch(url, Wanted.CREDENTIAL)).data
        except FetchError as error:
            what = f"it could not be fetched: {as_clause(str(error))}"
            raise Explained(what, where=url, do=as_clause(error.fault.remedy)) from error

    async def judge(self, presented: Sequence[Secured | Check], anchor: KeptProof | None) -> list[Judged]:
        """The reports on what is presented, in order; on what is a check already, that check alone. Raises
        NoAnswer, Forked and Malformed.
        """
        credentials = [each for each in presented if not isinstance(each, Check)]
        registry = self._kept_registry(len(credentials))
        gathered = iter(
            await gather(credentials, registry, self._web, now_ms=self._now_ms, anchor=anchor)
            if credentials
            else []
        )
        judged = list[Judged]()
        for each in presented:
            if isinstance(each, Check):
                unreadable = report_of_unreadable(each, self._policy)
                judged.append(Judged(unreadable, "there is nothing in it to ask about"))
                continue
            found = next(gathered)
            facts = self._asked.answered(each, found.facts)
            report = report_of(each, facts, self._policy, now_ms=self._now_ms(), as_of_ms=found.as_of_ms)
            judged.append(Judged(report, "" if found.as_of_ms is not None else why_unasked(each.claims)))
        return judged

    def _kept_registry(self, count: int) -> OnceRegistry:
        if self._judged_with_it >= _KEPT_FOR:
            self._registry, self._judged_with_it = OnceRegistry(self._nodes), 0
        self._judged_with_it += count
        return self._registry


def web_of(is_offline: bool, permitted: Collection[str], now_ms: Callable[[], int]) -> WebSource:
    """Where lists, schemas and DID documents are fetched from. Raises UsedWrongly for what is no origin."""
    if is_offline:
        return NoWeb()
    return Fetcher(now_ms=now_ms, permitted=[_origin(text) for text in permitted])


def _origin(text: str) -> Origin:
    try:
        return origin_of(text)
    except FetchError as error:
        do = "give scheme, host and port, such as http://10.0.0.5:8080"
        raise UsedWrongly(f"{text!r} is no origin: {as_clause(str(error))}", do=do) from error
