"""Why an operation on schemas is refused."""

from registry.rejection import RejectionReason


class SchemaReason(RejectionReason):
    """About schemas alone."""

    SCHEMA_VERSION_EXISTS = (
        "schema-version-exists",
        "This version of the schema is published already.",
        "Publish the next version. A published version never changes.",
    )
    SCHEMA_VERSION_UNKNOWN = (
        "schema-version-unknown",
        "The schema has no such version.",
        "See the published versions with `matricula schema show ID`.",
    )
    SCHEMA_STATE_NOT_LATER = (
        "schema-state-not-later",
        "The version is in this state already, or in a later one.",
        "Choose a later state. A version goes from active to deprecated to withdrawn, and never back.",
    )
    TOO_MANY_VERSIONS = (
        "too-many-versions",
        "The schema has as many versions as a schema may have.",
        "Publish it under another name.",
    )
    SCHEMA_TOO_LONG = (
        "schema-too-long",
        "The schema's content has more than 128 KiB.",
        "Make it shorter, or split it into several schemas.",
    )
    SCHEMA_UNREADABLE = (
        "schema-unreadable",
        "The schema's content is not JSON as the registry reads it.",
        "Correct the file. It is one JSON object in UTF-8, with no member name twice.",
    )
    SCHEMA_UNIDENTIFIED = (
        "schema-unidentified",
        "The schema lacks a textual `$id` or `$schema`.",
        "Write both into it. `$schema` names the draft (https://json-schema.org/draft/2020-12/schema). "
        "`$id` is a URI of the schema's own.",
    )
