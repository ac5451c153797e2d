"""All records in a relation to somebody, proved to be all."""

from node.cli.asking.connection import Connection
from node.cli.terminal.console import Output
from node.wording.screen import table
from node.wording.times import format_time
from registry.records.index import Relation


def show_index(
    output: Output, connection: Connection, relation: Relation, subject: str, known_at_ms: int | None
) -> None:
    """Print an index as a table. Raises NoAnswer and Forked."""
    found = connection.run(lambda client: client.index(relation, subject, known_at_ms))
    entries = [(entry.id, format_time(entry.time_ms), str(entry.height)) for entry in found.entries]
    output.result(
        {
            "relation": relation.value,
            "subject": subject,
            "asOfMs": found.as_of_ms,
            "entries": [
                {"id": entry.id, "recordedMs": entry.time_ms, "height": entry.height}
                for entry in found.entries
            ],
        },
        [f"{len(entries)} in all, proved to be all as of {format_time(found.as_of_ms)}"],
        table(f"{relation.value} {subject}", ("id", "recorded", "block"), entries) if entries else None,
    )
