"""Credentials as signed tokens: a compact JWS around a document of the W3C data model (VC-JWT)."""
