"""What the groups of our own interface share: media types, the form of types, the form of problems."""
