"""What people offer so that others like them are found: kept with its use, and only with consent where the law asks."""

from __future__ import annotations

import pytest

from lessalone.families import actions, experiences
from lessalone.families.experiences import OF_LOSS, TooMany, answers_about
from lessalone.families.models import Experience, Parent
from lessalone.people import facets
from lessalone.people.facets import OWN, Answer, NeedsConsent, Purpose, Use
from lessalone.people.models import FacetConsent
from tests.cast import a_member

FACETS = {**OWN, **OF_LOSS}


@pytest.fixture
def ana():
    return a_member("Ana")


@pytest.fixture
def sam():
    return a_member("Sam")


@pytest.fixture
def experience(ana):
    return experiences.add_experience(actor=ana)


def answer(actor, experience, key, *values, use=Use.MATCH):
    experiences.answer_about(actor=actor, experience=experience, key=key, answer=Answer(values, use))


def test_an_answer_is_only_for_finding_others_unless_she_says_so(ana, experience):
    answer(ana, experience, "role", "mother")
    assert answers_about(Experience.objects.get()) == {"role": Answer(("mother",), Use.MATCH)}


def test_nothing_about_health_is_kept_without_consent(ana, experience):
    with pytest.raises(NeedsConsent):
        answer(ana, experience, "weeks", "20+3")
    assert answers_about(Experience.objects.get()) == {}
    facets.consent(actor=ana, purpose=Purpose.HEALTH)
    answer(ana, experience, "weeks", "20+3")
    assert answers_about(Experience.objects.get())["weeks"].values == ("20+3",)


def test_consent_to_one_purpose_is_none_to_another(ana):
    facets.consent(actor=ana, purpose=Purpose.HEALTH)
    with pytest.raises(NeedsConsent):
        facets.answer_own(actor=ana, key="faith", answer=Answer(("none",)))


def test_taking_consent_back_forgets_its_answers_at_once_and_no_others(ana, experience):
    for purpose in (Purpose.HEALTH, Purpose.BELIEF):
        facets.consent(actor=ana, purpose=purpose)
    answer(ana, experience, "role", "mother")
    answer(ana, experience, "kinds", "stillborn")
    facets.answer_own(actor=ana, key="again", answer=Answer(("hoping",)))
    facets.answer_own(actor=ana, key="faith", answer=Answer(("none", "own:quaker")))
    facets.take_back_consent(actor=ana, purpose=Purpose.HEALTH)
    assert set(answers_about(Experience.objects.get())) == {"role"}
    assert set(facets.own_answers(ana)) == {"faith"}
    assert facets.purposes_of(ana) == {"belief"}
    row = FacetConsent.objects.get(purpose="health")
    assert row.taken_back_at >= row.given_at


def test_consent_is_recorded_once_and_again_after_it_was_taken_back(ana):
    for _time in range(2):
        facets.consent(actor=ana, purpose=Purpose.HEALTH)
    assert FacetConsent.objects.count() == 1
    facets.take_back_consent(actor=ana, purpose=Purpose.HEALTH)
    facets.consent(actor=ana, purpose=Purpose.HEALTH)
    assert FacetConsent.objects.count() == 2


def test_what_is_skipped_for_good_is_not_an_answer(ana, experience):
    experiences.answer_about(actor=ana, experience=experience, key="funeral", answer=Answer(is_skipped=True))
    assert answers_about(Experience.objects.get())["funeral"] == Answer(is_skipped=True)
    assert not answers_about(Experience.objects.get())["funeral"].is_used
    answer(ana, experience, "funeral")
    assert answers_about(Experience.objects.get()) == {}


def test_a_hidden_answer_is_used_for_nothing(ana, experience):
    answer(ana, experience, "role", "mother", use=Use.HIDDEN)
    assert not answers_about(Experience.objects.get())["role"].is_used


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("role", ["queen"]),
        ("role", ["mother", "father"]),
        ("weeks", ["46"]),
        ("weeks", ["20+7"]),
        ("weeks", ["many"]),
        ("since", ["2020-13"]),
        ("kinds", ["own:anything"]),
        ("causes", ["own:"]),
        ("causes", ["own:" + "x" * 41]),
        ("living", ["perhaps"]),
    ],
)
def test_what_is_no_answer_is_refused(key, values):
    with pytest.raises(ValueError):  # noqa: PT011 - that it is refused is all
        FACETS[key].cleaned(values)


def test_several_answers_have_the_order_of_the_question_and_each_once():
    assert OF_LOSS["causes"].cleaned(["own:mine", "cord", "abruption", "cord"]) == [
        "abruption",
        "cord",
        "own:mine",
    ]


def test_someone_else_can_neither_answer_nor_remove_hers(ana, sam, experience):
    with pytest.raises(Experience.DoesNotExist):
        answer(sam, experience, "role", "father")
    experiences.remove_experience(actor=sam, experience=experience)
    assert Experience.objects.filter(pk=experience.pk).exists()
    assert experiences.experience_of(sam.pk, experience.public_id) is None


def test_of_a_baby_each_parent_has_one_of_their_own(ana, sam):
    baby = actions.add_baby(actor=ana)
    with pytest.raises(Parent.DoesNotExist):
        experiences.add_experience(actor=sam, baby=baby)
    hers = experiences.add_experience(actor=ana, baby=baby)
    assert experiences.add_experience(actor=ana, baby=baby) == hers


def test_whoever_presses_twice_begins_once(ana, sam):
    first = experiences.add_experience(actor=ana)
    assert experiences.add_experience(actor=ana) == first
    answer(ana, first, "role", "mother")
    assert experiences.add_experience(actor=ana) != first
    assert experiences.add_experience(actor=sam).member == sam


def test_agreeing_and_answering_are_one_step(ana, experience):
    experiences.answer_about(
        actor=ana, experience=experience, key="weeks", answer=Answer(("20",)), is_agreed=True
    )
    assert facets.purposes_of(ana) == {"health"}
    facets.answer_own(actor=ana, key="faith", answer=Answer(), is_agreed=True)
    assert facets.purposes_of(ana) == {"health"}, "who answers nothing has nothing to agree to"


def test_of_several_answers_all_are_kept_or_none(ana, experience):
    given = {"role": Answer(("mother",)), "weeks": Answer(("20",))}
    with pytest.raises(NeedsConsent):
        experiences.answer_all_about(actor=ana, experience=experience, answers=given)
    assert answers_about(Experience.objects.get()) == {}
    experiences.answer_all_about(actor=ana, experience=experience, answers=given, is_agreed=True)
    assert answers_about(Experience.objects.get()) == given


def test_there_is_an_end_to_them(ana):
    for _number in range(experiences.MOST_EXPERIENCES):
        answer(ana, experiences.add_experience(actor=ana), "role", "mother")
    with pytest.raises(TooMany):
        experiences.add_experience(actor=ana)


def test_the_page_of_a_baby_offers_answers_and_gives_none(ana):
    baby = actions.add_baby(actor=ana)
    parent = Parent.objects.get(baby=baby)
    actions.set_weeks(actor=ana, parent=parent, weeks=20, days=3, is_unsure=False)
    actions.set_kinds(actor=ana, parent=parent, kinds=["stillborn"], own_words="")
    hers = experiences.add_experience(actor=ana, baby=baby)
    parent.refresh_from_db()
    assert experiences.offered_by(parent.page, "weeks") == ["20+3"]
    assert experiences.offered_by(parent.page, "kinds") == ["stillborn"]
    assert answers_about(hers) == {}


def test_rooms_above_are_told_in_the_same_moment(ana, experience, monkeypatch):
    told = []
    monkeypatch.setattr(facets, "_following", [told.append])
    answer(ana, experience, "role", "mother")
    facets.consent(actor=ana, purpose=Purpose.HEALTH)
    facets.take_back_consent(actor=ana, purpose=Purpose.HEALTH)
    experiences.remove_experience(actor=ana, experience=experience)
    assert told == [ana.pk] * 3


@pytest.mark.parametrize("facet", FACETS.values(), ids=FACETS)
def test_every_facet_has_a_question_and_labels(facet):
    assert str(facet.title).endswith("?")
    assert all(facet.label(value) for value in facet.values)
