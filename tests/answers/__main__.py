"""Writes `docs/examples/answers.json` and `docs/examples/transactions.json` anew: python -m tests.answers"""

from tests.answers import examples_file, transactions_file

for written in (examples_file, transactions_file):
    written.FILE.parent.mkdir(exist_ok=True)
    written.FILE.write_text(written.encoded(), "utf-8")
    print(f"wrote {written.FILE.name}")
