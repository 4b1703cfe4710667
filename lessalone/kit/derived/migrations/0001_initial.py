from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='CacheRow',
            fields=[
                ('cache_key', models.CharField(max_length=255, primary_key=True, serialize=False)),
                ('value', models.TextField()),
                ('expires', models.DateTimeField(db_index=True)),
            ],
            options={
                'db_table': 'kit_cache',
            },
        ),
        migrations.CreateModel(
            name='Indexed',
            fields=[
                ('item_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('place', models.BigIntegerField(unique=True)),
                ('stamp', models.CharField(max_length=32)),
            ],
        ),
        migrations.CreateModel(
            name='Leftover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.UUIDField()),
            ],
        ),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('digest', models.CharField(max_length=43, primary_key=True, serialize=False)),
                ('count', models.PositiveIntegerField()),
                ('ends_at', models.BigIntegerField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name='Vector',
            fields=[
                ('item_id', models.BigIntegerField(primary_key=True, serialize=False)),
                ('words', models.BinaryField()),
                ('meaning', models.BinaryField(default=b'')),
            ],
        ),
        migrations.CreateModel(
            name='Kept',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('item_id', models.BigIntegerField()),
                ('part', models.CharField(max_length=24)),
                ('version', models.BigIntegerField()),
                ('html', models.TextField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('item_id', 'part'), name='one_kept_per_part')],
            },
        ),
    ]
