"""The way to standard output and error, which may be lost."""
