"""Other numbers of organisations, and the organisation code within the code, found by index."""

import django.db.models.functions.text
from django.db import migrations, models

KINDS = ["registration", "organisation", "tax", "institution", "social"]


class Migration(migrations.Migration):
    """One table and one index."""

    dependencies = [("ledger", "0004_former_names")]

    operations = [
        migrations.CreateModel(
            name="OtherCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("subject", models.TextField()),
                ("kind", models.TextField()),
                ("code", models.TextField()),
                ("batch", models.TextField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={
                "db_table": "ledger_other_code",
                "indexes": [
                    models.Index(fields=["kind", "code"], name="ledger_other_code_found"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("subject", "kind", "code"), name="ledger_other_code_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", KINDS)), name="ledger_other_code_kinds"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "[0-9]{16}"), _negated=True),
                        name="ledger_other_code_is_no_person",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="subject",
            index=models.Index(
                django.db.models.functions.text.Substr("uscc", 9, 9),
                name="ledger_subject_org_code",
            ),
        ),
    ]
