"""Why an operation on schemas is refused."""

from registry.rejection import RejectionReason


class SchemaReason(RejectionReason):
    """About schemas alone."""

    SCHEMA_VERSION_EXISTS = (
        "schema-version-exists",
        "This version of the schema is published, and immutable.",
    )
    SCHEMA_VERSION_UNKNOWN = "schema-version-unknown", "The schema has no such version."
    SCHEMA_STATE_NOT_LATER = (
        "schema-state-not-later",
        "A version goes from active to deprecated to withdrawn.",
    )
    TOO_MANY_VERSIONS = "too-many-versions", "The schema has as many versions as a schema may have."
    SCHEMA_TOO_LONG = "schema-too-long", "The schema's content has more than 128 KiB."
    SCHEMA_UNREADABLE = "schema-unreadable", "The schema's content is not JSON as the registry reads it."
    SCHEMA_UNIDENTIFIED = (
        "schema-unidentified",
        "The schema lacks a textual `$id` or `$schema`.",
    )
