"""The name is found as a reader would find it, and ordinary words are left alone."""

from __future__ import annotations

import time

import pytest

from lessalone.families.names import distance, mentions_name


@pytest.mark.parametrize(
    "text",
    [
        "We called him Jack.",
        "we called him jack",
        "JACK was here",
        "Jacks blanket",
        "Jack's blanket",
        "Jack’s blanket",
        "His name is J a c k.",
        "J.a.c.k",
        "J-a-c-k",
        "j_a_c_k",
        "his name was Ja-ck",
        "Jakc",
        "Jäck",
        "Jаck",  # a Cyrillic a
        "J4ck",
        "J@ck",
        "Jaaaack",
        "J\u200ba\u200bc\u200bk",
        "Ｊａｃｋ",
        "babyjack",
        "#JackForever",
        "for Jack, always",
        "(Jack)",
        "“Jack”",
        "Jac was his name",
        "Jackk",
        "our J ack",
        "*Jack*",
        "Jack/Oliver",
    ],
)
def test_jack_is_found(text: str) -> None:
    assert mentions_name(text, "Jack")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I put his jacket back in the rack.",
        "We lack the words. We came back and pack his bag, black and slack.",
        "Two jackets. A track. A jackpot.",
        "I am a father. I sat by a bed for a day.",
        "He was our son.",
        "a b c d e",
    ],
)
def test_ordinary_words_are_not_jack(text: str) -> None:
    assert not mentions_name(text, "Jack")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Oliver", "Olivr was born"),
        ("Oliver", "Olvier"),
        ("Oliver", "0liver"),
        ("Amelia", "Ameila"),
        ("Zoë", "Zoe"),
        ("Zoe", "Zoë"),
        ("Ana", "a n a"),
        ("Ava", "AVA"),
        ("Bo", "Bo"),
        ("Siobhán", "Siobhan"),
        ("Siobhan", "Shiobhan"),
        ("Carl", "Karl"),
        ("Sofia", "Zofia"),
        ("Mary-Jane", "Maryjane"),
        ("Mary Jane", "our Mary"),
        ("Jack Oliver Smith", "the Smith family"),
        ("Baby Smith", "Smith"),
        ("Søren", "Soren"),
        ("Łucja", "Lucja"),
        ("Grace", "We lost our Grace"),
        ("Hope", "Hope died in May"),
        ("Hope", "hope's blanket"),
        ("Rose", "R o s e"),
        ("Maximilian", "Maximillion"),
        ("Christopher", "Kristopher"),
        ("O'Brien", "obrien"),
        ("D'Arcy", "Darcy"),
        ("علي", "علي"),
        ("יעקב", "ליעקב"),
        ("さくら", "私たちのさくらは"),
        ("민준", "민준이는"),
        ("Аня", "Аня"),
        ("Isla", "I s l a"),
        ("Noah", "N-o-a-h"),
        ("Lily", "our Lily"),
    ],
)
def test_other_names_are_found(name: str, text: str) -> None:
    assert mentions_name(text, name)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Hope", "I hope it gets easier. We hoped."),
        ("Grace", "with some grace, from the grave, no trace"),
        ("Rose", "the sun rose"),
        ("Will", "it will rain and I will wait"),
        ("Nora", "not this nor a thing like that"),
        ("Oliver", "it is over, and the olive tree, the liver, silver"),
        ("Emma", "dilemma, a gem, em dash"),
        ("Leo", "people, lemon, leopard"),
        ("Ian", "the librarian and an Italian"),
        ("Al", "all of it, also"),
        ("Theo", "the other theory, the owl"),
        ("Sam", "the same sample"),
        ("Mila", "a mile of milk, mild"),
        ("Baby", "our baby"),
        ("", "anything"),
        ("  ", "anything"),
        ("Twin A", "a twin"),
        ("Lena", "lean on me, a lens, land"),
        ("Anna", "any, an, a"),
        ("Maya", "you may always"),
        ("Rory", "sorry for your story"),
        ("Lucas", "locus of control, bank balance"),
        ("Ben", "he has been bent"),
    ],
)
def test_ordinary_words_are_not_other_names(name: str, text: str) -> None:
    assert not mentions_name(text, name)


def test_any_of_several_names_and_nicknames_counts() -> None:
    names = ["Jack", "Peanut", "Jackie"]
    assert mentions_name("Our Peanut", names)
    assert mentions_name("Jakie", names)
    assert not mentions_name("He liked peanut butter.", names)
    assert not mentions_name("Nobody is named here.", [])


def test_distance_counts_a_swap_as_one_slip() -> None:
    assert distance("jakc", "jack", at_most=2) == 1
    assert distance("jacket", "jack", at_most=2) == 2
    assert distance("abcdef", "uvwxyz", at_most=2) == 3


def test_long_words_are_read_quickly() -> None:
    words = " ".join(f"word{n} another{n}" for n in range(5_000))
    start = time.process_time()
    assert not mentions_name(words, ["Maximilian", "Jack", "Oliver"])
    assert time.process_time() - start < 2
