"""Subscriptions and deliveries."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.TextField(primary_key=True, serialize=False)),
                ('client', models.TextField()),
                ('unit', models.TextField()),
                ('address', models.TextField()),
                ('kinds', models.JSONField()),
                ('proposed_by', models.TextField()),
                ('proposed_at', models.DateTimeField()),
                ('decision', models.TextField(blank=True, default='')),
                ('decided_by', models.TextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(null=True)),
                ('disabled_at', models.DateTimeField(null=True)),
                ('disabled_by', models.TextField(blank=True, default='')),
                ('disabled_why', models.TextField(blank=True, default='')),
                ('generation', models.PositiveIntegerField(default=1)),
                ('rotated_at', models.DateTimeField(null=True)),
                ('began_at_revision', models.BigIntegerField(default=0)),
                ('cursor', models.BigIntegerField(default=0)),
                ('forgotten_upto', models.BigIntegerField(default=0)),
                ('rests_until', models.DateTimeField(null=True)),
                ('failing_since', models.DateTimeField(null=True)),
                ('leased_until', models.DateTimeField(null=True)),
                ('fence', models.BigIntegerField(default=0)),
            ],
            options={
                'db_table': 'push_subscription',
                'constraints': [models.CheckConstraint(condition=models.Q(('decided_by', models.F('proposed_by')), _negated=True), name='push_subscription_two_people'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at__isnull', True), ('decided_by', ''), ('decision', '')), models.Q(('decided_at__isnull', False), ('decision__in', ('approved', 'refused')), models.Q(('decided_by', ''), _negated=True)), _connector='OR'), name='push_subscription_decided'), models.CheckConstraint(condition=models.Q(('address__startswith', 'https://')), name='push_subscription_https'), models.UniqueConstraint(condition=models.Q(('decision__in', ('', 'approved')), ('disabled_at__isnull', True)), fields=('client', 'address'), name='push_subscription_once')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.TextField(primary_key=True, serialize=False)),
                ('since', models.BigIntegerField()),
                ('upto', models.BigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('state', models.TextField(default='waiting')),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('status', models.PositiveIntegerField(null=True)),
                ('fault', models.TextField(blank=True, default='')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='push.subscription')),
            ],
            options={
                'db_table': 'push_delivery',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['subscription', 'next_at'], name='push_delivery_waiting'), models.Index(fields=['sent_at'], name='push_delivery_sent')],
                'constraints': [models.UniqueConstraint(fields=('subscription', 'since'), name='push_delivery_once'), models.CheckConstraint(condition=models.Q(('state__in', ('waiting', 'delivered', 'dead'))), name='push_delivery_states'), models.CheckConstraint(condition=models.Q(('since__lt', models.F('upto'))), name='push_delivery_range')],
            },
        ),
    ]
