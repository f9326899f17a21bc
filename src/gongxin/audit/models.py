"""Tables of the audit log; made by SQL, appended by ``audit.actions`` alone, never changed."""

from django.db import models


class Row(models.Model):
    """One deed as it was recorded; content and salt are NULL after a lawful erasure (审计记录)."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor = models.TextField()
    action = models.TextField()
    object = models.TextField()
    purpose = models.TextField()
    content = models.BinaryField(null=True)
    salt = models.BinaryField(null=True)

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "audit_row"

    def __str__(self) -> str:
        """Number and action."""
        return f"{self.id} {self.action}"


class Pending(models.Model):
    """A row that is not sealed yet; the sealer takes it away in the transaction that seals it."""

    row_id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "audit_pending"

    def __str__(self) -> str:
        """Number of the row."""
        return str(self.row_id)


class Leaf(models.Model):
    """A row's place in the tree and its leaf (叶节点)."""

    index = models.BigIntegerField(primary_key=True)
    row_id = models.BigIntegerField(unique=True)
    hash = models.BinaryField()

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "audit_leaf"

    def __str__(self) -> str:
        """Place."""
        return str(self.index)


class SignedHead(models.Model):
    """A signed head of the tree: the log up to a size (检查点).

    ``nodes`` is the tree's right edge, from which it grows; ``note`` is what witnesses get.
    """

    size = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    algorithm = models.TextField()
    nodes = models.BinaryField()
    note = models.TextField()

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "audit_head"

    def __str__(self) -> str:
        """Size."""
        return str(self.size)


class Witnessed(models.Model):
    """That a witness outside has taken a signed head (外部见证)."""

    size = models.BigIntegerField()
    witness = models.TextField()
    at = models.DateTimeField()

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "audit_witnessed"

    def __str__(self) -> str:
        """Witness and size."""
        return f"{self.witness} {self.size}"


class Looked(models.Model):
    """A look at the organisation that the transaction acts for: a view, without whose it was."""

    id = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    object = models.TextField()
    unit = models.TextField()
    purpose = models.TextField()
    matter = models.TextField()
    case_no = models.TextField()

    class Meta:
        """Made by SQL."""

        managed = False
        db_table = "audit_look"

    def __str__(self) -> str:
        """Unit and instant."""
        return f"{self.unit} {self.at}"
