"""The registry's own interface."""
