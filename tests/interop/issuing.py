"""What the institution of the scene issues for clients of others: credentials that its commands sign, a badge
in a picture, its status list as published, and a revocation that is urgent.

The list's address is that of a web server that passes requests on to the third node. What is recorded and
published goes to the first.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from api.answer.question import StatusListQuestion
from api.client.bounded_http import BoundedHttp
from api.client.publications import send_publication
from api.credentials.list_url import published_url
from api.credentials.schema import micro_credential_document
from api.credentials.timestamp import second_text
from api.credentials.w3c.base_context import V2_CONTEXT
from api.issuer.key import SeedKey
from api.issuer.publishing import ListToPublish
from api.issuer.recording import Change
from api.verifier.verdict import StatusBits
from node.demo.witness import Witness
from node.files.keystore import MINIMAL, KeyPurpose, open_key
from node.process.clock import now_ms
from node.setup.config import INSTITUTION_FRAGMENT
from node.setup.localnet import PASSPHRASE, Localnet
from registry.kinds.status_list.record import StatusPurpose, status_list_id
from registry.transaction import NONCE_SIZE

LIST_NAME = "degrees"
SCHEMA_PATH = "micro-credential/1.0.0"
INDEX = {"clear": 17, "revoked": 4711, "urgent": 2718, "badge": 99, "revoked-badge": 4712}
"""Entry of each credential in the list."""
DAY_MS = 86_400_000
Command = Callable[..., Any]


@dataclass(frozen=True)
class Issuer:
    """The institution, with its credentials key in a file in `folder`, which signs as `fragment`; `base` is
    the address of its lists, before `/status/`.
    """

    did: str
    name: str
    folder: Path
    fragment: str
    base: str

    @property
    def list_id(self) -> str:
        """The id of its list."""
        return status_list_id(self.did, LIST_NAME)

    @property
    def key_file(self) -> Path:
        """The file of its credentials key."""
        return self.folder / f"{self.fragment}.key"

    @property
    def key_id(self) -> str:
        """The DID URL of its credentials key."""
        return f"{self.did}#{self.fragment}"


def issue(issuer: Issuer, command: Command, schemas: str) -> dict[str, Any]:
    """Signs the credentials, revokes two of them, and publishes the list; gives what clients are told.

    `command` runs one of the registrar's; `schemas` is the address at which a node serves schemas.
    """
    command("status", "create", LIST_NAME)
    schema = issuer.folder / "micro-credential.json"
    schema.write_bytes(micro_credential_document())
    command("schema", "publish", *SCHEMA_PATH.split("/"), schema)
    files = {name: _draft(issuer, command, name, schemas) for name in INDEX}
    key = ("--key", issuer.key_file)
    command("credential", "sign", *files.values(), "--suite", "eddsa-rdfc-2022", *key)
    revoked = [INDEX[name] for name in INDEX if name.startswith("revoked")]
    command("status", "set", LIST_NAME, *revoked, "--yes")
    command("status", "publish", LIST_NAME, "--url", issuer.base, *key)
    picture = command("credential", "bake", _signed(files["badge"]), settings=False)["badge"]
    return {
        "badge": picture,
        "list": published_url(issuer.base, issuer.list_id),
        "index": INDEX,
        "key": issuer.key_id,
        "credentials": {name: json.loads(_signed(file).read_bytes()) for name, file in files.items()},
    }


def _signed(file: Path) -> Path:
    return file.with_suffix(".signed.json")


def _draft(issuer: Issuer, command: Command, name: str, schemas: str) -> Path:
    file = issuer.folder / f"{name}.json"
    is_badge = name.endswith("badge")
    document = _badge(issuer, command, name, schemas) if is_badge else _plain(issuer, name)
    file.write_text(json.dumps(document))
    return file


def _badge(issuer: Issuer, command: Command, name: str, schemas: str) -> dict[str, Any]:
    """An Open Badge as the template gives it, with the schema at the address of its document: in the draft
    that more verifiers know.
    """
    about = ("--name", issuer.name, "--index", INDEX[name], "--url", issuer.base)
    badge: dict[str, Any] = command("credential", "template", issuer.did, *about, settings=False)
    badge["credentialSchema"] = [{"id": f"{schemas}/{SCHEMA_PATH}?draft=2019-09", "type": "JsonSchema"}]
    return badge


def _plain(issuer: Issuer, name: str) -> dict[str, Any]:
    """A credential of the W3C data model alone, which needs no context beside the one of the model."""
    url, index = published_url(issuer.base, issuer.list_id), str(INDEX[name])
    return {
        "@context": [V2_CONTEXT],
        "id": f"urn:uuid:{uuid.uuid4()}",
        "type": ["VerifiableCredential"],
        "issuer": issuer.did,
        "validFrom": second_text(now_ms()),
        "credentialSubject": {"id": "urn:example:learner:1"},
        "credentialStatus": {
            "id": f"{url}#{index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": index,
            "statusListCredential": url,
        },
    }


@dataclass(frozen=True)
class Registrar:
    """Revokes at the first node and publishes the list there, when a client says so (`answer`): what two
    commands do, without the second that each takes to start.
    """

    net: Localnet
    issuer: Issuer

    async def answer(self, request: web.Request) -> web.Response:
        """Revokes the entry of the path. The answer has `begunMs`: when that began, by the clock of all."""
        begun_ms = now_ms()
        await self.revoke(int(request.match_info["index"]))
        return web.json_response({"begunMs": begun_ms})

    async def revoke(self, index: int) -> None:
        """Records it, and publishes the list in every form when it is final."""
        node = self.net.nodes[0]
        seed = open_key(
            node.keys / "institution.key", KeyPurpose.INSTITUTION, lambda: PASSPHRASE, least=MINIMAL
        )
        key = SeedKey(f"{self.issuer.did}#{INSTITUTION_FRAGMENT}", seed)
        witness = Witness(self.net.genesis)
        async with witness.client([node.api_url]) as client:
            nonce = now_ms().to_bytes(NONCE_SIZE, "big")
            change = Change(self.net.genesis.genesis_hash, nonce, key)
            change.builder.set_status(self.issuer.did, LIST_NAME, [index])
            await witness.record(client, change)
            checked = await client.ask(StatusListQuestion(self.issuer.list_id, None))
        finding = checked.verdict.finding
        if not isinstance(finding, StatusBits) or not finding.is_set(index):
            raise AssertionError(f"the first node does not prove the revocation: {checked.verdict}")
        await self._publish(finding.bits, checked.answer.header.time_ms)

    async def _publish(self, bits: bytes, as_of_ms: int) -> None:
        list_id = self.issuer.list_id
        url = published_url(self.issuer.base, list_id)
        made = ListToPublish(list_id, StatusPurpose.REVOCATION, bits, url, as_of_ms)
        seed = open_key(self.issuer.key_file, KeyPurpose.CREDENTIAL, lambda: PASSPHRASE, least=MINIMAL)
        key = SeedKey(self.issuer.key_id, seed)
        async with BoundedHttp(timeout_s=10.0) as http:
            for form, data in made.signed(key, made.begin_ms(now_ms()), DAY_MS).items():
                await send_publication(http, self.net.api_urls[0], list_id, form, data)
