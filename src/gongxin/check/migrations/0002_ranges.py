"""How many signs a check by prefix has on a day."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('check', '0001_initial'),
    ]

    operations = [
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
