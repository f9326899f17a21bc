"""The public key of a client that signs its calls."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_duties_apart")]

    operations = [
        migrations.AddField(
            model_name="client",
            name="verify_key",
            field=models.TextField(blank=True, default=""),
        ),
    ]
