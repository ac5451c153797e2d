"""What an issuer signs of a list, and how it is dated."""

from hashlib import sha256

import pytest

from api.issuer.key import SeedKey
from api.issuer.publishing import ListToPublish
from api.publications.form import PublicationForm
from api.publications.forms import read_publication
from registry.kinds.status_list.record import StatusPurpose
from tests.api.publications.sample import DAY_MS, KEY, LIST_ID, NOW_MS, REVOKED, URL

SEED = sha256(b"the credentials key of publications").digest()


def to_publish(purpose: StatusPurpose = StatusPurpose.REVOCATION) -> ListToPublish:
    return ListToPublish(LIST_ID, purpose, REVOKED, URL, NOW_MS)


@pytest.mark.parametrize(
    ("now_ms", "begin_ms"),
    [
        (NOW_MS, NOW_MS),
        (NOW_MS + 1_999, NOW_MS + 1_000),
        (NOW_MS - DAY_MS, NOW_MS - DAY_MS),
        (NOW_MS + DAY_MS, NOW_MS + 300_000),
    ],
)
def test_it_begins_now_or_as_late_as_nodes_take(now_ms: int, begin_ms: int) -> None:
    assert to_publish().begin_ms(now_ms) == begin_ms


def test_it_is_signed_in_every_form_that_the_list_has() -> None:
    made = to_publish().signed(SeedKey(KEY, SEED), NOW_MS, DAY_MS)
    assert set(made) == set(PublicationForm)
    for form, data in made.items():
        publication = read_publication(form, data)
        assert publication.unpacked() == REVOKED
        assert (publication.statement.from_ms, publication.statement.until_ms) == (NOW_MS, NOW_MS + DAY_MS)
    refresh = to_publish(StatusPurpose.REFRESH).signed(SeedKey(KEY, SEED), NOW_MS, DAY_MS)
    assert set(refresh) == {PublicationForm.BITSTRING}
