"""Counting what a client asks about waits for no disk."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("api", "0002_signed")]

    operations = [
        migrations.RunSQL(
            "ALTER TABLE api_asked SET UNLOGGED", "ALTER TABLE api_asked SET LOGGED"
        )
    ]
