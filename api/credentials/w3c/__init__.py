"""What a document says by the W3C Verifiable Credentials Data Model, however it is secured."""
