"""Numbers of things as people read them."""


def counted(count: int, thing: str) -> str:
    """A number of things: `1 credential`, `2 credentials`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
