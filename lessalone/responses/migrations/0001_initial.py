import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('sharing', '__first__'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Gesture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('candle', 'Light a candle'), ('stone', 'Lay a stone'), ('leaf', 'Leave a leaf'), ('me-too', 'Me too'), ('no-words', 'I read this. I have no words')], max_length=10)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='gestures', to='sharing.item')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['item', '-id'], name='gesture_newest')],
                'constraints': [models.UniqueConstraint(fields=('item', 'member', 'kind'), name='gesture_once')],
            },
        ),
        migrations.CreateModel(
            name='LaidAside',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='sharing.item')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'laid aside',
                'constraints': [models.UniqueConstraint(fields=('member', 'item'), name='laid_aside_once')],
            },
        ),
        migrations.CreateModel(
            name='LessAlone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='less_alone', to='sharing.item')),
                ('member', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['item', '-id'], name='less_alone_newest')],
                'constraints': [models.UniqueConstraint(fields=('item', 'member'), name='less_alone_once')],
            },
        ),
        migrations.CreateModel(
            name='NoteSuggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(max_length=32)),
                ('made_at', models.DateTimeField(auto_now_add=True)),
                ('settled_at', models.DateTimeField(blank=True, null=True)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='note_suggestions', to='sharing.item')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('settled_at', None)), fields=('item', 'note'), name='one_open_suggestion')],
            },
        ),
        migrations.CreateModel(
            name='PutAway',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('was_waiting_for', models.CharField(blank=True, default='', max_length=6)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='put_away', to='sharing.item')),
            ],
            options={
                'verbose_name_plural': 'put away',
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('item',), name='put_away_once')],
            },
        ),
        migrations.CreateModel(
            name='Response',
            fields=[
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='response', serialize=False, to='sharing.item')),
                ('thread', models.BigIntegerField()),
                ('sealed', models.BinaryField()),
                ('revision', models.PositiveIntegerField(default=1)),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('form_digest', models.CharField(editable=False, max_length=64, null=True, unique=True)),
                ('root', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='sharing.item')),
            ],
            options={
                'indexes': [models.Index(fields=['root', 'thread', 'item'], name='response_in_order')],
            },
        ),
    ]
