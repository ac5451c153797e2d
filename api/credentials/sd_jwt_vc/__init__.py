"""What an SD-JWT VC says: the IETF's own data model, whose members are claims of a token."""
