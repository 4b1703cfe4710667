import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('families', '__first__'),
        ('people', '__first__'),
        ('sharing', '__first__'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Frequencies',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('counts', models.JSONField(default=dict)),
                ('counted_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name_plural': 'frequencies',
            },
        ),
        migrations.CreateModel(
            name='SafeCounts',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said', models.JSONField(default=dict)),
                ('counted_on', models.DateField()),
            ],
            options={
                'verbose_name_plural': 'safe counts',
            },
        ),
        migrations.CreateModel(
            name='Companion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('a_week', models.PositiveSmallIntegerField(default=2)),
                ('offered_at', models.DateTimeField(auto_now_add=True)),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='companion', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Findable',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('who', models.CharField(choices=[('anyone', 'Anyone here who is bereaved'), ('role', 'Those who are the same to their baby: fathers by fathers, for example'), ('kind', 'Those who lived the same kind of loss')], max_length=6)),
                ('until', models.DateTimeField(blank=True, null=True)),
                ('chosen_at', models.DateTimeField(auto_now=True)),
                ('member', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='findable', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'findable',
            },
        ),
        migrations.CreateModel(
            name='Profile',
            fields=[
                ('role', models.SmallIntegerField(default=0)),
                ('group', models.SmallIntegerField(default=0)),
                ('weeks', models.SmallIntegerField(default=-1)),
                ('weeks_band', models.SmallIntegerField(default=-1)),
                ('since', models.SmallIntegerField(default=-1)),
                ('year', models.SmallIntegerField(default=-1)),
                ('kinds', models.BigIntegerField(default=0)),
                ('causes', models.BigIntegerField(default=0)),
                ('living', models.BigIntegerField(default=0)),
                ('language', models.BigIntegerField(default=0)),
                ('faith', models.BigIntegerField(default=0)),
                ('child', models.SmallIntegerField(default=0)),
                ('lived', models.SmallIntegerField(default=0)),
                ('plurality', models.SmallIntegerField(default=0)),
                ('cause', models.SmallIntegerField(default=0)),
                ('losses', models.SmallIntegerField(default=0)),
                ('conception', models.SmallIntegerField(default=0)),
                ('photos', models.SmallIntegerField(default=0)),
                ('funeral', models.SmallIntegerField(default=0)),
                ('again', models.SmallIntegerField(default=0)),
                ('lgbtq', models.SmallIntegerField(default=0)),
                ('partnered', models.SmallIntegerField(default=0)),
                ('age', models.SmallIntegerField(default=0)),
                ('country', models.SmallIntegerField(default=0)),
                ('own', models.JSONField(blank=True, default=list)),
                ('shown', models.BigIntegerField(default=0)),
                ('experience', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='profile', serialize=False, to='families.experience')),
                ('asks', models.JSONField(default=dict)),
                ('waits_until', models.DateTimeField(blank=True, null=True)),
                ('same_since', models.DateTimeField(default=django.utils.timezone.now)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Ripple',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('said_at', models.DateTimeField(auto_now_add=True)),
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='ripple', to='sharing.item')),
                ('led_by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='led_to', to='sharing.item')),
                ('voice', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.voice')),
            ],
        ),
        migrations.CreateModel(
            name='RippleAgreement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('ripple', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='agreements', to='kindred.ripple')),
            ],
        ),
        migrations.CreateModel(
            name='TellsOf',
            fields=[
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='sharing.item')),
                ('experience', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='families.experience')),
            ],
            options={
                'verbose_name_plural': 'tells of',
            },
        ),
        migrations.CreateModel(
            name='Told',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('role', models.SmallIntegerField(default=0)),
                ('group', models.SmallIntegerField(default=0)),
                ('weeks', models.SmallIntegerField(default=-1)),
                ('weeks_band', models.SmallIntegerField(default=-1)),
                ('since', models.SmallIntegerField(default=-1)),
                ('year', models.SmallIntegerField(default=-1)),
                ('kinds', models.BigIntegerField(default=0)),
                ('causes', models.BigIntegerField(default=0)),
                ('living', models.BigIntegerField(default=0)),
                ('language', models.BigIntegerField(default=0)),
                ('faith', models.BigIntegerField(default=0)),
                ('child', models.SmallIntegerField(default=0)),
                ('lived', models.SmallIntegerField(default=0)),
                ('plurality', models.SmallIntegerField(default=0)),
                ('cause', models.SmallIntegerField(default=0)),
                ('losses', models.SmallIntegerField(default=0)),
                ('conception', models.SmallIntegerField(default=0)),
                ('photos', models.SmallIntegerField(default=0)),
                ('funeral', models.SmallIntegerField(default=0)),
                ('again', models.SmallIntegerField(default=0)),
                ('lgbtq', models.SmallIntegerField(default=0)),
                ('partnered', models.SmallIntegerField(default=0)),
                ('age', models.SmallIntegerField(default=0)),
                ('country', models.SmallIntegerField(default=0)),
                ('own', models.JSONField(blank=True, default=list)),
                ('shown', models.BigIntegerField(default=0)),
                ('is_banded', models.BooleanField(default=False)),
                ('packed', models.CharField(max_length=40)),
                ('answered', models.SmallIntegerField()),
                ('item', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='told', to='sharing.item')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='told', to='kindred.profile')),
            ],
            options={
                'verbose_name_plural': 'told',
            },
        ),
        migrations.CreateModel(
            name='OwnWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.BigIntegerField()),
                ('told', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='own_words', to='kindred.told')),
            ],
        ),
        migrations.CreateModel(
            name='Brought',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('passed_at', models.DateTimeField(blank=True, null=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sharing.item')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'brought',
                'indexes': [models.Index(fields=['member', '-at'], name='brought_to_them')],
                'constraints': [models.UniqueConstraint(fields=('item', 'member'), name='brought_once_to_each')],
            },
        ),
        migrations.AddIndex(
            model_name='profile',
            index=models.Index(fields=['role', 'group', 'weeks'], name='profile_cell'),
        ),
        migrations.AddConstraint(
            model_name='ripple',
            constraint=models.CheckConstraint(condition=models.Q(('item', models.F('led_by')), _negated=True), name='a_story_does_not_lead_to_itself'),
        ),
        migrations.AddConstraint(
            model_name='rippleagreement',
            constraint=models.UniqueConstraint(fields=('ripple', 'member'), name='agreed_once_to_a_ripple'),
        ),
        migrations.AddIndex(
            model_name='told',
            index=models.Index(fields=['role', 'weeks', 'since', 'packed'], name='told_week'),
        ),
        migrations.AddIndex(
            model_name='told',
            index=models.Index(fields=['role', 'weeks', 'answered', 'packed'], name='told_week_most'),
        ),
        migrations.AddIndex(
            model_name='told',
            index=models.Index(fields=['role', 'group', 'since', 'packed'], name='told_group'),
        ),
        migrations.AddIndex(
            model_name='told',
            index=models.Index(fields=['role', 'group', 'answered', 'packed'], name='told_group_most'),
        ),
        migrations.AddConstraint(
            model_name='told',
            constraint=models.UniqueConstraint(fields=('item', 'member'), name='told_once_by_each'),
        ),
        migrations.AddIndex(
            model_name='ownword',
            index=models.Index(fields=['key', 'told'], name='own_word_found'),
        ),
        migrations.AddConstraint(
            model_name='ownword',
            constraint=models.UniqueConstraint(fields=('told', 'key'), name='own_word_once'),
        ),
    ]
