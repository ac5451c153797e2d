"""Commands of those who run a node."""
