"""What a reader of published lists gets over HTTP: forms, tags, times, and reasons for nothing."""

import json
from pathlib import Path
from typing import Any

import aiohttp

from api.base64url import from_text
from api.credentials.timestamp import second_text
from api.publications.form import PublicationForm
from tests.node.process.publishing import ISSUER, MINUTE_MS, PATH, Issuer, issuing, served

VC, JWT, CWT = PublicationForm


async def asked(client: aiohttp.ClientSession, path: str, **headers: str) -> tuple[int, Any, bytes]:
    async with client.get(path, headers=headers) as answer:
        return answer.status, answer.headers, await answer.read()


async def reason(client: aiohttp.ClientSession, path: str, **headers: str) -> tuple[int, str]:
    status, _, body = await asked(client, path, **headers)
    return status, json.loads(body)["type"].removeprefix("/problems/")


async def put(client: aiohttp.ClientSession, data: bytes, media: str, path: str = PATH) -> tuple[int, str]:
    async with client.put(path, data=data, headers={"Content-Type": media}) as answer:
        body = await answer.read()
        return answer.status, json.loads(body)["type"].removeprefix("/problems/") if body else ""


async def published(issuer: Issuer, client: aiohttp.ClientSession) -> dict[PublicationForm, bytes]:
    made = {form: issuer.publication(form) for form in PublicationForm}
    for form, data in made.items():
        assert await put(client, data, form.media_type) == (204, "")
    return made


async def test_accept_chooses_the_form_and_no_client_gets_what_it_does_not_name(tmp_path: Path) -> None:
    async with issuing(tmp_path, size=1) as issuer, served(issuer.network.nodes[0]) as client:
        made = await published(issuer, client)
        for accept, media, form in (
            ("", "application/json", VC),
            ("*/*", "application/json", VC),
            ("application/ld+json, application/json", "application/json", VC),
            ("application/json, application/vc;q=0.5", "application/json", VC),
            ("application/vc", "application/vc", VC),
            ("application/statuslist+jwt", "application/statuslist+jwt", JWT),
            ("text/html, application/statuslist+cwt;q=0.1", "application/statuslist+cwt", CWT),
        ):
            headers = {"Accept": accept} if accept else {}
            status, answered, body = await asked(client, PATH, **headers)
            assert (status, answered["Content-Type"], body) == (200, media, made[form]), accept
            assert answered["Access-Control-Allow-Origin"] == "*"
            assert (answered["Cache-Control"], answered["Vary"]) == ("max-age=300", "Accept")
        assert await reason(client, PATH, Accept="text/html") == (406, "not-acceptable")


async def test_an_unchanged_list_is_not_sent_again(tmp_path: Path) -> None:
    async with issuing(tmp_path, size=1) as issuer, served(issuer.network.nodes[0]) as client:
        await published(issuer, client)
        _, first, _ = await asked(client, PATH)
        for held in (first["ETag"], f'"other", W/{first["ETag"]}', "*"):
            status, again, body = await asked(client, PATH, **{"If-None-Match": held})
            assert (status, again["ETag"], body) == (304, first["ETag"], b"")
        await issuer.revoke(1)
        await put(client, issuer.publication(), VC.media_type)
        status, renewed, _ = await asked(client, PATH, **{"If-None-Match": first["ETag"]})
        assert status == 200
        assert renewed["ETag"] != first["ETag"]
        async with client.head(PATH) as head:
            assert (head.status, head.headers["ETag"]) == (200, renewed["ETag"])


async def test_the_list_of_an_earlier_time(tmp_path: Path) -> None:
    async with issuing(tmp_path, size=1) as issuer, served(issuer.network.nodes[0]) as client:
        first = await published(issuer, client)
        then_s = json.loads(_claims(first[JWT]))["iat"]
        await issuer.pass_time(5 * MINUTE_MS)
        await issuer.revoke(1)
        second = issuer.publication()
        await put(client, second, VC.media_type)
        stamp = second_text(1_000 * then_s)
        for query in (f"time={then_s}", f"timestamp={stamp}", f"time={then_s + 60}"):
            assert (await asked(client, f"{PATH}?{query}"))[2] == first[VC]
        assert (await asked(client, f"{PATH}?time={then_s + 400}"))[2] == second
        assert await reason(client, f"{PATH}?time={then_s - 1}") == (404, "not-published")
        for query in ("time=x", "timestamp=2026-01-31", f"time=1&timestamp={stamp}", "index=1"):
            assert await reason(client, f"{PATH}?{query}") == (400, "malformed-query")


def _claims(token: bytes) -> bytes:
    return from_text(token.decode().split(".")[1])


async def test_where_there_is_nothing_a_reason_is_told(tmp_path: Path) -> None:
    async with issuing(tmp_path, size=1) as issuer, served(issuer.network.nodes[0]) as client:
        assert await reason(client, PATH) == (404, "not-published")
        assert await reason(client, f"/status/{ISSUER}/Degrees") == (400, "impossible-id")
        assert await reason(client, "/status/nobody/degrees") == (400, "impossible-id")
        assert await reason(client, f"/status/{ISSUER}") == (404, "no-such-resource")
        data = issuer.publication()
        other = f"/status/{ISSUER}/other"
        assert await put(client, data, "text/plain") == (415, "unsupported-media-type")
        assert await put(client, data, JWT.media_type) == (422, "publication-malformed")
        assert await put(client, data, VC.media_type, other) == (422, "publication-other-url")
        assert await put(client, bytes(2_000_000), VC.media_type) == (413, "too-large")
        assert await put(client, data, "application/json") == (204, "")
        assert await put(client, data, VC.media_type) == (422, "publication-older")
        renewed = issuer.publication(from_ms=issuer.time.clock.wall_ms() + MINUTE_MS)
        assert await put(client, renewed, VC.media_type) == (422, "publication-too-soon")
