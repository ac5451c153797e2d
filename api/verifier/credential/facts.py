"""What is looked up in the registry for a credential, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from api.verifier.verdict import StatusBits
from registry.kinds.did.record import Did


@dataclass(frozen=True, slots=True)
class Needs:
    """What has to be looked up: the issuer's DID record, these lists of the issuer, and the DID records of
    others whose proofs are beside the issuer's.
    """

    issuer: str
    list_ids: tuple[str, ...]
    signers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What was looked up, and proved as of one time.

    `did`: the issuer's record, None if there is none or nothing could be asked. `lists`: by id, None for one
    that there is not. `signers`: other signers' records by DID, None for one that there is not; who is not in
    it was not looked up. `anchored_ms`: when the root was recorded to which the holder's anchor proof leads;
    None without a proof, or where it leads to none, and `anchor_fault` says why. `has_anchor_proof`: whether
    there is one.
    """

    did: Did | None
    lists: Mapping[str, StatusBits | None]
    as_of_ms: int
    has_anchor_proof: bool = False
    anchored_ms: int | None = None
    anchor_fault: str = ""
    signers: Mapping[str, Did | None] = field(default_factory=dict)
