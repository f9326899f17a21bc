"""Numbers by which records are found; ``gongxin init`` fills them for records that are there."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="RecordNumber",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "number",
                        "subject",
                        "record_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.TextField()),
                ("subject", models.TextField()),
                ("record_id", models.TextField()),
            ],
            options={"db_table": "ledger_record_number"},
        ),
    ]
