"""Formats of credentials, each in its folder; `table` lists them."""
