"""Writes `docs/examples/answers.json` anew: python -m tests.answers"""

from tests.answers.examples_file import FILE, encoded

FILE.parent.mkdir(exist_ok=True)
FILE.write_text(encoded(), "utf-8")
print(f"wrote {FILE.name}")
