"""`matricula credential`: drafts signed, credentials checked."""
