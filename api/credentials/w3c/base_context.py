"""The contexts that name a data model: the first entry of a credential's `@context`.

Source: VC Data Model 2.0, §4.3; VC Data Model 1.1, §4.1.
"""

from enum import StrEnum
from typing import Final


class DataModel(StrEnum):
    """A version of the W3C Verifiable Credentials Data Model."""

    V2_0 = "2.0"
    V1_1 = "1.1"


V2_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
BASE_CONTEXTS: Final = {
    V2_CONTEXT: DataModel.V2_0,
    "https://www.w3.org/2018/credentials/v1": DataModel.V1_1,
}
"""The data model that each names."""
