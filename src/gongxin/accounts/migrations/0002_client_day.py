"""How much client systems use, by day; counting waits for no disk."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="ClientDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "client_id",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("client_id", models.TextField()),
                ("day", models.DateField()),
                ("calls", models.BigIntegerField(default=0)),
                ("refused", models.BigIntegerField(default=0)),
                ("asked", models.BigIntegerField(default=0)),
                ("last_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "accounts_client_day"},
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_client_day SET UNLOGGED",
            "ALTER TABLE accounts_client_day SET LOGGED",
        ),
    ]
