"""Who is behind a DID (decision 0128).

- I1 The registry comes first: a DID that it holds is judged by its record, whatever its method, and nothing
  else is asked. Not so a did:web that a member has registered for another name and whose domain nobody has
  attested: any member could take any name of the web so. Its own server is asked.
- I2 did:key and did:jwk tell their keys by themselves.
- I3 Of any other did:web the document is fetched. Its server is the only witness, and says what counts now.
- I4 What could not be had, or is wrong, is a `Flaw`; that nobody knows a DID of the registry's own method is
  None.
"""

from api.credentials.did_methods.did_document import read_did_document
from api.credentials.did_methods.did_web import DID_WEB, did_web_url
from api.credentials.did_methods.fault import DidError
from api.credentials.did_methods.keys import DidKeys
from api.credentials.did_methods.table import flaw_of, keys_in_did
from api.credentials.document import DocumentError, load
from api.credentials.excerpt import MAX_NAME_EXCERPT, detail_of, shortened
from api.credentials.flaw import CredentialFlaw, Flaw
from api.lookup.fault import FetchError
from api.lookup.fetching import WebSource
from api.lookup.wanted import Wanted
from api.verifier.credential.facts import Identity
from registry.names import OWN_METHOD, is_did


async def by_method(web: WebSource, did: str) -> Identity:
    """Who is behind a DID that the registry does not hold (I2 to I4)."""
    if did.startswith(OWN_METHOD) and is_did(did):
        return None
    try:
        return await _of_web(web, did) if did.startswith(DID_WEB) else keys_in_did(did)
    except DidError as error:
        return flaw_of(did, error)


async def _of_web(web: WebSource, did: str) -> DidKeys | Flaw:
    """I3. Raises DidError."""
    shown = shortened(did, MAX_NAME_EXCERPT)
    try:
        download = await web.fetch(did_web_url(did), Wanted.DID_DOCUMENT)
        return read_did_document(load(download.data), did)
    except FetchError as error:
        return unreachable(CredentialFlaw.DID_UNREACHABLE, shown, error)
    except DocumentError as error:
        return Flaw(CredentialFlaw.DID_DOCUMENT_WRONG, detail_of(shown, str(error)))


def unreachable(reason: CredentialFlaw, name: str, error: FetchError) -> Flaw:
    """What is said of something that could not be fetched."""
    return Flaw(reason, detail_of(name, f"{error.fault.code}, {error.fault.with_detail(error.detail)}"))
