"""Publishing status lists from the command line: they are signed here, sent, and seen at the nodes.

The list is read from the ledger with its proof, so that what is signed is what the ledger says, and the key
never leaves this machine.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from api.answer.question import StatusListQuestion
from api.client import Failure, FailureKind, NoAnswer
from api.client.bounded_http import BoundedHttp, Unreachable
from api.client.outcome import Failed
from api.client.publications import base_of, fetch_publication, send_publication
from api.credentials.list_url import published_url
from api.issuer.publishing import ListToPublish
from api.publications.fault import PublicationError, PublicationFault
from api.publications.form import PublicationForm
from api.publications.forms import Publication, read_publication
from api.publications.standing import percent_left, warning_at
from api.publications.statement import TTL_MS
from api.verifier.verdict import StatusBits
from node.cli.asking.connection import Connection
from node.cli.asking.refusals import explain_no_answer, sentence_of
from node.cli.issue.signing import Signing
from node.files.keystore import KeyPurpose
from node.process import clock
from node.wording.explained import Explained
from node.wording.times import format_duration, format_time
from registry.kinds.status_list.record import status_list_id
from registry.primitives.reason import Reason, as_clause

DAY_MS = 86_400_000
MAX_DAYS = 30
REQUEST_S = 10.0
BEHIND_TRIES = 20
BEHIND_PAUSE_S = 0.1
"""A node may be a moment behind the one that proved the list: so often, and with such pauses, it is asked
again."""
SERVED_TRIES = 50
SERVED_PAUSE_S = 0.1
_LATER_S = 86_400


@dataclass(frozen=True, slots=True)
class SentList:
    """A list that was published: its publications by form, and which nodes serve all of them now."""

    list_: ListToPublish
    made: Mapping[PublicationForm, bytes]
    until_ms: int
    renew_ms: int
    served_by: tuple[str, ...]
    not_by: tuple[str, ...]
    took_ms: int

    def document(self) -> dict[str, Any]:
        """For programs."""
        return {
            "statusList": self.list_.list_id,
            "url": self.list_.url,
            "forms": [form.media_type for form in self.made],
            "untilMs": self.until_ms,
            "renewByMs": self.renew_ms,
            "servedBy": list(self.served_by),
            "notServedBy": list(self.not_by),
            "tookMs": self.took_ms,
        }

    def lines(self) -> list[str]:
        """For people."""
        end, renewal = format_time(self.until_ms), format_time(self.renew_ms)
        lines = [
            f"published    {self.list_.list_id}",
            f"url          {self.list_.url}",
            f"valid        until {end}: publish it again by {renewal}",
            f"served       by {', '.join(self.served_by) or 'no node yet'}, after {self.took_ms} ms",
        ]
        if self.not_by:
            do = "ask again with `matricula status published`"
            lines.append(f"not yet      by {', '.join(self.not_by)}: {do}")
        return lines


def publish_lists(signing: Signing, names: Sequence[str], days: int, base: str | None) -> list[SentList]:
    """Publishes lists of the signer's, one after the other. Raises Explained, KeystoreError, NoAnswer and
    Forked.
    """
    key = signing.open_key(KeyPurpose.CREDENTIAL)
    lists = [_list_of(signing, name, base) for name in names]
    sent = []
    for list_ in lists:
        from_ms = list_.begin_ms(clock.now_ms())
        try:
            made = list_.signed(key, from_ms, days * DAY_MS)
        except PublicationError as error:
            raise _refused(error.fault, error.detail, list_.url) from error
        begun_ms = clock.CLOCK.monotonic_ms()
        served_by, not_by = asyncio.run(_send(signing.connection.nodes, list_, made))
        took_ms = clock.CLOCK.monotonic_ms() - begun_ms
        until_ms, renew_ms = from_ms + days * DAY_MS, from_ms + days * DAY_MS // 2
        sent.append(SentList(list_, made, until_ms, renew_ms, served_by, not_by, took_ms))
    return sent


def _list_of(signing: Signing, name: str, base: str | None) -> ListToPublish:
    list_id = status_list_id(signing.did, name)
    checked = signing.writing.ask(StatusListQuestion(list_id))
    finding = checked.verdict.finding
    if not isinstance(finding, StatusBits):
        do = f"see the lists of {signing.did} with `matricula status list {signing.did}`"
        raise Explained("you have no status list of this name", where=list_id, do=do)
    found = base or asyncio.run(_published_base(signing.connection, list_id))
    if found is None:
        do = (
            "give the address that your credentials name with --url https://…: the part of their "
            "statusListCredential before /status/"
        )
        raise Explained("the list was never published, so its address is not known", where=list_id, do=do)
    return ListToPublish(
        list_id=list_id,
        purpose=finding.status_list.purpose,
        bits=finding.bits,
        url=published_url(found, list_id),
        as_of_ms=checked.answer.header.time_ms,
    )


async def _published_base(connection: Connection, list_id: str) -> str | None:
    """The address under which the list was published last, as the nodes say; None where no node knows one."""
    at_s = clock.now_ms() // 1_000 + _LATER_S
    async with BoundedHttp(timeout_s=REQUEST_S) as http:
        for node in connection.nodes:
            try:
                data = await fetch_publication(http, node, list_id, PublicationForm.BITSTRING, at_s=at_s)
                return base_of(read_publication(PublicationForm.BITSTRING, data).statement.url, list_id)
            except (Unreachable, Failed, PublicationError, ValueError):
                continue
    return None


async def _send(
    nodes: Sequence[str], list_: ListToPublish, made: Mapping[PublicationForm, bytes]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who serves all forms at the end, and who does not."""
    async with BoundedHttp(timeout_s=REQUEST_S) as http:
        for form, data in made.items():
            await _send_one(http, nodes, list_.list_id, form, data)
        waiting = list(nodes)
        for _ in range(SERVED_TRIES):
            serves = await asyncio.gather(*(_serves(http, node, list_.list_id, made) for node in waiting))
            waiting = [node for node, is_served in zip(waiting, serves, strict=True) if not is_served]
            if not waiting:
                break
            await asyncio.sleep(SERVED_PAUSE_S)
    return tuple(node for node in nodes if node not in waiting), tuple(waiting)


async def _send_one(
    http: BoundedHttp, nodes: Sequence[str], list_id: str, form: PublicationForm, data: bytes
) -> None:
    """Gives it to the first node that takes it."""
    failures = []
    for node in nodes:
        try:
            await _until_not_behind(http, node, list_id, form, data)
            return
        except Unreachable as error:
            failures.append(Failure(node, FailureKind.UNREACHABLE, "unreachable", str(error)))
        except Failed as failed:
            if isinstance(failed.reason, PublicationFault):
                raise _refused(failed.reason, failed.detail, node) from failed
            failures.append(Failure(node, failed.kind, failed.reason, failed.detail))
    raise explain_no_answer(NoAnswer(failures))


async def _until_not_behind(
    http: BoundedHttp, node: str, list_id: str, form: PublicationForm, data: bytes
) -> None:
    behind = (PublicationFault.CONTRADICTS_LEDGER, PublicationFault.LIST_UNKNOWN)
    for _ in range(BEHIND_TRIES):
        try:
            await send_publication(http, node, list_id, form, data)
            return
        except Failed as failed:
            if not any(failed.reason is reason for reason in behind):
                raise
        await asyncio.sleep(BEHIND_PAUSE_S)
    await send_publication(http, node, list_id, form, data)


async def _serves(http: BoundedHttp, node: str, list_id: str, made: Mapping[PublicationForm, bytes]) -> bool:
    try:
        found = [await fetch_publication(http, node, list_id, form) for form in made]
    except (Unreachable, Failed):
        return False
    return found == list(made.values())


def _refused(fault: Reason, detail: str, where: str) -> Explained:
    what = as_clause(fault.sentence) + (f" ({detail})" if detail else "")
    return Explained(f"refused: {what}", where=where, do=as_clause(fault.remedy))


@dataclass(frozen=True, slots=True)
class ServedForm:
    """What one node serves of a list in one form, or why it serves nothing."""

    node: str
    list_id: str
    form: PublicationForm
    publication: Publication | None
    why_not: str = ""

    @property
    def percent(self) -> int:
        """How much of its life is left; 0 where nothing is served."""
        if self.publication is None:
            return 0
        statement = self.publication.statement
        return percent_left(statement.from_ms, statement.until_ms, clock.now_ms())

    def document(self) -> dict[str, Any]:
        """For programs."""
        statement = None if self.publication is None else self.publication.statement
        return {
            "node": self.node,
            "statusList": self.list_id,
            "form": self.form.media_type,
            "url": None if statement is None else statement.url,
            "fromMs": None if statement is None else statement.from_ms,
            "untilMs": None if statement is None else statement.until_ms,
            "percentLeft": self.percent,
            "warnAt": warning_at(self.percent),
            "whyNot": self.why_not,
        }

    def line(self) -> str:
        """For people."""
        if self.publication is None:
            return f"not served   {self.form.media_type} at {self.node}: {self.why_not}"
        mark = warning_at(self.percent)
        urgency = "" if mark is None else f" (at most {mark} % of its life is left: publish it again)"
        end = format_time(self.publication.statement.until_ms)
        return f"served       {self.form.media_type} at {self.node}, until {end}{urgency}"


def look_at(connection: Connection, list_ids: Sequence[str]) -> list[ServedForm]:
    """What each node serves of each list, in every form that any of them serves."""

    async def looking() -> list[ServedForm]:
        async with BoundedHttp(timeout_s=REQUEST_S) as http:
            asked = [
                _look(http, node, list_id, form)
                for list_id in list_ids
                for node in connection.nodes
                for form in PublicationForm
            ]
            return list(await asyncio.gather(*asked))

    found = asyncio.run(looking())
    used = {(look.list_id, look.form) for look in found if look.publication is not None}
    used |= {(list_id, PublicationForm.BITSTRING) for list_id in list_ids}
    return [look for look in found if (look.list_id, look.form) in used]


async def _look(http: BoundedHttp, node: str, list_id: str, form: PublicationForm) -> ServedForm:
    try:
        data = await fetch_publication(http, node, list_id, form)
        return ServedForm(node, list_id, form, read_publication(form, data))
    except Unreachable as error:
        why_not = f"the node does not answer: {error}"
    except Failed as failed:
        why_not = sentence_of(failed.reason)
    except PublicationError as error:
        why_not = f"what it gives is no publication: {error}"
    return ServedForm(node, list_id, form, None, why_not)


def due_line(connection: Connection, list_id: str) -> list[str]:
    """What is said after a change of a list that is published: when it has to be published again."""
    if asyncio.run(_published_base(connection, list_id)) is None:
        return []
    name = list_id.rpartition("/")[2]
    limit = format_duration(TTL_MS)
    return [
        f"publish      within {limit}: matricula status publish {name}, with the same --key and --as. After "
        "that nodes stop serving the list that you published before"
    ]


def flat(sent: Sequence[SentList]) -> list[str]:
    """The lines of all."""
    return list(chain.from_iterable(each.lines() for each in sent))
