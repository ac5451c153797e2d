"""The node as its API sees it, and how many clients it can serve."""
