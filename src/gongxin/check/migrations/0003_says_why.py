"""An outcome that is worse and not for credit reasons says in words why."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("check", "0002_counted")]

    operations = [
        # What was reported before stays as it was said: nobody puts words into a unit's mouth.
        AddConstraintNotValid(
            model_name="reported",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("for_credit", True),
                    models.Q(("outcome__in", ["strict", "refused", "watched"]), _negated=True),
                    models.Q(("reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="check_reported_worse_says_why",
            ),
        ),
    ]
