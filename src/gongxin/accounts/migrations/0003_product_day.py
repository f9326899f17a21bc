"""How often products are called, by client and day; counting waits for no disk."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_client_day")]

    operations = [
        migrations.CreateModel(
            name="ProductDay",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "client_id",
                        "product",
                        "day",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("client_id", models.TextField()),
                ("product", models.TextField()),
                ("day", models.DateField()),
                ("calls", models.BigIntegerField(default=0)),
                ("last_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "accounts_product_day"},
        ),
        migrations.RunSQL(
            "ALTER TABLE accounts_product_day SET UNLOGGED",
            "ALTER TABLE accounts_product_day SET LOGGED",
        ),
        migrations.RemoveField("clientday", "calls"),
        migrations.RemoveField("clientday", "last_at"),
    ]
