"""Credentials as signed tokens: a JWS in its compact form around a document of the W3C data model (VC-JWT)."""
