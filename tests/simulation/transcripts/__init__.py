"""Runs of the simulator as text that a reviewer can read and diff: see docs/simulation.md."""
