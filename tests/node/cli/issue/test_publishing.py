"""`matricula status publish` and `published`: what an issuer signs, and what nodes serve of it."""

import json

from api.credentials.list_url import published_url
from api.publications.form import PublicationForm
from api.publications.forms import read_publication
from node.files.keystore import KeyPurpose
from registry.build import OwnedKey
from registry.kinds.did.record import Purpose
from registry.kinds.status_list.record import status_list_id
from tests.api.publications.sample import with_set
from tests.node.cli.conftest import Registrar, keep_key
from tests.registry.network import UNIVERSITY, seed

DEGREES = status_list_id(UNIVERSITY, "degrees")
BASE = "https://lists.example"
URL = published_url(BASE, DEGREES)
DAY_MS = 86_400_000


async def settled(registrar: Registrar) -> tuple[str, ...]:
    """A list, and a credentials key; the options that sign with the keys of the folder."""
    keep_key(registrar.folder / "credentials.key", "credentials", KeyPurpose.CREDENTIAL)
    builder = registrar.ledger.builder()
    builder.add_key(UNIVERSITY, OwnedKey("credentials-1", Purpose.ASSERTION_METHOD, seed("credentials")))
    registrar.ledger.commit(registrar.ledger.sign(builder))
    signing = (*registrar.asking, *registrar.key("", UNIVERSITY))
    await registrar.json("status", "create", "degrees", *signing)
    return signing


def served(registrar: Registrar, form: PublicationForm = PublicationForm.BITSTRING) -> bytes:
    found = registrar.ledger.publications.published(DEGREES, form)
    return getattr(found, "data", b"")


async def test_a_list_is_signed_sent_and_seen(registrar: Registrar) -> None:
    signing = await settled(registrar)
    await registrar.json("status", "set", "degrees", 4711, "--yes", *signing)
    told = await registrar.json("status", "publish", "degrees", "--url", BASE, *signing)
    (sent,) = told["published"]
    assert (sent["statusList"], sent["url"], sent["servedBy"]) == (DEGREES, URL, [registrar.url])
    assert sent["notServedBy"] == []
    for form in PublicationForm:
        publication = read_publication(form, served(registrar, form))
        assert publication.unpacked() == with_set(bytes(131_072 // 8), 4711)
        assert publication.statement.key == f"{UNIVERSITY}#credentials-1"
        assert publication.statement.until_ms - publication.statement.from_ms == DAY_MS


async def test_the_address_is_needed_once(registrar: Registrar) -> None:
    signing = await settled(registrar)
    ran = await registrar.run("status", "publish", "degrees", *signing)
    assert ran.error[0] == "the list was never published, so its address is not known"
    assert "--url" in ran.error[2]
    await registrar.json("status", "publish", "degrees", "--url", BASE, *signing)
    ran = await registrar.run("status", "set", "degrees", 1, "--yes", *signing)
    assert "publish      within 5 minutes: matricula status publish degrees" in ran.out
    ran = await registrar.run("status", "publish", "degrees", "--days", 30, *signing)
    assert ran.code == 0
    assert f"url          {URL}" in ran.out
    assert json.loads(served(registrar))["id"] == URL


async def test_what_is_served_is_shown_with_the_rest_of_its_life(registrar: Registrar) -> None:
    signing = await settled(registrar)
    show = ("status", "published", DEGREES, *registrar.asking)
    nothing = await registrar.run(*show)
    assert nothing.code == 1
    assert "not served   application/vc" in nothing.out
    await registrar.json("status", "publish", "degrees", "--url", BASE, *signing)
    shown = await registrar.json(*show)
    assert [row["form"] for row in shown["published"]] == [form.media_type for form in PublicationForm]
    assert {row["percentLeft"] for row in shown["published"]} <= {99, 100}
    assert {row["warnAt"] for row in shown["published"]} == {None}


async def test_what_is_refused_is_told_with_what_to_do(registrar: Registrar) -> None:
    signing = await settled(registrar)
    await registrar.json("status", "publish", "degrees", "--url", BASE, *signing)
    ran = await registrar.run("status", "publish", "degrees", *signing)
    assert ran.code == 1
    assert ran.error[0].startswith("refused: ")
    ran = await registrar.run("status", "publish", "other", "--url", BASE, *signing)
    assert ran.error[0] == "you have no status list of this name"
    ran = await registrar.run("status", "published", "degrees", *registrar.asking)
    assert ran.code == 2
