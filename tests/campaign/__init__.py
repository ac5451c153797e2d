"""Credentials of every format, changed in every way and judged end to end: `scripts/mutate-credentials`."""
