"""Tables of the API: what callers have used up, and answers that are given again."""

from django.db import models


class Used(models.Model):
    """How many requests a caller has made in the running second, minute and day.

    ``caller`` is the blind name of an address or a client: no address is stored. The table is
    unlogged: after a crash everybody begins anew.
    """

    caller = models.TextField(primary_key=True)
    second = models.BigIntegerField()
    in_second = models.IntegerField()
    minute = models.BigIntegerField()
    in_minute = models.IntegerField()
    day = models.BigIntegerField(db_index=True)
    in_day = models.IntegerField()

    class Meta:
        """Table name."""

        db_table = "api_used"

    def __str__(self) -> str:
        """Blind name."""
        return self.caller


class Asked(models.Model):
    """How many organisations a client has asked about on a day in China (每日查询量).

    The table is unlogged: counting waits for no disk, and after a crash the day begins anew.
    """

    pk = models.CompositePrimaryKey("client_id", "day")
    client_id = models.TextField()
    day = models.DateField()
    organisations = models.IntegerField()

    class Meta:
        """Table name."""

        db_table = "api_asked"

    def __str__(self) -> str:
        """Client and day."""
        return f"{self.client_id} {self.day}"


class Kept(models.Model):
    """An answer that a client gets again for the same key and body (幂等应答)."""

    pk = models.CompositePrimaryKey("client_id", "key")
    client_id = models.TextField()
    key = models.TextField()
    request = models.TextField()
    status = models.SmallIntegerField()
    content_type = models.TextField()
    body = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        """Table name."""

        db_table = "api_kept"

    def __str__(self) -> str:
        """Client and key."""
        return f"{self.client_id} {self.key}"


class Signed(models.Model):
    """The signature of a call that was answered: evidence, and each nonce once (签名存证)."""

    pk = models.CompositePrimaryKey("client_id", "nonce")
    client_id = models.TextField()
    nonce = models.TextField()
    at = models.DateTimeField()
    target = models.TextField()
    content_digest = models.TextField()
    signature_input = models.TextField()
    signature = models.TextField()
    verify_key = models.TextField()

    class Meta:
        """Table name."""

        db_table = "api_signed"

    def __str__(self) -> str:
        """Client and nonce."""
        return f"{self.client_id} {self.nonce}"
