"""The columns of entries and current records, in the order in which bulk writes send them.

``revision`` comes first and is given by the database's sequence. Types are PostgreSQL's; the
segments use their Arrow equals.
"""

COLUMNS: tuple[tuple[str, str], ...] = (
    ("revision", "bigint"),
    ("subject", "text"),
    ("record_id", "text"),
    ("item", "text"),
    ("edition", "text"),
    ("kind", "text"),
    ("unit", "text"),
    ("authority", "text"),
    ("natural_key", "text"),
    ("payload", "jsonb"),
    ("decided_on", "date"),
    ("failing_class", "text"),
    ("adverse", "boolean"),
    ("hidden", "text"),
    ("public_from", "date"),
    ("public_until", "date"),
    ("repairable_from", "date"),
    ("clause", "text"),
    ("record_class", "text"),
    ("incomplete", "boolean"),
    ("batch", "text"),
    ("row", "bigint"),
    ("received_at", "timestamptz"),
    ("content_hash", "text"),
    ("release", "text"),
)
NAMES: tuple[str, ...] = tuple(name for name, _ in COLUMNS)
BUCKETS = 16
