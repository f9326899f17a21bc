"""Sessions of persons; name and number of who consented, as one keyed hash."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("personal", "0001_initial")]

    operations = [
        migrations.AddField("Grant", "identity", models.TextField(blank=True, default="")),
        migrations.CreateModel(
            "Session",
            [
                ("key_hash", models.TextField(primary_key=True, serialize=False)),
                ("person", models.TextField(db_index=True)),
                ("identity", models.TextField(blank=True, default="")),
                ("began_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField()),
            ],
            options={"db_table": "personal_session"},
        ),
    ]
