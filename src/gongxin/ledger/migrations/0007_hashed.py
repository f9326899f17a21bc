"""The first signs of each code's hash, stored: rewrites the table, some minutes at millions."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ledger', '0006_changes'),
    ]

    operations = [
        migrations.AddField(
            model_name='subject',
            name='hashed',
            field=models.GeneratedField(db_persist=True, expression=models.Func('uscc', template="substr(encode(sha256(%(expressions)s::bytea), 'hex'), 1, 4)"), output_field=models.TextField()),
        ),
        migrations.AddIndex(
            model_name='subject',
            index=models.Index(condition=models.Q(('kind', 'organisation')), fields=['hashed'], name='ledger_subject_hashed'),
        ),
    ]
