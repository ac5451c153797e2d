"""The attackers, one family in a file; `table` lists them all."""
