"""Rows are found by their person, and stand once their batch does; what was there stands."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("personal", "0001_initial")]

    operations = [
        migrations.AddField(
            "sealed", "person", models.TextField(blank=True, db_index=True, default="")
        ),
        migrations.AddField("sealed", "stands", models.BooleanField(default=True)),
        migrations.AlterField("sealed", "stands", models.BooleanField(default=False)),
        migrations.AlterField("sealed", "batch", models.TextField(db_index=True)),
    ]
