"""Attacks on a running network: three honest processes, a client load, and one hostile member at a time.

`scripts/redteam` runs them; docs/redteam.md says how to read what it prints and how to add an attacker.
"""
