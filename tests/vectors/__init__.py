"""Other people's credentials, judged one by one without a network.

    python -m tests.vectors

writes the table of `docs/vectors.md` anew, from the folder of public vectors (`MATRICULA_VECTORS`).
"""
