"""How a node dates what it answers: two fields of a response's head (decision 0095).

Every answer that follows the ledger says how old the block is that it was made from, by the node's clock, and
why the node is not ready, where it is not. They are a node's word, for caches, balancers and people; whoever
relies on an answer takes its age from the header that it carries, and from no other clock than the reader's.
"""

AGE = "Matricula-Age"
"""Whole seconds since the time of the block that the answer was made from."""
UNREADY = "Matricula-Unready"
"""Why the node is not ready, a sentence: there may be newer blocks that it does not know. Else absent."""
