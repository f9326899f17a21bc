"""Units, people and what they may do, programs that ask."""

import django.db.models.deletion
import oauth2_provider.generators
import oauth2_provider.models
from django.conf import settings
from django.db import migrations, models

# The three administrators are apart in the database too, whoever writes (三员分立); an agent of an
# organisation has no other role, as the administrators have none.
APART = """
CREATE FUNCTION accounts_duties_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    administrators CONSTANT text[] := ARRAY['system-admin', 'security-admin', 'auditor', 'subject'];
    beyond date := LEAST(COALESCE(NEW.until_on + 1, 'infinity'), COALESCE(NEW.ended_on, 'infinity'));
BEGIN
    -- Two grants at once: the second waits and sees the first.
    PERFORM 1 FROM accounts_staff WHERE id = NEW.staff_id FOR UPDATE;
    IF NEW.from_on < beyond AND (EXISTS (
        SELECT 1 FROM (
            SELECT role, from_on, LEAST(
                COALESCE(until_on + 1, 'infinity'), COALESCE(ended_on, 'infinity')) AS ends
            FROM accounts_assignment WHERE staff_id = NEW.staff_id AND id <> NEW.id) a
        WHERE a.role <> NEW.role
          AND (array_position(administrators, a.role) IS NOT NULL
               OR array_position(administrators, NEW.role) IS NOT NULL)
          AND a.from_on < a.ends AND a.from_on < beyond AND NEW.from_on < a.ends
    ) OR (array_position(administrators, NEW.role) IS NOT NULL AND EXISTS (
        SELECT 1 FROM accounts_delegation d
        WHERE d.taker_id = NEW.staff_id AND NEW.from_on <= d.until_on AND d.from_on < beyond
          AND COALESCE(d.ended_on, 'infinity') > NEW.from_on
          AND d.from_on < COALESCE(d.ended_on, 'infinity')))) THEN
        RAISE EXCEPTION 'administrators are apart'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_duties_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_assignment_apart BEFORE INSERT OR UPDATE ON accounts_assignment
FOR EACH ROW EXECUTE FUNCTION accounts_duties_apart();
CREATE FUNCTION accounts_delegation_apart() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    administrators CONSTANT text[] := ARRAY['system-admin', 'security-admin', 'auditor', 'subject'];
    given accounts_assignment%ROWTYPE;
BEGIN
    PERFORM 1 FROM accounts_staff WHERE id = NEW.taker_id FOR UPDATE;
    SELECT * INTO given FROM accounts_assignment WHERE id = NEW.assignment_id;
    IF array_position(administrators, given.role) IS NOT NULL
        OR given.staff_id = NEW.taker_id
        OR NOT EXISTS (
            SELECT 1 FROM accounts_staff s WHERE s.id = NEW.taker_id AND s.unit = given.unit)
        OR EXISTS (
            SELECT 1 FROM accounts_assignment a
            WHERE a.staff_id = NEW.taker_id AND array_position(administrators, a.role) IS NOT NULL
              AND a.from_on <= NEW.until_on
              AND NEW.from_on < LEAST(
                  COALESCE(a.until_on + 1, 'infinity'), COALESCE(a.ended_on, 'infinity'))) THEN
        RAISE EXCEPTION 'administrators are apart'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'accounts_duties_apart';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER accounts_delegation_apart BEFORE INSERT ON accounts_delegation
FOR EACH ROW EXECUTE FUNCTION accounts_delegation_apart();
"""
TOGETHER = """
DROP TRIGGER accounts_assignment_apart ON accounts_assignment;
DROP TRIGGER accounts_delegation_apart ON accounts_delegation;
DROP FUNCTION accounts_duties_apart;
DROP FUNCTION accounts_delegation_apart;
"""


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    # Libraries' tables name Staff and Client: they come first.
    run_before = [
        ('account', '0001_initial'),
        ('mfa', '0001_initial'),
        ('oauth2_provider', '0001_initial'),
        ('socialaccount', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Unit',
            fields=[
                ('uscc', models.TextField(primary_key=True, serialize=False)),
                ('name', models.TextField()),
                ('name_key', models.TextField(db_index=True)),
                ('region', models.TextField(blank=True, default='')),
                ('member', models.BooleanField(default=False)),
                ('vertical', models.BooleanField(default=False)),
                ('parent', models.TextField(blank=True, default='')),
                ('valid_until', models.DateField(default=None, null=True)),
                ('successor', models.TextField(blank=True, default='')),
            ],
            options={
                'db_table': 'accounts_unit',
            },
        ),
        migrations.CreateModel(
            name='FormerUnit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='accounts.unit')),
                ('uscc', models.TextField()),
                ('name', models.TextField()),
                ('name_key', models.TextField()),
                ('valid_from', models.DateField(null=True)),
                ('valid_until', models.DateField()),
            ],
            options={
                'db_table': 'accounts_former_unit',
            },
        ),
        migrations.CreateModel(
            name='HandInRight',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='accounts.unit')),
                ('item', models.TextField(blank=True, default='')),
            ],
            options={
                'db_table': 'accounts_hand_in',
                'constraints': [models.UniqueConstraint(fields=('unit', 'item'), name='accounts_hand_in_once')],
            },
        ),
        migrations.CreateModel(
            name='Staff',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('login', models.TextField(unique=True)),
                ('name', models.TextField()),
                ('staff_no', models.TextField()),
                ('unit', models.TextField()),
                ('is_active', models.BooleanField(default=True)),
            ],
            options={
                'db_table': 'accounts_staff',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('staff_no', ''), _negated=True)), name='accounts_staff_named'), models.UniqueConstraint(fields=('unit', 'staff_no'), name='accounts_staff_person')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('role', models.TextField()),
                ('unit', models.TextField()),
                ('from_on', models.DateField()),
                ('until_on', models.DateField(null=True)),
                ('granted_by', models.TextField()),
                ('granted_at', models.DateTimeField()),
                ('ended_on', models.DateField(null=True)),
                ('ended_by', models.TextField(blank=True, default='')),
                ('document', models.TextField(blank=True, default='')),
            ],
            options={
                'db_table': 'accounts_assignment',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('role', 'subject'), _negated=True), models.Q(models.Q(('document', ''), _negated=True), ('until_on__isnull', False)), _connector='OR'), name='accounts_assignment_agent'), models.CheckConstraint(condition=models.Q(('until_on__isnull', True), ('until_on__gte', models.F('from_on')), _connector='OR'), name='accounts_assignment_days')],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('assignment', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='accounts.assignment')),
                ('taker', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
                ('from_on', models.DateField()),
                ('until_on', models.DateField()),
                ('granted_by', models.TextField()),
                ('granted_at', models.DateTimeField()),
                ('ended_on', models.DateField(null=True)),
                ('ended_by', models.TextField(blank=True, default='')),
            ],
            options={
                'db_table': 'accounts_delegation',
                'constraints': [models.CheckConstraint(condition=models.Q(('until_on__gte', models.F('from_on'))), name='accounts_delegation_days')],
            },
        ),
        migrations.CreateModel(
            name='FirstEntry',
            fields=[
                ('staff', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, serialize=False, to=settings.AUTH_USER_MODEL)),
                ('made_by', models.TextField()),
                ('released_by', models.TextField(blank=True, default='')),
                ('released_at', models.DateTimeField(null=True)),
                ('code', models.TextField(blank=True, default='')),
                ('wrong', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'db_table': 'accounts_first_entry',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('released_by', models.F('made_by')), _negated=True), ('made_by__startswith', 'operator:'), _connector='OR'), name='accounts_first_entry_two')],
            },
        ),
        migrations.CreateModel(
            name='FailedLogin',
            fields=[
                ('key', models.TextField(primary_key=True, serialize=False)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('last_at', models.DateTimeField()),
            ],
            options={
                'db_table': 'accounts_failed_login',
            },
        ),
        migrations.CreateModel(
            name='CountedFailure',
            fields=[
                ('key', models.TextField(primary_key=True, serialize=False)),
                ('object', models.TextField()),
                ('reason', models.TextField()),
                ('minute', models.DateTimeField()),
                ('more', models.PositiveIntegerField(default=0)),
            ],
            options={
                'db_table': 'accounts_counted_failure',
            },
        ),
        migrations.CreateModel(
            name='SpecialQuery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('unit', models.TextField()),
                ('items', models.JSONField()),
                ('subjects', models.JSONField()),
                ('form', models.TextField(blank=True, default='')),
                ('purpose', models.TextField()),
                ('matter', models.TextField()),
                ('basis', models.TextField()),
                ('from_on', models.DateField()),
                ('until_on', models.DateField()),
                ('asked_by', models.TextField()),
                ('asked_at', models.DateTimeField()),
                ('granted', models.BooleanField(null=True)),
                ('decided_by', models.TextField(blank=True, default='')),
                ('decided_at', models.DateTimeField(null=True)),
                ('decided_reason', models.TextField(blank=True, default='')),
                ('revoked_by', models.TextField(blank=True, default='')),
                ('revoked_at', models.DateTimeField(null=True)),
                ('revoked_reason', models.TextField(blank=True, default='')),
            ],
            options={
                'db_table': 'accounts_special_query',
                'constraints': [models.CheckConstraint(condition=models.Q(('until_on__gte', models.F('from_on')), models.Q(('basis', ''), _negated=True), models.Q(('asked_by', ''), _negated=True)), name='accounts_special_query_founded'), models.CheckConstraint(condition=models.Q(('revoked_at__isnull', True), models.Q(('granted__isnull', False), ('granted', True), models.Q(('revoked_reason', ''), _negated=True)), _connector='OR'), name='accounts_special_query_revoked'), models.CheckConstraint(condition=models.Q(models.Q(('decided_by', ''), ('granted__isnull', True)), models.Q(('granted__isnull', False), models.Q(('decided_by__in', ['', models.F('asked_by')]), _negated=True), models.Q(('decided_reason', ''), _negated=True)), _connector='OR'), name='accounts_special_query_two')],
            },
        ),
        migrations.CreateModel(
            name='Client',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('client_id', models.CharField(db_index=True, default=oauth2_provider.generators.generate_client_id, max_length=255, unique=True, verbose_name='client ID')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='%(app_label)s_%(class)s', to=settings.AUTH_USER_MODEL, verbose_name='user')),
                ('redirect_uris', models.TextField(blank=True, help_text='Allowed URIs list, space separated', verbose_name='redirect URIs')),
                ('post_logout_redirect_uris', models.TextField(blank=True, default='', help_text='Allowed Post Logout URIs list, space separated', verbose_name='post logout redirect URIs')),
                ('client_type', models.CharField(choices=[('confidential', 'Confidential'), ('public', 'Public')], max_length=32, verbose_name='client type')),
                ('authorization_grant_type', models.CharField(choices=[('authorization-code', 'Authorization code'), ('urn:ietf:params:oauth:grant-type:device_code', 'Device Code'), ('implicit', 'Implicit'), ('password', 'Resource owner password-based'), ('client-credentials', 'Client credentials'), ('openid-hybrid', 'OpenID connect hybrid')], max_length=44, verbose_name='authorization grant type')),
                ('client_secret', oauth2_provider.models.ClientSecretField(blank=True, db_index=True, default=oauth2_provider.generators.generate_client_secret, help_text='Client secret for authentication', max_length=255, verbose_name='client secret')),
                ('hash_client_secret', models.BooleanField(default=True, verbose_name='hash client secret')),
                ('name', models.CharField(blank=True, max_length=255, verbose_name='name')),
                ('skip_authorization', models.BooleanField(default=False, verbose_name='skip authorization')),
                ('created', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('updated', models.DateTimeField(auto_now=True, verbose_name='updated')),
                ('algorithm', models.CharField(blank=True, choices=[('', 'No OIDC support'), ('RS256', 'RSA with SHA-2 256'), ('HS256', 'HMAC with SHA-2 256')], default='', max_length=5, verbose_name='algorithm')),
                ('allowed_origins', models.TextField(blank=True, default='', help_text='Allowed origins list to enable CORS, space separated', verbose_name='allowed origins')),
                ('registration_source', models.CharField(choices=[('manual', 'Manual'), ('dcr', 'Dynamic Client Registration'), ('cimd', 'Client ID Metadata Document')], default='manual', help_text='How this application was registered (manual, DCR per RFC 7591, or CIMD)', max_length=32, verbose_name='registration source')),
                ('cimd_expires_at', models.DateTimeField(blank=True, default=None, help_text='When the cached Client ID Metadata Document should be re-fetched', null=True, verbose_name='CIMD expires at')),
                ('unit', models.TextField()),
                ('roles', models.JSONField(default=list)),
                ('purposes', models.JSONField(default=None, null=True)),
                ('matters', models.JSONField(default=None, null=True)),
                ('items', models.JSONField(default=None, null=True)),
                ('quota', models.PositiveIntegerField(default=10000)),
                ('rate', models.PositiveIntegerField(default=0)),
                ('disabled', models.BooleanField(default=False)),
                ('verify_key', models.TextField(blank=True, default='')),
            ],
            options={
                'db_table': 'accounts_client',
                'abstract': False,
            },
        ),
        migrations.RunSQL(APART, TOGETHER),
    ]
