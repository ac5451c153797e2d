"""Writes the table of `docs/vectors.md` anew."""

from tests.conftest import VECTORS
from tests.vectors.offline import judged_vectors
from tests.vectors.table import DOCUMENT, written

DOCUMENT.write_text(written(DOCUMENT.read_text("utf-8"), judged_vectors(VECTORS)), "utf-8")
