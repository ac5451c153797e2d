"""The condition of a node."""
