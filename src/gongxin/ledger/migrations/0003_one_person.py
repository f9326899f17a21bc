"""When an organisation turned out to be one person's: what copies have to drop."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("ledger", "0002_record_number")]

    operations = [
        migrations.CreateModel(
            name="OnePerson",
            fields=[
                ("subject", models.TextField(primary_key=True, serialize=False)),
                ("revision", models.BigIntegerField()),
            ],
            options={
                "db_table": "ledger_one_person",
                "indexes": [
                    models.Index(fields=["revision"], name="ledger_one_person_since")
                ],
            },
        ),
    ]
