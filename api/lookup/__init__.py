"""What a credential names is looked up: in the registry, by DID methods, at the URLs of lists and schemas."""
