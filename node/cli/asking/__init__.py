"""Questions of commands to nodes, and how much their answers prove."""
