"""What members write can be read while its key lives, and never after."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connections

from lessalone.vault import keyring, words
from lessalone.vault.keystore.models import Key

WORDS = "He had my father's hands."


@pytest.fixture
def key():
    return words.new_key(purpose="story")


def test_words_come_back_as_they_were_written(key):
    assert words.unseal(key, words.seal(key, WORDS, context="story.body"), context="story.body") == WORDS


def test_nothing_of_the_words_shows_in_what_is_stored(key):
    sealed = words.seal(key, WORDS, context="story.body")
    assert WORDS.encode() not in sealed
    assert sealed != words.seal(key, WORDS, context="story.body")


def test_words_moved_to_another_field_or_item_do_not_open(key):
    sealed = words.seal(key, WORDS, context="story.body")
    other = words.new_key(purpose="story")
    with pytest.raises(words.Altered):
        words.unseal(key, sealed, context="story.title")
    with pytest.raises(words.Altered):
        words.unseal(other, sealed, context="story.body")
    assert words.unseal(key, sealed, context="story.body") == WORDS


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_one_altered_byte_is_noticed(key, place):
    sealed = bytearray(words.seal(key, WORDS, context="story.body"))
    sealed[place] ^= 1
    with pytest.raises(words.Altered):
        words.unseal(key, bytes(sealed), context="story.body")


def test_a_destroyed_key_makes_its_words_gone_and_no_others(key):
    other = words.new_key(purpose="story")
    sealed = words.seal(key, WORDS, context="a")
    others = words.seal(other, "Another's words.", context="a")
    assert words.destroy([key]) == 1
    assert words.destroy([key]) == 0
    with pytest.raises(words.Gone):
        words.unseal(key, sealed, context="a")
    with pytest.raises(words.Gone):
        words.seal(key, WORDS, context="a")
    assert words.unseal(other, others, context="a") == "Another's words."


def test_a_page_of_words_takes_one_query(django_assert_num_queries):
    keys = [words.new_key(purpose="response") for _ in range(30)]
    rows = [(key, words.seal(key, f"Words {n}", context="body"), "body") for n, key in enumerate(keys)]
    words.destroy([keys[3]])
    with django_assert_num_queries(1, using="keys"):
        texts = words.unseal_many(rows)
    assert texts[3] is None
    assert [text for n, text in enumerate(texts) if n != 3] == [f"Words {n}" for n in range(30) if n != 3]


def test_making_a_key_is_one_statement(django_assert_num_queries):
    words.new_key(purpose="story")
    with django_assert_num_queries(1, using="keys"):
        words.new_key(purpose="story")


def test_a_wrapped_key_moved_to_another_row_does_not_open(key):
    other = words.new_key(purpose="story")
    Key.objects.filter(pk=other).update(wrapped=Key.objects.get(pk=key).wrapped)
    with pytest.raises(keyring.WrongKey):
        words.open_keys([other])


def test_the_master_key_file_is_closed_to_others(key):
    assert Path(settings.KEY_FILE).stat().st_mode & 0o777 == 0o600


def test_a_missing_master_key_file_is_not_quietly_replaced(key):
    path = Path(settings.KEY_FILE)
    content = path.read_bytes()
    path.unlink()
    try:
        with pytest.raises(keyring.KeyFileProblem, match="missing"):
            words.new_key(purpose="story")
    finally:
        path.write_bytes(content)
        os.chmod(path, 0o600)


def test_turning_to_a_new_master_key_keeps_every_word_readable(key):
    sealed = words.seal(key, WORDS, context="a")
    before = Path(settings.KEY_FILE).read_text()
    name = keyring.add_active_key()
    newer = words.new_key(purpose="story")
    assert Key.objects.get(pk=newer).wrapped_by == name
    assert words.unseal(key, sealed, context="a") == WORDS, "the old key must still open what it wrapped"
    assert keyring.rewrap_all() >= 1
    assert keyring.rewrap_all() == 0
    assert keyring.drop_old_keys() == len(before.splitlines())
    assert before.splitlines()[0] not in Path(settings.KEY_FILE).read_text()
    assert words.unseal(key, sealed, context="a") == WORDS


@pytest.mark.sqlite  # PostgreSQL keeps bytes until they are reused: turning the master key makes them worthless
@pytest.mark.django_db(transaction=True, databases="__all__")
def test_a_destroyed_key_leaves_no_bytes_in_the_key_stores_files():
    key = words.new_key(purpose="story")
    connection = connections["keys"]
    wrapped = bytes(Key.objects.get(pk=key).wrapped)
    path = Path(connection.settings_dict["NAME"])
    stored = lambda: b"".join(file.read_bytes() for file in path.parent.glob(f"{path.name}*"))  # noqa: E731
    assert wrapped in stored(), "it must have been there, or this shows nothing"
    words.destroy([key])
    assert wrapped not in stored()
