"""What callers have used up, answers that are given again, and signatures of answered calls."""

from django.db import migrations, models

# Counted at every request and worth nothing after a crash: no log of it is written, and counting
# what a client asks about waits for no disk.
UNLOGGED = "ALTER TABLE api_used SET UNLOGGED; ALTER TABLE api_asked SET UNLOGGED;"
LOGGED = "ALTER TABLE api_used SET LOGGED; ALTER TABLE api_asked SET LOGGED;"


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Asked',
            fields=[
                ('pk', models.CompositePrimaryKey('client_id', 'day', blank=True, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.TextField()),
                ('day', models.DateField()),
                ('organisations', models.IntegerField()),
            ],
            options={
                'db_table': 'api_asked',
            },
        ),
        migrations.CreateModel(
            name='Kept',
            fields=[
                ('pk', models.CompositePrimaryKey('client_id', 'key', blank=True, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.TextField()),
                ('key', models.TextField()),
                ('request', models.TextField()),
                ('status', models.SmallIntegerField()),
                ('content_type', models.TextField()),
                ('body', models.TextField()),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'api_kept',
            },
        ),
        migrations.CreateModel(
            name='Signed',
            fields=[
                ('pk', models.CompositePrimaryKey('client_id', 'nonce', blank=True, editable=False, primary_key=True, serialize=False)),
                ('client_id', models.TextField()),
                ('nonce', models.TextField()),
                ('at', models.DateTimeField()),
                ('target', models.TextField()),
                ('content_digest', models.TextField()),
                ('signature_input', models.TextField()),
                ('signature', models.TextField()),
                ('verify_key', models.TextField()),
            ],
            options={
                'db_table': 'api_signed',
            },
        ),
        migrations.CreateModel(
            name='Used',
            fields=[
                ('caller', models.TextField(primary_key=True, serialize=False)),
                ('second', models.BigIntegerField()),
                ('in_second', models.IntegerField()),
                ('minute', models.BigIntegerField()),
                ('in_minute', models.IntegerField()),
                ('day', models.BigIntegerField(db_index=True)),
                ('in_day', models.IntegerField()),
            ],
            options={
                'db_table': 'api_used',
            },
        ),
        migrations.RunSQL(UNLOGGED, LOGGED),
    ]
