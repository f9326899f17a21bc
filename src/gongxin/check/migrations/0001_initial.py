"""Checks, lists of them, and what became of the cases."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Batch',
            fields=[
                ('id', models.TextField(primary_key=True, serialize=False)),
                ('unit', models.TextField()),
                ('asker', models.TextField()),
                ('matter', models.TextField()),
                ('purpose', models.TextField()),
                ('case_no', models.TextField()),
                ('as_of', models.DateField()),
                ('asked_at', models.DateTimeField()),
                ('rows', models.BigIntegerField()),
            ],
            options={
                'db_table': 'check_batch',
            },
        ),
        migrations.CreateModel(
            name='Chunk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='check.batch')),
                ('number', models.IntegerField()),
                ('codes', models.TextField()),
                ('done', models.BooleanField(default=False)),
                ('answered', models.IntegerField(default=0)),
                ('refused', models.IntegerField(default=0)),
            ],
            options={
                'db_table': 'check_chunk',
                'indexes': [models.Index(condition=models.Q(('done', False)), fields=['batch', 'number'], name='check_chunk_open')],
                'constraints': [models.UniqueConstraint(fields=('batch', 'number'), name='check_chunk_once')],
            },
        ),
        migrations.CreateModel(
            name='Asked',
            fields=[
                ('check_no', models.TextField(primary_key=True, serialize=False)),
                ('batch', models.TextField(default='')),
                ('asked_at', models.DateTimeField()),
                ('as_of', models.DateField()),
                ('asker', models.TextField()),
                ('unit', models.TextField()),
                ('subject', models.TextField()),
                ('matter', models.TextField()),
                ('purpose', models.TextField()),
                ('case_no', models.TextField()),
                ('status', models.TextField()),
                ('measures', models.JSONField()),
                ('content', models.TextField()),
                ('digest', models.TextField()),
            ],
            options={
                'db_table': 'check_asked',
                'indexes': [models.Index(fields=['unit', 'matter', 'case_no'], name='check_asked_case'), models.Index(fields=['subject', 'asked_at'], name='check_asked_subject'), models.Index(fields=['asked_at'], name='check_asked_day')],
            },
        ),
        migrations.CreateModel(
            name='Case',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.TextField()),
                ('matter', models.TextField()),
                ('case_no', models.TextField()),
                ('subject', models.TextField()),
                ('handled_on', models.DateField()),
            ],
            options={
                'db_table': 'check_case',
                'constraints': [models.UniqueConstraint(fields=('unit', 'matter', 'case_no', 'subject'), name='check_case_once')],
            },
        ),
        migrations.CreateModel(
            name='Reported',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='check.asked')),
                ('outcome', models.TextField()),
                ('measure', models.TextField()),
                ('for_credit', models.BooleanField()),
                ('reason', models.TextField()),
                ('reported_at', models.DateTimeField()),
                ('reporter', models.TextField()),
            ],
            options={
                'db_table': 'check_reported',
                'constraints': [models.CheckConstraint(condition=models.Q(('for_credit', False), models.Q(('measure', ''), _negated=True), _connector='OR'), name='check_reported_worse_has_its_measure')],
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('reported', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='check.reported')),
                ('subject', models.TextField(db_index=True)),
                ('text', models.TextField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'check_notice',
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('reported', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to='check.reported')),
                ('subject', models.TextField(db_index=True)),
                ('measure', models.TextField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'check_proposal',
            },
        ),
        migrations.CreateModel(
            name='RangeDay',
            fields=[
                ('day', models.DateField(primary_key=True, serialize=False)),
                ('digits', models.SmallIntegerField(null=True)),
                ('organisations', models.BigIntegerField()),
            ],
            options={
                'db_table': 'check_range_day',
            },
        ),
    ]
