"""A log whose lines a test can read."""

import io
import json
from typing import Any

from node.observing.logs import open_log


class LogLines:
    """A log at level info; its wall clock stands at `wall_ms`."""

    def __init__(self, wall_ms: int = 0) -> None:
        self._stream = io.StringIO()
        self.log = open_log(
            self._stream, level="info", format_="json", institution="own", wall_ms=lambda: wall_ms
        )

    def read(self) -> list[dict[str, Any]]:
        """All lines until now, by their fields."""
        return [json.loads(line) for line in self._stream.getvalue().splitlines()]

    def take(self) -> list[dict[str, Any]]:
        """The lines since they were taken last."""
        taken = self.read()
        self._stream.seek(0)
        self._stream.truncate()
        return taken
