"""What the registry proves about drafts: the issuer's record, and the lists that they name, all checked."""

from collections.abc import Iterable

from api.answer.question import StatusListQuestion
from api.client import Client
from api.credentials.secured import Claims
from api.verifier.credential import Facts, own_lists
from api.verifier.verdict import StatusBits
from registry.checking import Found
from registry.kinds.did.record import DID_RECORD
from registry.record_type import decode_body


async def gather_for_drafts(client: Client, issuer: str, drafts: Iterable[Claims]) -> Facts:
    """The facts about what the issuer, a DID that the registry can hold, is to sign. Nothing is asked twice.
    Raises NoAnswer, Forked and Malformed.
    """
    asked = await client.record(DID_RECORD, issuer)
    found = asked.verdict.finding
    record = decode_body(DID_RECORD, found.body) if isinstance(found, Found) else None
    lists, times_ms = dict[str, StatusBits | None](), [asked.answer.header.time_ms]
    for list_id in dict.fromkeys(list_id for draft in drafts for list_id in own_lists(draft)):
        checked = await client.ask(StatusListQuestion(list_id))
        bits = checked.verdict.finding
        lists[list_id] = bits if isinstance(bits, StatusBits) else None
        times_ms.append(checked.answer.header.time_ms)
    return Facts({issuer: record}, lists, min(times_ms))
