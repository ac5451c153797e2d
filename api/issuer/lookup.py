"""What the registry proves about what is to be signed: looked up in as many questions as it takes, all
checked.
"""

from collections.abc import Iterable

from api.client import Client
from api.credentials.secured import Claims
from api.lookup.asked_nodes import AskedNodes
from api.lookup.registry_facts import RegistryFacts
from api.verifier.credential import Facts, own_lists


async def gather_for_drafts(client: Client, issuer: str, drafts: Iterable[Claims]) -> Facts:
    """The facts about what the issuer is to sign. Raises NoAnswer, Forked and Malformed."""
    registry = RegistryFacts(AskedNodes(client))
    identity = await registry.record(issuer)
    lists = dict.fromkeys(list_id for draft in drafts for list_id in own_lists(draft))
    bits = {list_id: await registry.bits(list_id) for list_id in lists}
    return Facts({issuer: identity}, bits, registry.as_of_ms or 0)
