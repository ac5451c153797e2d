"""Anchoring what is signed: a root over a batch on the ledger, and a proof beside each credential.

- The proofs are kept before the ledger hears of the root, because a root whose salts are lost proves nothing.
- So after an interruption the proof beside a credential says which root is still to be recorded, and the same
  call goes on with it. What is recorded already is left out, also where that is found out only when the
  ledger refuses it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from api.client import Client, TransactionRejected
from api.credentials.anchoring import batch, proves
from api.issuer.anchor_record import AnchorRoot, add_roots, name_on_ledger, recorded_roots
from api.issuer.keeping import Keeping, KeptProof
from api.issuer.not_done import NotAnchored
from registry.build import TransactionBuilder
from registry.kinds.anchor.reasons import AnchorReason


@dataclass(frozen=True, slots=True)
class Anchoring:
    """What one call records: the roots of the issuer that are `to_record`. `roots` gives the root of each
    credential, by the credential's name.
    """

    issuer: str
    roots: Mapping[str, AnchorRoot]
    to_record: tuple[AnchorRoot, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the credentials whose roots are recorded by this call."""
        to_record = set(self.to_record)
        return tuple(name for name, root in self.roots.items() if root in to_record)

    @property
    def left_out(self) -> tuple[str, ...]:
        """The names of those whose root is recorded already."""
        to_record = set(self.to_record)
        return tuple(name for name, root in self.roots.items() if root not in to_record)

    @property
    def on_ledger(self) -> list[str]:
        """Under which names the roots are found once they are recorded."""
        return [name_on_ledger(self.issuer, root.root) for root in self.to_record]

    def add_to(self, builder: TransactionBuilder) -> None:
        """Ask for the roots to be recorded."""
        add_roots(builder, self.issuer, self.to_record)


def digest_of(keeping: Keeping, name: str) -> bytes:
    """What an anchor commits to of a credential. Raises NotAnchored where it is not signed: the digest covers
    the proof, so that of a draft would lead to nothing.
    """
    credential = keeping.credential(name)
    if not credential.is_signed:
        raise NotAnchored("it is not signed", where=name, do="sign it first, and anchor FILE.signed.json")
    return credential.digest()


async def prepare(
    client: Client,
    keeping: Keeping,
    issuer: str,
    digests: Mapping[str, bytes],
    random_bytes: Callable[[int], bytes],
) -> Anchoring:
    """Keep the proofs of those credentials that have none, and find out which roots the ledger lacks.

    `digests`: of each name, by `digest_of`; `random_bytes` must be a cryptographic source. Raises
    NotAnchored, what `keeping` raises, and NoAnswer, Forked and ImpossibleQuestion.
    """
    roots = _proved(keeping, issuer, digests)
    recorded = await recorded_roots(client, issuer, set(roots.values()))
    to_record = [root for root in dict.fromkeys(roots.values()) if root not in recorded]
    if unproved := {name: digest for name, digest in digests.items() if name not in roots}:
        to_record.append(_keep_batch(keeping, issuer, unproved, random_bytes))
        roots |= dict.fromkeys(unproved, to_record[-1])
    return Anchoring(issuer, {name: roots[name] for name in digests}, tuple(to_record))


async def without_recorded(client: Client, anchoring: Anchoring, rejected: TransactionRejected) -> Anchoring:
    """What is left of a call whose transaction was refused because a root of it became final meanwhile: an
    interrupted call had sent that root. Nothing of the refused transaction is recorded.

    Raises `rejected` where it was refused for anything else, or no root is proved to be recorded; NoAnswer,
    Forked.
    """
    if all(failure.reason is not AnchorReason.ANCHOR_EXISTS for failure in rejected.failures):
        raise rejected
    recorded = await recorded_roots(client, anchoring.issuer, set(anchoring.to_record))
    if not recorded:
        raise rejected
    return replace(anchoring, to_record=tuple(root for root in anchoring.to_record if root not in recorded))


def new_batch(
    issuer: str, digests: Mapping[str, bytes], random_bytes: Callable[[int], bytes]
) -> tuple[AnchorRoot, dict[str, KeptProof]]:
    """A root over credentials, to be recorded once their proofs are kept."""
    made = batch(list(digests.values()), random_bytes)
    proofs = (KeptProof(issuer, made.root, proof) for proof in made.proofs)
    return AnchorRoot(made.root, made.size), dict(zip(digests, proofs, strict=True))


def _proved(keeping: Keeping, issuer: str, digests: Mapping[str, bytes]) -> dict[str, AnchorRoot]:
    """The root to which the proof beside each credential leads, where there is one. Raises NotAnchored where
    it is no proof of this credential by this issuer.
    """
    roots = {}
    for name, digest in digests.items():
        kept = keeping.proof(name)
        if kept is None:
            continue
        if kept.issuer != issuer or not proves(kept.proof, digest, kept.root):
            raise _other_proof(keeping.proof_name(name))
        roots[name] = AnchorRoot(kept.root, kept.proof.size)
    return roots


def _keep_batch(
    keeping: Keeping, issuer: str, digests: Mapping[str, bytes], random_bytes: Callable[[int], bytes]
) -> AnchorRoot:
    """A new batch, whose proofs are kept."""
    root, proofs = new_batch(issuer, digests, random_bytes)
    for name, proof in proofs.items():
        keeping.keep(keeping.proof_name(name), proof.encode())
    return root


def _other_proof(name: str) -> NotAnchored:
    do = (
        "the credential was probably changed or signed again: move the old credential and this proof "
        "together to another folder, and keep both"
    )
    return NotAnchored("this is no proof of the credential beside it by this issuer", where=name, do=do)
