"""Figures of the start page, counted beside the server."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("derive", "0001_initial")]
    operations = [
        migrations.CreateModel(
            name="Counted",
            fields=[
                ("as_of", models.DateField(primary_key=True, serialize=False)),
                ("subjects", models.BigIntegerField()),
                ("records", models.BigIntegerField()),
                ("units", models.BigIntegerField()),
                ("counted_at", models.DateTimeField()),
            ],
            options={"db_table": "derive_counted"},
        ),
    ]
