"""DID Resolution over HTTP, for resolvers' clients (https://www.w3.org/TR/did-resolution/)."""
