"""The signature of a token, as `api.credentials.secured.Proof`."""

from dataclasses import dataclass

from api.credentials.excerpt import detail_of
from api.credentials.flaw import INCONCLUSIVE, CredentialFlaw, Flaw
from api.credentials.formats.jose.compact import CompactJws
from api.credentials.formats.jose.header import algorithm_of, extension_flaw, key_of, remark_on
from api.credentials.multikey import KeyTextError
from api.credentials.period import ValidityPeriod
from api.credentials.public_key import SIGNATURE_SIZE, PublicKey
from api.credentials.secured import Claims


@dataclass(frozen=True, slots=True)
class TokenProof:
    """The one signature of a token over all that it says. `suite` names the envelope and the algorithm."""

    jws: CompactJws
    suite: str
    key: str
    period: ValidityPeriod
    flaw: Flaw | None
    covered: Claims
    remark: str

    @property
    def place(self) -> str:
        """A token has one."""
        return "signature"

    def verify(self, multikey: bytes) -> Flaw | None:
        """See `api.credentials.secured.Proof`."""
        return verify_token(self.jws, multikey)


def token_proof(
    jws: CompactJws, envelope: str, covered: Claims, period: ValidityPeriod, beside: Flaw | None = None
) -> TokenProof:
    """The proof of a token of an envelope (`VC-JWT`), its header judged and its signature not yet.
    `beside` is what is wrong with that which the token has beside it.
    """
    algorithm = algorithm_of(jws.header)
    key = key_of(jws.header, covered.issuer)
    return TokenProof(
        jws,
        suite=envelope if isinstance(algorithm, Flaw) else f"{envelope} {algorithm}",
        key=key if isinstance(key, str) else "",
        period=period,
        flaw=_first_flaw(jws, algorithm, key, beside),
        covered=covered,
        remark=remark_on(jws.header),
    )


def verify_token(jws: CompactJws, multikey: bytes) -> Flaw | None:
    """None where the signature is one of the token's first two parts by that key, of the algorithm that the
    header names; else why not.
    """
    algorithm = algorithm_of(jws.header)
    if isinstance(algorithm, Flaw):
        return algorithm
    try:
        key = PublicKey.from_multikey(multikey)
    except KeyTextError as error:
        return Flaw(CredentialFlaw.KEY_UNREADABLE, detail_of(str(error)))
    if algorithm not in key.algorithm.jose:
        told = f"alg is {algorithm}, and the key is of {key.algorithm.curve}"
        return Flaw(CredentialFlaw.ALGORITHM_MISMATCH, told)
    if not key.verify(jws.signing_input, jws.signature):
        return Flaw(CredentialFlaw.WRONG_SIGNATURE, "")
    return None


def _first_flaw(jws: CompactJws, algorithm: str | Flaw, key: str | Flaw, beside: Flaw | None) -> Flaw | None:
    """Why the signature cannot be verified, or need not be: what is wrong stands before what is not known."""
    found = (algorithm, extension_flaw(jws.header), key, beside)
    flaws = [flaw for flaw in found if isinstance(flaw, Flaw)]
    if not isinstance(algorithm, Flaw) and len(jws.signature) != SIGNATURE_SIZE:
        told = f"the signature has {len(jws.signature)} bytes, not {SIGNATURE_SIZE}"
        flaws.append(Flaw(CredentialFlaw.PROOF_MALFORMED, told))
    wrong = [flaw for flaw in flaws if flaw.reason not in INCONCLUSIVE]
    return next(iter(wrong or flaws), None)
