"""Checks are found by their whole number: Django's second index on it, for LIKE, is for nothing."""

from django.db import migrations

NAME = "check_asked_check_no_f5abfda6_like"
FORWARD = f"DROP INDEX {NAME}"
BACKWARD = f"CREATE INDEX {NAME} ON check_asked (check_no text_pattern_ops)"


class Migration(migrations.Migration):
    dependencies = [("check", "0003_says_why")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
