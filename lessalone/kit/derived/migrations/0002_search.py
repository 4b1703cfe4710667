"""The index of words: a table that each database has of its own kind, which no model describes. See `index`."""

from django.db import migrations

FTS5 = """
    CREATE VIRTUAL TABLE derived_search USING fts5(
        title, words, marks, columnsize=0,
        tokenize="unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
    )
"""
TSVECTOR = "CREATE TABLE derived_search (place bigint PRIMARY KEY, held tsvector NOT NULL)"
GIN = "CREATE INDEX derived_search_held ON derived_search USING gin (held) WITH (fastupdate = off)"


def make(apps, schema_editor):
    connection = schema_editor.connection
    if connection.alias != "derived":
        return
    if connection.vendor == "postgresql":
        schema_editor.execute(TSVECTOR)
        schema_editor.execute(GIN)
        return
    schema_editor.execute(FTS5)
    if connection.Database.sqlite_version_info >= (3, 42, 0):
        schema_editor.execute(
            "INSERT INTO derived_search (derived_search, rank) VALUES ('secure-delete', 1)"
        )


def unmake(apps, schema_editor):
    if schema_editor.connection.alias == "derived":
        schema_editor.execute("DROP TABLE derived_search")


class Migration(migrations.Migration):

    dependencies = [("derived", "0001_initial")]

    operations = [migrations.RunPython(make, unmake)]
