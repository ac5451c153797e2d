"""European Digital Credentials for Learning: recognised, with a seal that is not checked."""
