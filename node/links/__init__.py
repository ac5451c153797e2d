"""The other nodes: where they are, who is linked, what is asked of them, and what they may cost."""
