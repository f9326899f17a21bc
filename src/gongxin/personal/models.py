"""Sealed rows about natural persons and sealed particulars of people in others' records."""

from django.db import models


class Sealed(models.Model):
    """One encrypted row or set of particulars. Nothing about a person is readable here (封存记录).

    ``blind_key`` is a keyed hash of the act and the person, so that the same row sent twice is
    kept once; ``person`` is one of the person's number alone, by which a person's own rows are
    found, and empty where no number was given. Without the key they say nothing. ``stands`` once
    the batch that brought the row is committed: until then nobody is shown it (ADR 0019).
    """

    blind_key = models.TextField(primary_key=True)
    person = models.TextField(default="", blank=True, db_index=True)
    purpose = models.TextField()  # row: about a person; particulars: of a person in a record
    item = models.TextField()
    record_id = models.TextField(default="", blank=True)
    batch = models.TextField(db_index=True)
    stands = models.BooleanField(default=False)
    ciphertext = models.BinaryField()
    algorithm = models.TextField()
    key_id = models.TextField()
    sealed_at = models.DateTimeField()
    retain_until = models.DateField()

    class Meta:
        """Table name."""

        db_table = "personal_sealed"

    def __str__(self) -> str:
        """Only the blind key: it names nobody."""
        return self.blind_key


class Grant(models.Model):
    """A consent (授权同意): one person by keyed hash, one client, one purpose, items, an end.

    Only the hash of its token is here; ``id`` is random and names it to the person and in the log.
    ``identity`` is the keyed hash of name and number by which the client may have both compared.
    """

    id = models.TextField(primary_key=True)
    token_hash = models.TextField(unique=True)
    person = models.TextField(db_index=True)
    identity = models.TextField(default="", blank=True)
    client = models.TextField()
    purpose = models.TextField()
    items = models.JSONField()
    uses = models.PositiveIntegerField()
    used = models.PositiveIntegerField(default=0)
    text_version = models.TextField()
    granted_at = models.DateTimeField()
    until = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """What no program may break."""

        db_table = "personal_grant"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(used__lte=models.F("uses")), name="personal_grant_used"
            ),
        )

    def __str__(self) -> str:
        """Only the id: it names nobody."""
        return self.id


class Use(models.Model):
    """That a client read a person's records under a grant: the person sees each (使用记录)."""

    grant = models.ForeignKey(Grant, on_delete=models.PROTECT)
    at = models.DateTimeField()
    items = models.JSONField()
    n_records = models.PositiveIntegerField()

    class Meta:
        """Table name."""

        db_table = "personal_use"

    def __str__(self) -> str:
        """Grant and instant."""
        return f"{self.grant_id} {self.at}"


class Session(models.Model):
    """That somebody proved by real name who they are, until they leave or time is over (会话).

    ``key_hash`` is the hash of what the browser holds; ``person`` and ``identity`` are keyed hashes
    (``sealing.Proven``).
    """

    key_hash = models.TextField(primary_key=True)
    person = models.TextField(db_index=True)
    identity = models.TextField(default="", blank=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        """Table name."""

        db_table = "personal_session"

    def __str__(self) -> str:
        """Only the hash: it names nobody."""
        return self.key_hash


class Asked(models.Model):
    """How often somebody asked in a minute; ``caller`` is a keyed hash, forgotten soon (限流)."""

    caller = models.TextField(primary_key=True)
    minute = models.DateTimeField(db_index=True)
    in_minute = models.PositiveIntegerField()

    class Meta:
        """Table name."""

        db_table = "personal_asked"

    def __str__(self) -> str:
        """Only the hash: it names nobody."""
        return self.caller
