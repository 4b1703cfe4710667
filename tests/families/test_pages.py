"""Who opens which page of a family, and who finds nothing there."""

from __future__ import annotations

import re
from contextlib import ExitStack, contextmanager

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse

from lessalone.families import actions, facts
from lessalone.families.forms import STEPS
from lessalone.families.models import Baby, BabyPage, Invitation, Parent, Relation
from lessalone.people.models import Block, Member, RecoveryCode, Voice
from tests.cast import a_member
from tests.families.conftest import Family, invited


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def text_of(response) -> str:
    assert response.status_code == 200, response.status_code
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@contextmanager
def counting():
    """Every query to any store, as it is asked."""
    asked: list[str] = []

    def note(execute, sql, *rest):
        asked.append(sql[:120])
        return execute(sql, *rest)

    with ExitStack() as stack:
        for connection in connections.all():
            stack.enter_context(connection.execute_wrapper(note))
        yield asked


PAGES = [
    "families-baby",
    "families-family",
    "families-invite",
    "families-leave",
    "families-safety",
    "families-alone",
]


@pytest.mark.parametrize("page", PAGES)
def test_only_parents_open_the_pages_of_a_family(family: Family, page: str) -> None:
    address = reverse(page, args=[family.jack.public_id])
    for parent in (family.ana, family.sam):
        assert signed_in(parent).get(address).status_code == 200
    for stranger in (family.eve, family.bea, family.dora, family.lea):
        assert signed_in(stranger).get(address).status_code == 404
    assert Client().get(address).status_code == 302


def test_a_grandmother_sees_the_name_and_one_date_and_no_more(family: Family) -> None:
    page = BabyPage.objects.get(parents__member=family.ana)
    BabyPage.objects.filter(pk=page.pk).update(weeks=20)
    actions.set_own_words(actor=family.ana, parent=family.parent(family.ana), own_words="her own words")
    client = signed_in(family.gran)
    said = text_of(client.get(reverse("families-baby", args=[family.jack.public_id])))
    assert "Jack" in said
    assert "20 weeks" not in said
    assert "her own words" not in said
    for closed in (
        "families-family",
        "families-invite",
        "families-safety",
        "families-alone",
        "families-part",
    ):
        assert client.get(reverse(closed, args=[family.jack.public_id])).status_code == 404
    assert client.get(reverse("families-fact", args=[family.jack.public_id, "name"])).status_code == 404
    assert client.get(reverse("families-leave", args=[family.jack.public_id])).status_code == 200


def test_the_list_holds_ones_own_and_nothing_else(family: Family) -> None:
    assert "Jack" in text_of(signed_in(family.sam).get(reverse("families-babies")))
    assert "A page you were invited to" in text_of(signed_in(family.gran).get(reverse("families-babies")))
    for other in (family.eve, family.bea, family.dora):
        said = text_of(signed_in(other).get(reverse("families-babies")))
        assert "Jack" not in said
        assert "There is no page here yet." in said


def test_the_page_says_who_sees_it_and_who_has_no_say(family: Family) -> None:
    said = text_of(signed_in(family.ana).get(reverse("families-baby", args=[family.jack.public_id])))
    assert "Only you and Sam can see this page." in said
    assert "A parent who is not named here has no say here." in said
    assert "both" not in said.lower()


def test_own_words_are_read_by_nobody_else(family: Family) -> None:
    address = reverse("families-fact", args=[family.jack.public_id, "words"])
    signed_in(family.ana).post(address, {"own_words": "I could not say it aloud"})
    page = reverse("families-baby", args=[family.jack.public_id])
    assert "I could not say it aloud" in text_of(signed_in(family.ana).get(page))
    assert "I could not say it aloud" not in text_of(signed_in(family.sam).get(page))
    assert b"aloud" not in bytes(Parent.objects.get(member=family.ana).words_sealed)


def test_adding_a_page_walks_through_every_question_and_each_can_be_left_out() -> None:
    ana = a_member("ana", is_bereaved=True)
    client = signed_in(ana)
    address = client.post(reverse("families-add")).url
    baby = Baby.objects.of(ana.pk).get()
    for step in STEPS:
        assert address == reverse("families-fact", args=[baby.public_id, step]) + "?first"
        assert client.get(address).status_code == 200
        answer = client.post(address, {})
        assert answer.status_code == 302, answer.context["form"].errors
        address = answer.url
    assert address == reverse("families-baby", args=[baby.public_id])
    assert "your baby" in text_of(client.get(address)).lower()


def test_what_was_answered_is_on_the_page_and_can_be_changed(family: Family) -> None:
    client = signed_in(family.ana)
    answers = {
        "name": ({"name": "Jack", "nicknames": "Peanut\nJackie"}, "Peanut and Jackie"),
        "born": ({"date_day": "9", "date_month": "3", "date_year": "2024"}, "March 9, 2024"),
        "died": ({"date_month": "3", "date_year": "2024"}, "March 2024"),
        "due": ({"is_unsure": "on"}, "Not sure"),
        "weeks": ({"weeks": "20", "days": "3"}, "20 weeks and 3 days"),
        "kinds": ({"kinds": ["missed", "tfmr"], "own_words": "he slipped away"}, "he slipped away"),
        "together": ({"plurality": "twin"}, "One of twins"),
    }
    for step, (given, _said) in answers.items():
        address = reverse("families-fact", args=[family.jack.public_id, step])
        answer = client.post(address, given)
        assert answer.status_code == 302, answer.context["form"].errors
    said = text_of(signed_in(family.sam).get(reverse("families-baby", args=[family.jack.public_id])))
    for step, (_given, expected) in answers.items():
        assert expected in said or step in ("born",), (step, said)
    assert "A missed miscarriage" in said
    page = BabyPage.objects.get(parents__member=family.sam)
    assert (page.born_on.isoformat(), page.born_precision) == ("2024-03-09", "day")
    assert (page.died_on.isoformat(), page.died_precision) == ("2024-03-01", "month")
    assert (
        client.get(reverse("families-fact", args=[family.jack.public_id, "born"]))
        .context["form"]["date"]
        .value()
    )


@pytest.mark.parametrize(
    ("step", "given", "kept"),
    [
        ("born", {"date_day": "31", "date_month": "6", "date_year": "2024"}, "31"),
        ("weeks", {"weeks": "twenty"}, "twenty"),
        ("weeks", {"weeks": "", "days": "3"}, "3"),
        ("weeks", {"weeks": "60"}, "60"),
    ],
)
def test_an_error_loses_nothing_that_was_typed(family: Family, step: str, given: dict, kept: str) -> None:
    address = reverse("families-fact", args=[family.jack.public_id, step])
    answer = signed_in(family.ana).post(address, given)
    assert answer.status_code == 200
    assert f'value="{kept}"' in answer.content.decode()
    assert "Please" in text_of(answer)


def test_an_unknown_question_does_not_exist(family: Family) -> None:
    address = reverse("families-fact", args=[family.jack.public_id, "weight"])
    assert signed_in(family.ana).get(address).status_code == 404


def test_names_are_sealed_in_the_database(family: Family) -> None:
    page = BabyPage.objects.get(parents__member=family.ana)
    assert b"Jack" not in bytes(page.name_sealed)
    assert facts.words_of(page).name == "Jack"


def test_parents_who_block_each_other_still_keep_their_babys_page(family: Family) -> None:
    voice = Voice.objects.get(member=family.sam, is_cover=False)
    Block.objects.create(blocker=family.ana, blocked=family.sam, voice=voice)
    address = reverse("families-baby", args=[family.jack.public_id])
    assert "Another parent" in text_of(signed_in(family.ana).get(address))
    assert "Ana" in text_of(signed_in(family.sam).get(address))


def test_their_words_are_used_until_there_is_a_name() -> None:
    ana = a_member("ana", is_bereaved=True)
    ana.vocabulary = {"baby": "son", "died": "lost"}
    ana.save(update_fields=["vocabulary"])
    baby = actions.add_baby(actor=ana)
    said = text_of(signed_in(ana).get(reverse("families-baby", args=[baby.public_id])))
    assert "Your son" in said
    assert "The day of the loss" in said
    actions.name_baby(actor=ana, parent=Parent.objects.get(member=ana), name="Jack")
    assert "Your son" not in text_of(signed_in(ana).get(reverse("families-baby", args=[baby.public_id])))


def test_a_page_asks_the_database_little(family: Family) -> None:
    client = signed_in(family.ana)
    RecoveryCode.objects.create(member=family.ana, digest="x")
    invited(family.ana, family.jack, a_member("kim"), Relation.Kind.SIBLING)
    actions.set_kinds(actor=family.ana, parent=family.parent(family.ana), kinds=["missed", "tfmr"])
    for page in ("families-baby", "families-family"):
        address = reverse(page, args=[family.jack.public_id])
        client.get(address)
        with counting() as counted:
            client.get(address)
        assert len(counted) <= 8, counted


def test_what_one_told_at_the_start_is_a_private_note(family: Family) -> None:
    telling = actions.keep_telling(member=family.bea, words_told="we lost her in May")
    listing = reverse("families-babies")
    assert "we lost her in May" in text_of(signed_in(family.bea).get(listing))
    assert "we lost her in May" not in text_of(signed_in(family.ana).get(listing))
    assert not Baby.objects.of(family.bea.pk).exists()
    erase = reverse("families-telling-erase", args=[telling.pk])
    assert signed_in(family.ana).post(erase).status_code == 404
    assert signed_in(family.bea).post(erase).status_code == 302
    assert "we lost her in May" not in text_of(signed_in(family.bea).get(listing))


def test_people_keeps_the_first_answer_through_families() -> None:
    from lessalone.people import telling

    bea = a_member("bea")
    telling.keep(member=bea, words="we lost her")
    assert facts.open_words([(t.key_id, t.words_sealed, facts.TELLING) for t in bea.tellings.all()]) == [
        "we lost her"
    ]


def test_a_new_page_is_everyones_secret_but_ones_own() -> None:
    ana, bea = a_member("ana"), a_member("bea")
    baby = actions.add_baby(actor=ana, name="Jack")
    address = reverse("families-baby", args=[baby.public_id])
    assert signed_in(ana).get(address).status_code == 200
    assert signed_in(bea).get(address).status_code == 404
    assert Invitation.objects.count() == 0
