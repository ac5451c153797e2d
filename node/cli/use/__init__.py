"""Commands of those who ask the registry and check its answers."""
