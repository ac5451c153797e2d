"""What a store begins with: the block of height 0, which every node of a network makes by itself."""

from dataclasses import replace

from node.ledger.opening import genesis_block
from tests.registry.network import DOCUMENT


def test_block_0_stands_under_the_ruleset_of_the_document_whatever_this_version_writes_today() -> None:
    later = replace(DOCUMENT, ruleset=DOCUMENT.ruleset + 1)
    assert genesis_block(later).header == replace(genesis_block(DOCUMENT).header, ruleset=later.ruleset)
