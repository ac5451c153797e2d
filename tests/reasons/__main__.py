"""Writes the tables of `docs/reasons.md` anew."""

from tests.reasons.tables import DOCUMENT, written

DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8")), "utf-8")
