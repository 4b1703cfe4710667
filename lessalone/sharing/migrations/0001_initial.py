import django.db.models.deletion
import lessalone.kit.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('circles', '__first__'),
        ('families', '__first__'),
        ('people', '__first__'),
        ('vault', '__first__'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Audience',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rung', models.SmallIntegerField(choices=[(0, 'Only us'), (10, 'People we choose'), (20, 'Circles'), (30, 'Bereaved members'), (40, 'All members'), (50, 'Anyone with the link'), (60, 'Everyone')])),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='Item',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', lessalone.kit.ids.PublicIdField()),
                ('kind', models.CharField(choices=[('story', 'Story'), ('response', 'Response')], max_length=8)),
                ('key_id', models.UUIDField(editable=False)),
                ('is_joint', models.BooleanField(default=False)),
                ('rung', models.SmallIntegerField(choices=[(0, 'Only us'), (10, 'People we choose'), (20, 'Circles'), (30, 'Bereaved members'), (40, 'All members'), (50, 'Anyone with the link'), (60, 'Everyone')], default=0)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('answers', models.CharField(choices=[('anyone', 'Anyone who can read it'), ('approved', 'Anyone who can read it, and you read it first'), ('gestures', 'Without words'), ('nobody', 'Nobody')], default='approved', max_length=8)),
                ('may_index', models.BooleanField(default=False)),
                ('notes', models.JSONField(default=list)),
                ('waiting_for', models.CharField(blank=True, choices=[('', 'Nobody'), ('first', 'The first reader'), ('family', 'The family')], default='', max_length=6)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
                ('above', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='below', to='sharing.item')),
                ('author', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='items', to=settings.AUTH_USER_MODEL)),
                ('baby', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='items', to='families.baby')),
                ('root', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='branches', to='sharing.item')),
                ('voice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='items', to='people.voice')),
            ],
        ),
        migrations.CreateModel(
            name='FirstReader',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('named_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='first_readers', to='sharing.item')),
            ],
        ),
        migrations.CreateModel(
            name='Link',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token_digest', models.CharField(max_length=64, unique=True)),
                ('password', models.CharField(blank=True, default='', max_length=128)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links', to='sharing.item')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Opening',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField()),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('until', models.DateTimeField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='openings', to='sharing.item')),
                ('member', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Rest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateTimeField(auto_now_add=True)),
                ('reopened_at', models.DateTimeField(blank=True, null=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rests', to='sharing.item')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Seat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.CharField(max_length=80)),
                ('token_digest', models.CharField(blank=True, db_index=True, default='', max_length=64)),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='sharing.item')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('member', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Version',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('digest', models.CharField(max_length=64)),
                ('is_joint', models.BooleanField()),
                ('answers', models.CharField(choices=[('anyone', 'Anyone who can read it'), ('approved', 'Anyone who can read it, and you read it first'), ('gestures', 'Without words'), ('nobody', 'Nobody')], default='approved', max_length=8)),
                ('notes', models.JSONField(default=list)),
                ('may_index', models.BooleanField(default=False)),
                ('publish_at', models.DateTimeField(blank=True, null=True)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('superseded_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('audience', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sharing.audience')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='sharing.item')),
                ('voice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.voice')),
            ],
        ),
        migrations.CreateModel(
            name='Placement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', lessalone.kit.ids.PublicIdField()),
                ('position', models.PositiveSmallIntegerField()),
                ('description_sealed', models.BinaryField(default=b'')),
                ('patch_set', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='vault.patchset')),
                ('photo', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='placements', to='vault.photo')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='placements', to='sharing.version')),
            ],
            options={
                'ordering': ['position'],
            },
        ),
        migrations.AddField(
            model_name='item',
            name='current',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sharing.version'),
        ),
        migrations.CreateModel(
            name='Consent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('answer', models.CharField(choices=[('agree', 'Share this'), ('not-yet', 'Not yet'), ('only-us', 'Only us')], max_length=8)),
                ('answered_at', models.DateTimeField(auto_now_add=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='consents', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='consents', to='sharing.version')),
            ],
        ),
        migrations.CreateModel(
            name='Ceiling',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('set_at', models.DateTimeField(auto_now=True)),
                ('audience', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sharing.audience')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ceilings', to='sharing.item')),
                ('version', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ceilings', to='sharing.version')),
            ],
        ),
        migrations.CreateModel(
            name='Withdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='withdrawals', to='sharing.item')),
            ],
        ),
        migrations.CreateModel(
            name='AudienceCircle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='circles', to='sharing.audience')),
                ('circle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='circles.circle')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('circle', 'audience'), name='circle_once_in_audience')],
            },
        ),
        migrations.CreateModel(
            name='Hold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=24)),
                ('placed_at', models.DateTimeField(auto_now_add=True)),
                ('released_at', models.DateTimeField(blank=True, null=True)),
                ('placed_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('released_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holds', to='sharing.item')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('released_at', None)), fields=['item'], name='held_now')],
            },
        ),
        migrations.CreateModel(
            name='ItemNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(max_length=32)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='note_rows', to='sharing.item')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('item', 'note'), name='note_once')],
            },
        ),
        migrations.CreateModel(
            name='AudienceSeat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('audience', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seats', to='sharing.audience')),
                ('seat', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sharing.seat')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('audience', 'seat'), name='seat_once_in_audience')],
            },
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.UniqueConstraint(fields=('item', 'number'), name='versions_are_numbered'),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.UniqueConstraint(fields=('version', 'position'), name='one_photo_per_place'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['rung', '-published_at', '-id'], name='item_newest'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['root', 'waiting_for'], name='item_branches'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(fields=['author', '-id'], name='item_own'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(condition=models.Q(('above__isnull', False)), fields=['above'], name='item_above'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(condition=models.Q(('baby__isnull', False)), fields=['baby'], name='item_baby'),
        ),
        migrations.AddIndex(
            model_name='item',
            index=models.Index(condition=models.Q(('current__isnull', False)), fields=['current'], name='item_current'),
        ),
        migrations.AddConstraint(
            model_name='item',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('above', None), ('kind', 'story'), ('root', None)), models.Q(('kind', 'response'), ('root__isnull', False)), _connector='OR'), name='a_response_has_a_root'),
        ),
        migrations.AddConstraint(
            model_name='ceiling',
            constraint=models.UniqueConstraint(fields=('version', 'member'), name='one_ceiling_each'),
        ),
        migrations.AddIndex(
            model_name='withdrawal',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['item'], name='withdrawn_now'),
        ),
    ]
