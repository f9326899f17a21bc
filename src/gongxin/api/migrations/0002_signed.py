"""Signatures of calls that were answered."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Signed",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "client_id", "nonce", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("client_id", models.TextField()),
                ("nonce", models.TextField()),
                ("at", models.DateTimeField()),
                ("target", models.TextField()),
                ("content_digest", models.TextField()),
                ("signature_input", models.TextField()),
                ("signature", models.TextField()),
                ("verify_key", models.TextField()),
            ],
            options={"db_table": "api_signed"},
        ),
    ]
