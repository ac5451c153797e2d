"""JSON-LD contexts: known by URL and hash, shipped or imported, and never fetched (decision 0122)."""
