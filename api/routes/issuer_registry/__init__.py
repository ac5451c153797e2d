"""The issuers as clients of the Digital Credentials Consortium read them."""
