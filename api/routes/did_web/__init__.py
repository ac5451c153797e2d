"""did:web documents, for members' web servers to lead to (https://w3c-ccg.github.io/did-method-web/)."""
