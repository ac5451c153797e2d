"""Writes the reasons of the page anew."""

from tests.pages.reasons import FILE, written

FILE.write_text(written(), "utf-8")
