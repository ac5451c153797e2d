"""Which version of this software it is: pyproject.toml says the same."""

VERSION = "0.1.0"
