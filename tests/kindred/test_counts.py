"""No published count reveals anyone: what is said is true, of at least eleven, and moves for no single person."""

from __future__ import annotations

import datetime as dt

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lessalone.config.environment import Environment
from lessalone.families import experiences
from lessalone.kindred import counting
from lessalone.kindred.counts import HOLD, SPREAD, STEPS, cells_of, publish
from lessalone.kindred.established import MOST_ALONE
from lessalone.kindred.models import Profile, SafeCounts
from lessalone.kindred.tasks import count_safely
from lessalone.people import actions as people
from lessalone.people import facets
from lessalone.people.facets import Answer, Purpose
from lessalone.people.models import Member
from tests.cast import a_member, give_duty, shown_voice
from tests.kindred.conftest import HIDDEN, MATCH, SHOWN, open_page, tell

SECRET = "drawn once"
ROLES = ("father", "mother", "grandparent")
KINDS = ("stillborn", "tfmr", "ectopic")
FATHER, MOTHER = ("role:father",), ("role:mother",)
WORLD = st.dictionaries(
    st.sampled_from(
        [
            cell
            for role in ROLES
            for kind in KINDS
            for week in (8, 22)
            for cell in cells_of(role, [kind], week)
        ]
    ),
    st.integers(0, 2_000),
)


# --- What is said.


@given(WORLD, WORLD, st.text(min_size=8), st.sampled_from([11, 12, 51, 60, 1_000]))
def test_what_is_said_is_true_and_of_enough_people_at_first_and_later(first, second, secret, k):
    before = publish(first, {}, secret=secret)
    for counts, said in ((first, before), (second, publish(second, before, secret=secret, k=k))):
        for cell, step in said.items():
            assert counts[cell] > step
            assert step in STEPS
    assert all(first[cell] >= MOST_ALONE for cell in before)
    assert all(second[cell] >= k for cell in publish(second, before, secret=secret, k=k))


@given(WORLD, WORLD, st.text(min_size=8))
def test_two_answers_together_never_say_more_than_each_alone(first, second, secret):
    before = publish(first, {}, secret=secret)
    said = publish(second, before, secret=secret)
    for cell, step in said.items():
        assert all(step <= said[(value,)] for value in cell)


def test_no_setting_makes_a_group_under_eleven_count():
    assert publish({FATHER: 10}, {}, secret=SECRET) == {}
    with pytest.raises(ValueError, match="under 11"):
        publish({}, {}, secret=SECRET, k=10)
    assert Environment.model_fields["smallest_count"].default == MOST_ALONE
    with pytest.raises(ValueError, match="greater than or equal to 11"):
        Environment(smallest_count=MOST_ALONE - 1)


def first_said(cell, secret) -> int:
    return next(n for n in range(11, 100) if publish({cell: n}, {}, secret=secret))


def test_where_a_cell_steps_up_is_its_own_secret():
    places = {first_said(FATHER, f"secret {number}") for number in range(40)}
    assert len(places) > 3
    assert first_said(FATHER, SECRET) == first_said(FATHER, SECRET)
    assert len({first_said((f"weeks:{first}",), SECRET) for first in (0, 6, 10, 14, 20, 24)}) > 2


@pytest.mark.parametrize("step", STEPS)
def test_one_person_who_comes_and_goes_changes_nothing_that_was_said(step):
    """Wherever the count stands: no three neighbouring counts lead to and fro."""
    for secret in ("one", "two"):
        for count in range(step, int(step * (1 + SPREAD) * HOLD) + 2, max(1, step // 20)):
            said = publish({FATHER: count + 1}, publish({FATHER: count}, {}, secret=secret), secret=secret)
            for near in (count, count + 1, count, count + 1):
                assert publish({FATHER: near}, said, secret=secret) == said, (secret, count)


def test_a_value_that_is_missing_alone_takes_a_second_one_with_it():
    """Whoever knows the whole knows the missing one, by taking the others away."""
    weeks = {f"weeks:{first}": 900 for first in (0, 6, 10, 14, 20, 24, 28, 37)}
    counts = {FATHER: 9_000} | {(week,): 900 for week in weeks} | {(*FATHER, week): 900 for week in weeks}
    everything = publish(counts, {}, secret=SECRET)
    assert len(everything) == len(counts)
    few = (*FATHER, "weeks:0")
    for there in (7, 1, 0):
        said = publish({**counts, few: there}, {}, secret=SECRET)
        missing = set(everything) - set(said)
        assert few in missing
        assert len(missing) == 2, "none, one or seven: it shows no difference"
    two = {few: 7, (*FATHER, "weeks:6"): 7}
    assert set(everything) - set(publish(counts | two, {}, secret=SECRET)) == set(two)


def test_what_was_said_before_a_raised_smallest_group_is_not_held():
    said = publish({FATHER: 40}, {}, secret=SECRET)
    assert said == {FATHER: 10}
    assert publish({FATHER: 40}, said, secret=SECRET, k=30) == {}


# --- Who is counted.


def some(how_many: int, told=None, *, days: int = 400, use=MATCH, **how) -> list[Member]:
    """Established members who told this so many days ago."""
    made = []
    for number in range(how_many):
        member = a_member(f"some{number}", **{"is_bereaved": True, **how})
        tell(member, told or {"role": "father", "weeks": "20"}, use)
        made.append(member)
    ago = timezone.now() - dt.timedelta(days=days)
    Member.objects.filter(pk__in=[one.pk for one in made], admitted_at__isnull=False).update(admitted_at=ago)
    Profile.objects.filter(member__in=made).update(same_since=ago)
    return made


def said_now() -> dict:
    SafeCounts.objects.update(counted_on=dt.date(2020, 1, 1))
    count_safely()
    return counting.said()


ENOUGH = int(STEPS[0] * (1 + SPREAD) * HOLD) + 1
"""From so many on the first step is said, whatever the secret."""


def test_settled_members_are_counted_each_once():
    members = some(ENOUGH, {"role": "father", "weeks": "20+3", "kinds": ("stillborn", "in-labour")})
    found = {
        "role:father",
        "kinds:stillborn",
        "kinds:in-labour",
        "weeks:20",
        "role:father kinds:stillborn",
        "role:father kinds:in-labour",
        "role:father weeks:20",
    }
    assert {" ".join(cell) for cell in said_now()} == found
    for member in members:
        tell(member, {"role": "father"}, experience=experiences.add_experience(actor=member))
    Profile.objects.update(same_since=timezone.now() - dt.timedelta(days=400))
    assert counted() == ENOUGH


def counted() -> int:
    return len(list(counting._settled(timezone.now().date())))


@pytest.mark.parametrize(
    "how",
    [{"days": 27}, {"is_bereaved": False}, {"is_approved": False}],
    ids=["who came lately", "who was not admitted", "who was not let in"],
)
def test_false_accounts_do_not_count(how):
    some(2)
    some(3, **how)
    assert counted() == 2


def test_whoever_changed_what_is_counted_settles_anew():
    """And an answer that is not counted, or hidden, leaves no trace."""
    member = some(2)[0]
    experience = member.experiences.get()
    tell(member, {"weeks": "20+5", "child": "son", "country": "IE"}, experience=experience)
    tell(member, {"kinds": "tfmr"}, HIDDEN, experience=experience)
    assert counted() == 2
    tell(member, {"weeks": "31"}, experience=experience)
    assert counted() == 1


@pytest.mark.parametrize("how", ["hides it", "takes consent back", "takes it away", "leaves"])
def test_what_is_taken_back_is_in_no_later_count(how):
    def cells() -> list[set]:
        return list(counting._settled(timezone.now().date()))

    (member,) = some(1, {"weeks": "20"})
    assert cells() == [{("weeks:20",)}]
    experience = member.experiences.get()
    if how == "hides it":
        tell(member, {"weeks": "20"}, HIDDEN, experience=experience)
    elif how == "takes consent back":
        facets.take_back_consent(actor=member, purpose=Purpose.HEALTH)
    elif how == "takes it away":
        experiences.answer_about(actor=member, experience=experience, key="weeks", answer=Answer())
    else:
        Member.objects.filter(pk=member.pk).update(is_active=False)
    Profile.objects.update(same_since=timezone.now() - dt.timedelta(days=400))
    assert [one for one in cells() if one] == []


def test_it_is_counted_once_for_each_month(time_machine):
    time_machine.move_to("2026-09-03 10:00", tick=False)
    count_safely()
    some(ENOUGH)
    assert counting.said() == {}
    for hour in ("2026-09-03 16:00", "2026-09-30 23:59"):
        time_machine.move_to(hour, tick=False)
        count_safely()
        assert counting.said() == {}, "in between nothing changes"
    time_machine.move_to("2026-10-02 00:10", tick=False)
    count_safely()
    assert counting.said()[FATHER] == STEPS[0]
    assert SafeCounts.objects.get().counted_on == dt.date(2026, 10, 1)
    Member.objects.update(is_active=False)
    count_safely()
    assert counting.said()[FATHER] == STEPS[0], "until the next fixed day"


def raised(monkeypatch, to: int) -> None:
    environment = settings.ENVIRONMENT.model_copy(update={"smallest_count": to})
    monkeypatch.setattr(settings, "ENVIRONMENT", environment)


def test_a_raised_smallest_group_holds_at_once(monkeypatch):
    some(ENOUGH)
    assert FATHER in said_now()
    raised(monkeypatch, 30)
    assert counting.said() == {}
    assert said_now() == {}


# --- Where people meet it.


def publish_now(**said: int) -> None:
    """As if this had been counted: father=50, father__stillborn=10."""
    known = {"stillborn": "kinds:stillborn", "tfmr": "kinds:tfmr", "w20": "weeks:20", "w10": "weeks:10"}
    made = {
        " ".join(known.get(value, f"role:{value}") for value in name.split("__")): number
        for name, number in said.items()
    }
    SafeCounts.objects.create(said=made, counted_on=timezone.now().date().replace(day=1))


def a_father(use=MATCH, **told) -> Member:
    member = a_member("Tom", is_bereaved=True)
    tell(member, {"role": "father", "weeks": "20", "kinds": "stillborn", **told}, use)
    return member


def test_he_reads_how_many_are_like_him():
    publish_now(father=200, father__stillborn=50, stillborn=1_000, w20=200, father__w20=50, mother=1_000)
    page = open_page(a_father())
    assert "More than 200 fathers are here. For more than 50 of them, the baby was stillborn." in page
    assert "mothers" not in page


def test_the_nearest_is_what_is_said_of_the_fewest():
    publish_now(father=200, father__stillborn=50, father__w20=10, w20=50, stillborn=50)
    assert "For more than 10 of them, it was at 20 to 23 weeks." in open_page(a_father())


def test_where_they_are_too_few_with_his_role_he_reads_of_all():
    publish_now(mother=1_000, stillborn=1_000, w20=200, mother__w20=200)
    page = open_page(a_father())
    assert "For more than 200 people here, it was at 20 to 23 weeks." in page
    assert "of them," not in page
    assert "How we count" in page


def test_numbers_are_easy_to_read():
    publish_now(father=20_000)
    assert "More than 20,000 fathers are here." in open_page(a_father())


def test_where_nothing_can_be_said_nothing_is():
    publish_now(mother=200, mother__w10=50)
    page = open_page(a_father())
    for words in ("ore than", "How we count"):
        assert words not in page


@pytest.mark.parametrize("use", [MATCH, SHOWN])
def test_what_someone_hides_selects_no_sentence(use):
    publish_now(father=200, father__stillborn=50, stillborn=50, father__w20=50, w20=50)
    member = a_father(use)
    experience = member.experiences.get()
    tell(member, {"kinds": "stillborn"}, HIDDEN, experience=experience)
    page = open_page(member)
    assert "For more than 50 of them, it was at 20 to 23 weeks." in page
    assert "was stillborn" not in page
    tell(member, {"role": "father", "weeks": "20"}, HIDDEN, experience=experience)
    assert "ore than" not in open_page(member)


def test_who_does_not_want_to_meet_an_ended_pregnancy_does_not_meet_it_here():
    publish_now(father=200, father__tfmr=50, tfmr=50)
    member = a_father(kinds="tfmr")
    assert "a pregnancy was ended for medical reasons" in open_page(member)
    people.set_bearing(actor=member, choices={"tfmr": "hide"})
    assert "a pregnancy was ended" not in open_page(member)


def paragraph(page: str) -> str:
    return next((line for line in page.splitlines() if "fathers are here" in line), "")


def test_everyone_reads_the_same_of_the_same_moderators_too():
    publish_now(father=200, father__stillborn=50)
    tom, dora, eve = a_father(), a_father(), a_father(SHOWN)
    give_duty(dora, "moderator")
    people.block(actor=tom, blocked=shown_voice(eve))
    first = paragraph(open_page(tom))
    assert first
    assert paragraph(open_page(dora)) == paragraph(open_page(eve)) == first


def test_a_visitor_reads_one_sentence_of_mothers_and_fathers_and_no_other():
    home = Client()
    assert "ore than" not in home.get("/").content.decode()
    publish_now(father=200, mother=1_000, grandparent=50, father__stillborn=50, stillborn=50)
    page = home.get("/").content.decode()
    said = "More than 1,000 mothers, or parents who were pregnant, and more than 200 fathers are here."
    assert page.count("ore than") == 2
    assert said in page
    SafeCounts.objects.update(said={"role:father": 200})
    assert "More than 200 fathers are here." in home.get("/").content.decode()
    home.force_login(a_member("Ana", is_bereaved=True))
    assert "fathers are here" not in home.get("/").content.decode()
