import django.db.models.deletion
import lessalone.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('vault', '__first__'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Baby',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', lessalone.kit.ids.PublicIdField()),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'babies',
            },
        ),
        migrations.CreateModel(
            name='BabyPage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_id', models.UUIDField(editable=False, null=True)),
                ('name_sealed', models.BinaryField(default=b'')),
                ('nicknames_sealed', models.BinaryField(default=b'')),
                ('kinds', models.JSONField(blank=True, default=list)),
                ('kind_words_sealed', models.BinaryField(default=b'')),
                ('born_on', models.DateField(blank=True, null=True)),
                ('born_precision', models.CharField(blank=True, choices=[('', 'Not said'), ('unsure', 'Not sure'), ('year', 'The year'), ('month', 'The month'), ('day', 'The day')], default='', max_length=6)),
                ('died_on', models.DateField(blank=True, null=True)),
                ('died_precision', models.CharField(blank=True, choices=[('', 'Not said'), ('unsure', 'Not sure'), ('year', 'The year'), ('month', 'The month'), ('day', 'The day')], default='', max_length=6)),
                ('due_on', models.DateField(blank=True, null=True)),
                ('due_precision', models.CharField(blank=True, choices=[('', 'Not said'), ('unsure', 'Not sure'), ('year', 'The year'), ('month', 'The month'), ('day', 'The day')], default='', max_length=6)),
                ('weeks', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('days', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('is_unsure_of_weeks', models.BooleanField(default=False)),
                ('plurality', models.CharField(blank=True, choices=[('', 'Not said'), ('one', 'One baby'), ('twin', 'One of twins'), ('more', 'One of three or more')], default='', max_length=4)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('saved_at', models.DateTimeField(auto_now=True)),
                ('baby', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='pages', to='families.baby')),
            ],
        ),
        migrations.CreateModel(
            name='Experience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', lessalone.kit.ids.PublicIdField()),
                ('answers', models.JSONField(blank=True, default=dict)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('saved_at', models.DateTimeField(auto_now=True)),
                ('baby', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='families.baby')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='experiences', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Invitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('kind', models.CharField(choices=[('parent', 'Another parent'), ('grandparent', 'Grandparent'), ('sibling', 'Brother or sister'), ('kin', 'Other family'), ('friend', 'Friend'), ('surrogate', 'Carried the baby for the parents')], max_length=16)),
                ('with_photos', models.BooleanField(default=False)),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('expires_at', models.DateTimeField()),
                ('used_at', models.DateTimeField(blank=True, null=True)),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('baby', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invitations', to='families.baby')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('used_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='InvitationAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('invitation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='families.invitation')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LoneConsentRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('because', models.CharField(choices=[('unreachable', 'They cannot be reached'), ('died', 'They died')], max_length=12)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('key_id', models.UUIDField(editable=False, null=True)),
                ('reason_sealed', models.BinaryField(default=b'')),
                ('noticed_at', models.DateTimeField(blank=True, null=True)),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('stopped_at', models.DateTimeField(blank=True, null=True)),
                ('refused_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='LoneConsentApproval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('moderator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='approvals', to='families.loneconsentrequest')),
            ],
        ),
        migrations.CreateModel(
            name='Parent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_id', models.UUIDField(editable=False, null=True)),
                ('words_sealed', models.BinaryField(default=b'')),
                ('joined_at', models.DateTimeField(auto_now_add=True)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('suspended_at', models.DateTimeField(blank=True, null=True)),
                ('died_at', models.DateTimeField(blank=True, null=True)),
                ('waived_at', models.DateTimeField(blank=True, null=True)),
                ('baby', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parents', to='families.baby')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parenthoods', to=settings.AUTH_USER_MODEL)),
                ('page', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parents', to='families.babypage')),
                ('shelf', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.shelf')),
            ],
        ),
        migrations.AddField(
            model_name='loneconsentrequest',
            name='parent',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lone_consent_requests', to='families.parent'),
        ),
        migrations.CreateModel(
            name='EarlierShelf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('until', models.DateTimeField(auto_now_add=True)),
                ('shelf', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.shelf')),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='earlier_shelves', to='families.parent')),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='Relation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('grandparent', 'Grandparent'), ('sibling', 'Brother or sister'), ('kin', 'Other family'), ('friend', 'Friend'), ('surrogate', 'Carried the baby for the parents')], max_length=16)),
                ('joined_at', models.DateTimeField(auto_now_add=True)),
                ('left_at', models.DateTimeField(blank=True, null=True)),
                ('baby', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relations', to='families.baby')),
                ('invited_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='relations', to=settings.AUTH_USER_MODEL)),
                ('shelf', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='vault.shelf')),
            ],
        ),
        migrations.CreateModel(
            name='SafetySeparation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('key_id', models.UUIDField(editable=False, null=True)),
                ('words_sealed', models.BinaryField(default=b'')),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('granted_at', models.DateTimeField(blank=True, null=True)),
                ('declined_at', models.DateTimeField(blank=True, null=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decided_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='separations', to='families.parent')),
            ],
        ),
        migrations.CreateModel(
            name='SameBaby',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('noticed_at', models.DateTimeField(auto_now_add=True)),
                ('settled_as_different_at', models.DateTimeField(blank=True, null=True)),
                ('first', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='families.baby')),
                ('second', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='families.baby')),
            ],
        ),
        migrations.CreateModel(
            name='Telling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key_id', models.UUIDField(editable=False)),
                ('words_sealed', models.BinaryField()),
                ('told_at', models.DateTimeField(auto_now_add=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tellings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.AddIndex(
            model_name='babypage',
            index=models.Index(condition=models.Q(('born_precision', 'day')), fields=['born_on'], name='born_that_day'),
        ),
        migrations.AddIndex(
            model_name='babypage',
            index=models.Index(condition=models.Q(('died_precision', 'day')), fields=['died_on'], name='died_that_day'),
        ),
        migrations.AddIndex(
            model_name='babypage',
            index=models.Index(condition=models.Q(('due_precision', 'day')), fields=['due_on'], name='due_that_day'),
        ),
        migrations.AddConstraint(
            model_name='babypage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('born_on', None), ('born_precision__in', ['', 'unsure'])), models.Q(('born_on__isnull', False), ('born_precision__in', ['year', 'month', 'day'])), _connector='OR'), name='born_date_has_its_precision'),
        ),
        migrations.AddConstraint(
            model_name='babypage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('died_on', None), ('died_precision__in', ['', 'unsure'])), models.Q(('died_on__isnull', False), ('died_precision__in', ['year', 'month', 'day'])), _connector='OR'), name='died_date_has_its_precision'),
        ),
        migrations.AddConstraint(
            model_name='babypage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('due_on', None), ('due_precision__in', ['', 'unsure'])), models.Q(('due_on__isnull', False), ('due_precision__in', ['year', 'month', 'day'])), _connector='OR'), name='due_date_has_its_precision'),
        ),
        migrations.AddConstraint(
            model_name='babypage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('days', None), ('weeks', None)), models.Q(('is_unsure_of_weeks', False), ('weeks__lte', 45)), _connector='OR'), models.Q(('days', None), ('days__lte', 6), _connector='OR')), name='weeks_and_days_make_sense'),
        ),
        migrations.AddConstraint(
            model_name='experience',
            constraint=models.UniqueConstraint(fields=('member', 'baby'), name='one_experience_of_a_baby'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(condition=models.Q(('revoked_at', None), ('used_at', None)), fields=['baby'], name='open_invitations'),
        ),
        migrations.AddConstraint(
            model_name='invitationagreement',
            constraint=models.UniqueConstraint(fields=('invitation', 'member'), name='agreed_once'),
        ),
        migrations.AddConstraint(
            model_name='loneconsentapproval',
            constraint=models.UniqueConstraint(fields=('request', 'moderator'), name='approved_once'),
        ),
        migrations.AddConstraint(
            model_name='parent',
            constraint=models.UniqueConstraint(fields=('baby', 'member'), name='once_a_parent'),
        ),
        migrations.AddConstraint(
            model_name='loneconsentrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('finished_at', None), ('refused_at', None), ('stopped_at', None), ('withdrawn_at', None)), fields=('parent', 'asked_by'), name='one_open_lone_consent_request'),
        ),
        migrations.AddConstraint(
            model_name='earliershelf',
            constraint=models.UniqueConstraint(fields=('parent', 'shelf'), name='earlier_shelf_once'),
        ),
        migrations.AddConstraint(
            model_name='relation',
            constraint=models.UniqueConstraint(fields=('baby', 'member'), name='once_a_relation'),
        ),
        migrations.AddConstraint(
            model_name='safetyseparation',
            constraint=models.UniqueConstraint(condition=models.Q(('declined_at', None), ('ended_at', None), ('withdrawn_at', None)), fields=('parent', 'asked_by'), name='one_current_separation'),
        ),
        migrations.AddConstraint(
            model_name='safetyseparation',
            constraint=models.CheckConstraint(condition=models.Q(('granted_at', None), ('declined_at', None), _connector='OR'), name='separation_is_granted_or_declined'),
        ),
        migrations.AddConstraint(
            model_name='samebaby',
            constraint=models.UniqueConstraint(fields=('first', 'second'), name='one_pair_of_pages'),
        ),
        migrations.AddConstraint(
            model_name='samebaby',
            constraint=models.CheckConstraint(condition=models.Q(('first_id__lt', models.F('second_id'))), name='lower_id_first'),
        ),
    ]
