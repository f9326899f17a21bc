"""Rejected rows stay open until they are sent again or cancelled; a batch may be revoked."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('intake', '0003_taken'),
    ]

    operations = [
        migrations.AddField(
            model_name='batch',
            name='columns',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='batch',
            name='header',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='batch',
            name='kind',
            field=models.TextField(default='csv'),
        ),
        migrations.AddField(
            model_name='batch',
            name='revoked_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='batch',
            name='revoked_by',
            field=models.TextField(default=''),
        ),
        migrations.AddField(
            model_name='batch',
            name='revoked_why',
            field=models.TextField(default=''),
        ),
        migrations.CreateModel(
            name='Reject',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.BigIntegerField()),
                ('unit', models.TextField()),
                ('item', models.TextField()),
                ('cells', models.JSONField()),
                ('likeness', models.TextField()),
                ('outcome', models.TextField()),
                ('closed_batch', models.TextField(default='')),
                ('closed_row', models.BigIntegerField(null=True)),
                ('closed_at', models.DateTimeField(null=True)),
                ('actor', models.TextField()),
                ('reason', models.TextField()),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='intake.batch')),
            ],
            options={
                'db_table': 'intake_reject',
                'indexes': [models.Index(condition=models.Q(('outcome', '')), fields=['unit', 'item'], name='intake_reject_open')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'row'), name='intake_reject_once')],
            },
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('record_id', models.TextField(primary_key=True, serialize=False)),
                ('subject', models.TextField()),
                ('revision', models.BigIntegerField()),
                ('unit', models.TextField()),
                ('ground', models.TextField()),
                ('reason', models.TextField()),
                ('actor', models.TextField()),
                ('at', models.DateTimeField()),
            ],
            options={'db_table': 'intake_withdrawal'},
        ),
    ]
