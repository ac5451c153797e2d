"""The numbers of ruleset 1. They never change: another number is another ruleset.

A block header names the ruleset by which it was executed. Whoever replays an old block uses the numbers,
and the behaviour, of that block's ruleset, mistakes included.
"""

from typing import Final

RULESET: Final = 1

KNOWN_RULESETS: Final = frozenset({RULESET})
"""The rulesets whose headers this version can judge proofs under (`registry.checking`)."""

REPLAY_WINDOW_MS: Final = 3_600_000
"""W: a transaction is valid for at most this long. One hour."""

MAX_TRANSACTION_BYTES: Final = 60 * 1024
"""A whole encoded transaction. With its position in the ledger it stays below the 65,535 bytes of a log
entry."""
MAX_OPERATIONS: Final = 256
MAX_ATTACHMENTS: Final = 16
MAX_KID_BYTES: Final = 256
NONCE_SIZE: Final = 16

MAX_ATTACHMENT_BYTES: Final = 1024 * 1024
"""An attachment with its salt."""
MAX_SCHEMA_BYTES: Final = 128 * 1024
"""A schema's content. Execution reads it, so it is bounded more tightly than text that nobody
interprets."""
