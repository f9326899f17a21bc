"""How often somebody asked in a minute."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("personal", "0002_sessions")]

    operations = [
        migrations.CreateModel(
            "Asked",
            [
                ("caller", models.TextField(primary_key=True, serialize=False)),
                ("minute", models.DateTimeField(db_index=True)),
                ("in_minute", models.PositiveIntegerField()),
            ],
            options={"db_table": "personal_asked"},
        ),
    ]
