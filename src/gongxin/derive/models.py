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


class Counted(models.Model):
    """How much was public on a day, for the start page; counted again each hour (首页数字)."""

    as_of = models.DateField(primary_key=True)
    subjects = models.BigIntegerField()
    records = models.BigIntegerField()
    units = models.BigIntegerField()
    counted_at = models.DateTimeField()

    class Meta:
        """Table name; one row a day."""

        db_table = "derive_counted"

    def __str__(self) -> str:
        """Day."""
        return str(self.as_of)
