"""The composition root: the parts of a node put together, and the process that runs them."""
