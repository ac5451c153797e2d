"""Units of size, as powers of two."""

KIB = 1024
MIB = 1024 * KIB
GIB = 1024 * MIB
