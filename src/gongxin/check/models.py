"""Tables of the checks: who was asked about for what, and what became of the case (核查记录)."""

from django.db import models


class Asked(models.Model):
    """An answered check. ``content`` is the answer as it was signed, ``digest`` its hash.

    ``measures`` are the measures of the answer, by which a worse outcome is justified. Of a batch
    the answers stand in its result file and ``content`` is empty.
    """

    check_no = models.TextField(primary_key=True)
    batch = models.TextField(default="")
    asked_at = models.DateTimeField()
    as_of = models.DateField()
    asker = models.TextField()
    unit = models.TextField()
    subject = models.TextField()
    matter = models.TextField()
    purpose = models.TextField()
    case_no = models.TextField()
    status = models.TextField()
    measures = models.JSONField()
    content = models.TextField()
    digest = models.TextField()

    class Meta:
        """Table name, and the ways in which it is counted."""

        db_table = "check_asked"
        indexes = (
            models.Index(fields=("unit", "matter", "case_no"), name="check_asked_case"),
            models.Index(fields=("subject", "asked_at"), name="check_asked_subject"),
            models.Index(fields=("asked_at",), name="check_asked_day"),
        )

    def __str__(self) -> str:
        """Check number."""
        return self.check_no


class Batch(models.Model):
    """A question about many organisations, of one unit, matter and purpose, as of one day."""

    id = models.TextField(primary_key=True)
    unit = models.TextField()
    asker = models.TextField()
    matter = models.TextField()
    purpose = models.TextField()
    case_no = models.TextField()
    as_of = models.DateField()
    asked_at = models.DateTimeField()
    rows = models.BigIntegerField()

    class Meta:
        """Table name."""

        db_table = "check_batch"

    def __str__(self) -> str:
        """Number."""
        return self.id


class Chunk(models.Model):
    """A part of a batch that one worker answers; ``codes`` are emptied when it is done.

    A code stands on a line of its own; a line is empty where no code may be kept, and has the
    class alone where it is a sole trader's.
    """

    batch = models.ForeignKey(Batch, on_delete=models.PROTECT)
    number = models.IntegerField()
    codes = models.TextField()
    done = models.BooleanField(default=False)
    answered = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)

    class Meta:
        """Table name; a chunk is there once, and those to be done are found."""

        db_table = "check_chunk"
        constraints = (
            models.UniqueConstraint(fields=("batch", "number"), name="check_chunk_once"),
        )
        indexes = (
            models.Index(
                fields=("batch", "number"),
                condition=models.Q(done=False),
                name="check_chunk_open",
            ),
        )

    def __str__(self) -> str:
        """Batch and number."""
        return f"{self.batch_id} {self.number}"


class Reported(models.Model):
    """What became of a case, as the unit that decided it says; the latest row counts (办理结果).

    A statistic and nothing else: never a record, entry, weight or warning (legal.md L6).
    """

    asked = models.ForeignKey(Asked, on_delete=models.PROTECT)
    outcome = models.TextField()
    measure = models.TextField()  # of the answer; empty: not for credit reasons, or not worse
    for_credit = models.BooleanField()
    reason = models.TextField()
    reported_at = models.DateTimeField()
    reporter = models.TextField()

    class Meta:
        """Table name; a worse outcome names its measure, or in words another reason."""

        db_table = "check_reported"
        constraints = (
            models.CheckConstraint(
                condition=models.Q(for_credit=False) | ~models.Q(measure=""),
                name="check_reported_worse_has_its_measure",
            ),
            models.CheckConstraint(
                condition=models.Q(for_credit=True)
                | ~models.Q(outcome__in=["strict", "refused", "watched"])
                | ~models.Q(reason=""),
                name="check_reported_worse_says_why",
            ),
        )

    def __str__(self) -> str:
        """Outcome and check."""
        return f"{self.outcome} {self.asked_id}"


class Notice(models.Model):
    """What an organisation is told of an outcome that was worse for it, on the same day (告知)."""

    reported = models.OneToOneField(Reported, on_delete=models.PROTECT, primary_key=True)
    subject = models.TextField(db_index=True)
    text = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        """Table name."""

        db_table = "check_notice"

    def __str__(self) -> str:
        """Organisation and day."""
        return f"{self.subject} {self.made_at:%Y-%m-%d}"


class Proposal(models.Model):
    """A unit proposes closer supervision; a person decides, until then it has no effect.

    It stands only while its report is the latest of the check.
    """

    reported = models.OneToOneField(Reported, on_delete=models.PROTECT, primary_key=True)
    subject = models.TextField(db_index=True)
    measure = models.TextField()
    made_at = models.DateTimeField()

    class Meta:
        """Table name."""

        db_table = "check_proposal"

    def __str__(self) -> str:
        """Organisation and measure."""
        return f"{self.subject} {self.measure}"


class Case(models.Model):
    """A case that a unit handled in a matter; with a check it was checked (应查必查)."""

    unit = models.TextField()
    matter = models.TextField()
    case_no = models.TextField()
    subject = models.TextField()
    handled_on = models.DateField()

    class Meta:
        """Table name; a case is counted once."""

        db_table = "check_case"
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "matter", "case_no", "subject"), name="check_case_once"
            ),
        )

    def __str__(self) -> str:
        """Case number."""
        return self.case_no


class RangeDay(models.Model):
    """How many signs of a hash a check by prefix has on a day: the same for all day long.

    ``digits`` is empty while the platform knows too few organisations to hide one among them.
    """

    day = models.DateField(primary_key=True)
    digits = models.SmallIntegerField(null=True)
    organisations = models.BigIntegerField()

    class Meta:
        """Table name."""

        db_table = "check_range_day"

    def __str__(self) -> str:
        """Day."""
        return str(self.day)
