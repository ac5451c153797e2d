"""Status lists as their issuers sign them, for every verifier."""
