"""Where tables live: personal records in a database of their own, all else apart (分库)."""

from django.db.models import Model

ALIAS = "personal"


class Apart:
    """Django's router: rows of this room are nowhere else, and nothing else is there (ADR 0019)."""

    def db_for_read(self, model: type[Model], **_: object) -> str | None:
        """Return the database that a model is read from."""
        return ALIAS if model._meta.app_label == ALIAS else None

    def db_for_write(self, model: type[Model], **_: object) -> str | None:
        """Return the database that a model is written to."""
        return self.db_for_read(model)

    def allow_migrate(self, db: str, app_label: str, **_: object) -> bool:
        """Tell whether an app has tables in a database."""
        return (db == ALIAS) == (app_label == ALIAS)
