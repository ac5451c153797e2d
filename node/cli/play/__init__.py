"""Commands that run a whole network on this machine."""
