"""What the two forms of a Status List Token have in common: how many bits an entry has, by purpose.

A reader of tokens takes 1 for invalid and 2 for suspended. There is no value for "a newer one exists", so a
refresh list has no token.

Source: IETF Token Status List, §7.1.
"""

from typing import Final

from registry.kinds.status_list.record import StatusPurpose

WIDTHS: Final = {StatusPurpose.REVOCATION: 1, StatusPurpose.SUSPENSION: 2}
PURPOSES: Final = {width: purpose for purpose, width in WIDTHS.items()}
