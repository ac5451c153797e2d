"""JSON documents of the W3C data model that carry their proofs (W3C Verifiable Credential Data Integrity
1.0).
"""
