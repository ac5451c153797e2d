"""Publications of status lists: sent to nodes, and fetched from them as anybody would."""

from http import HTTPStatus
from urllib.parse import urlsplit

from api.client.asking import refusal_in
from api.client.bounded_http import BoundedHttp
from api.credentials.list_url import published_url
from api.publications.form import MAX_PUBLICATION_BYTES, PublicationForm


async def send_publication(
    http: BoundedHttp, node: str, list_id: str, form: PublicationForm, data: bytes
) -> None:
    """Gives a publication to one node; it is kept there when this returns. Raises `Unreachable` and
    `Failed`.
    """
    response = await http.request(
        "PUT",
        published_url(node, list_id),
        accept="application/json",
        limit=MAX_PUBLICATION_BYTES,
        body=data,
        media_type=form.media_type,
    )
    if response.status != HTTPStatus.NO_CONTENT:
        raise refusal_in(response)


async def fetch_publication(
    http: BoundedHttp, node: str, list_id: str, form: PublicationForm, *, at_s: int | None = None
) -> bytes:
    """What one node serves of a list, unchecked; with `at_s` what was published by then (seconds since 1970),
    whether or not it would be served now. Raises `Unreachable` and `Failed`.
    """
    url = published_url(node, list_id) + ("" if at_s is None else f"?time={at_s}")
    response = await http.request("GET", url, accept=form.media_type, limit=MAX_PUBLICATION_BYTES)
    if response.status != HTTPStatus.OK:
        raise refusal_in(response)
    return response.body


def base_of(url: str, list_id: str) -> str:
    """The address under which a list was published at this URL; raises ValueError for another list's."""
    base, ending = url, urlsplit(published_url("https://host", list_id)).path
    if not url.endswith(ending):
        raise ValueError(url)
    return base.removesuffix(ending)
