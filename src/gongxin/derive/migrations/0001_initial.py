"""Runs of a model and the grades they gave."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.TextField(primary_key=True, serialize=False)),
                ('model', models.TextField()),
                ('standing', models.TextField()),
                ('as_of', models.DateField()),
                ('head', models.BigIntegerField()),
                ('release', models.TextField()),
                ('subjects', models.BigIntegerField()),
                ('levels', models.JSONField()),
                ('result_digest', models.TextField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'derive_run',
            },
        ),
        migrations.CreateModel(
            name='Grade',
            fields=[
                ('pk', models.CompositePrimaryKey('run_id', 'subject', blank=True, editable=False, primary_key=True, serialize=False)),
                ('subject', models.TextField()),
                ('score', models.BigIntegerField()),
                ('level', models.TextField()),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='derive.run')),
            ],
            options={
                'db_table': 'derive_grade',
                'constraints': [models.CheckConstraint(condition=models.Q(('subject__startswith', '92'), _negated=True), name='derive_grade_organisations')],
            },
        ),
    ]
