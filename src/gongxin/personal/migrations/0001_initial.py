"""Sealed records, consents and their uses."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Sealed',
            fields=[
                ('blind_key', models.TextField(primary_key=True, serialize=False)),
                ('person', models.TextField(blank=True, db_index=True, default='')),
                ('purpose', models.TextField()),
                ('item', models.TextField()),
                ('record_id', models.TextField(blank=True, default='')),
                ('batch', models.TextField(db_index=True)),
                ('stands', models.BooleanField(default=False)),
                ('ciphertext', models.BinaryField()),
                ('algorithm', models.TextField()),
                ('key_id', models.TextField()),
                ('sealed_at', models.DateTimeField()),
                ('retain_until', models.DateField()),
            ],
            options={
                'db_table': 'personal_sealed',
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.TextField(primary_key=True, serialize=False)),
                ('token_hash', models.TextField(unique=True)),
                ('person', models.TextField(db_index=True)),
                ('client', models.TextField()),
                ('purpose', models.TextField()),
                ('items', models.JSONField()),
                ('uses', models.PositiveIntegerField()),
                ('used', models.PositiveIntegerField(default=0)),
                ('text_version', models.TextField()),
                ('granted_at', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('withdrawn_at', models.DateTimeField(null=True)),
            ],
            options={
                'db_table': 'personal_grant',
                'constraints': [models.CheckConstraint(condition=models.Q(('used__lte', models.F('uses'))), name='personal_grant_used')],
            },
        ),
        migrations.CreateModel(
            name='Use',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('items', models.JSONField()),
                ('n_records', models.PositiveIntegerField()),
                ('grant', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='personal.grant')),
            ],
            options={
                'db_table': 'personal_use',
            },
        ),
    ]
