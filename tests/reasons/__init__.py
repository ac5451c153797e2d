"""All families of reasons, and the tables of them that stand in documents.

    python -m tests.reasons

writes the tables of `docs/reasons.md` anew between their marks.
"""
