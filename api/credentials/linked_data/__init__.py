"""What a document means, as bytes to hash: JSON-LD read strictly, canonicalised as RDF (decision 0123)."""
