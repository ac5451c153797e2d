"""The `validators` record, of which a network has one: who agrees on the order of transactions."""

from typing import Final

from registry.primitives.refinement import converted
from registry.primitives.shape import Shape
from registry.primitives.validator_set import VALIDATORS, ValidatorSet
from registry.record_type import RecordType

VALIDATOR_SET: Final[Shape[ValidatorSet]] = converted(VALIDATORS, ValidatorSet, lambda held: held.validators)

VALIDATORS_RECORD: Final = RecordType("validators", VALIDATOR_SET)
