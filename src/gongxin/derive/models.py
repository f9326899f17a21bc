"""Results of evaluation runs; can be dropped and made again bit for bit (评价结果)."""

from django.db import models


class Run(models.Model):
    """One evaluation of all organisations under one model."""

    id = models.TextField(primary_key=True)
    model = models.TextField()
    standing = models.TextField()
    as_of = models.DateField()
    head = models.BigIntegerField()
    release = models.TextField()
    subjects = models.BigIntegerField()
    levels = models.JSONField()
    result_digest = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        """Table name."""

        db_table = "derive_run"

    def __str__(self) -> str:
        """Number of the run."""
        return self.id


class Grade(models.Model):
    """An organisation's score (thousandths) and level in a run."""

    pk = models.CompositePrimaryKey("run_id", "subject")
    run = models.ForeignKey(Run, on_delete=models.PROTECT)
    subject = models.TextField()
    score = models.BigIntegerField()
    level = models.TextField()

    class Meta:
        """Table name; a one-person undertaking cannot have a grade (invariant P1)."""

        db_table = "derive_grade"
        constraints = (
            models.CheckConstraint(
                condition=~models.Q(subject__startswith="92"), name="derive_grade_organisations"
            ),
        )

    def __str__(self) -> str:
        """Subject and level."""
        return f"{self.subject} {self.level}"
