"""Credentials of every format that were changed in every way, judged end to end: `scripts/mutate-credentials`."""
