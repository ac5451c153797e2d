"""The demonstration: four institutions run a registry, and a verifier needs to trust none of them."""
