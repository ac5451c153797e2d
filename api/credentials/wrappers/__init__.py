"""What a credential may be wrapped in: pictures and documents with the credential inside."""
