"""JSON Schemas at addresses of their own, for `credentialSchema` of credentials (W3C VC JSON Schema)."""
