"""DID methods whose keys are known without the registry: read here, looked up elsewhere."""
