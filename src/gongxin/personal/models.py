"""Sealed rows about natural persons and sealed particulars of people in others' records."""

from django.db import models


class Sealed(models.Model):
    """One encrypted row or set of particulars. Nothing about a person is readable here (封存记录).

    ``blind_key`` is a keyed hash of the act and the person, so that the same row sent twice is
    kept once; without the key it says nothing.
    """

    blind_key = models.TextField(primary_key=True)
    purpose = models.TextField()  # row: about a person; particulars: of a person in a record
    item = models.TextField()
    record_id = models.TextField(default="", blank=True)
    batch = models.TextField()
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
