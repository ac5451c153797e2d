"""Commands of those who issue credentials."""
