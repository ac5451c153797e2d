"""A network's validators."""

from registry.kinds.validators import KIND
from registry.primitives.validator_set import MAX_VALIDATORS, Validator, ValidatorSet
from tests.registry.kinds import DID, DID_A, HASH, Examples

EXAMPLES = Examples(
    kind=KIND,
    ids=("network",),
    others=("0", "network/0", DID),
    longest_id="network",
    body=ValidatorSet((Validator(HASH, "12D3Koo", ("/ip4/127.0.0.1/tcp/1",), DID_A),)),
    longest_body=ValidatorSet(
        tuple(
            Validator(bytes([number]) * 32, f"{number:064}", ("a" * 128,) * 4, "m" * 256)
            for number in range(MAX_VALIDATORS)
        )
    ),
)
