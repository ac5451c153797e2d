"""How times, sizes, counts, addresses, fingerprints, errors and tables are written for people."""
