"""The sample community: truly written, honestly marked, the same each time, and nobody real."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator

import pytest
from django.contrib.auth.hashers import check_password
from django.db import connections, transaction
from django.test import Client
from PIL import Image

from lessalone.config.sample import NotEmpty, build, names, pictures, texts
from lessalone.config.sample.building import RUNGS, SUFFIX, Sample, Size
from lessalone.families.experiences import OF_LOSS, answers_about
from lessalone.families.models import Baby, Experience, SameBaby
from lessalone.kindred import companions
from lessalone.kindred.models import Companion, Findable, Ripple
from lessalone.moderation.models import Decision, Objection, Report
from lessalone.people.facets import OWN, Use
from lessalone.people.models import Block, FacetConsent, Member, Role, Voice
from lessalone.people.notes import STORY_KEYS
from lessalone.people.viewer import VISITOR
from lessalone.responses.models import Gesture, LessAlone
from lessalone.sharing.models import Answers, Consent, Hold, Item, Rung, Withdrawal
from lessalone.stories import actions as stories
from lessalone.stories.known import viewer_for
from lessalone.vault.erasure import run_erasure
from lessalone.vault.models import ErasureRequest, Photo

WRITTEN = texts.written_stories()
SMALL = Size(members=100, stories=80, responses=330, gestures=60, less_alone=20, longest_conversation=30)


# --- What was written ---


def test_forty_stories_and_two_hundred_answers_were_written() -> None:
    assert len(WRITTEN) == 40
    assert sum(len(story.answers) for story in WRITTEN) == 200
    assert len({story.title for story in WRITTEN}) == 40


@pytest.mark.parametrize("story", WRITTEN, ids=lambda story: story.slug)
def test_each_story_can_be_shared_as_it_is(story: texts.SampleStory) -> None:
    assert 80 <= len(story.words.split()) <= 400
    assert story.audience in RUNGS
    assert set(story.notes) <= set(STORY_KEYS)
    assert bool(story.cover) != bool(story.told_by), "under a cover name, or under their own"
    assert all(picture.kind in pictures.SCENES for picture in story.pictures)
    assert all(picture.description.endswith(".") for picture in story.pictures)
    assert story.marked_words.endswith(texts.MARK)


@pytest.mark.parametrize("story", WRITTEN, ids=lambda story: story.slug)
def test_each_answer_is_as_long_as_people_write(story: texts.SampleStory) -> None:
    for answer in story.answers:
        assert 15 <= len(answer.words.split()) <= 120, answer.words


def test_many_kinds_of_people_and_of_losses_are_there() -> None:
    roles = Counter(story.role for story in WRITTEN)
    assert roles["father"] >= 8
    assert {"mother", "grandmother", "grandfather", "sibling", "partner", "intended-parent", "friend"} <= set(
        roles
    )
    kinds = {kind for story in WRITTEN for kind in story.kinds}
    assert {
        "stillbirth",
        "neonatal",
        "infant",
        "tfmr",
        "ectopic",
        "molar",
        "missed-miscarriage",
        "chemical",
    } <= kinds
    assert len({story.country for story in WRITTEN}) >= 12
    assert any("pregnancy" in story.notes for story in WRITTEN)
    assert any(story.years >= 20 for story in WRITTEN)


def test_a_story_about_a_night_near_suicide_says_so_and_where_help_is() -> None:
    [story] = [story for story in WRITTEN if "suicide" in story.notes]
    assert "Help now" in story.words
    assert story.audience == "bereaved"


# --- Variations ---


def test_a_variation_says_that_it_is_one_and_of_what() -> None:
    for story in WRITTEN:
        other = texts.varied(story, 3, seed=1)
        assert other.marked_words.endswith(texts.MARK_OF_VARIATION % story.title)
        assert other.title != story.title
        assert len(other.words.split()) >= texts.FEWEST_WORDS
        assert all(answer.words.endswith(texts.MARK_OF_ANSWER) for answer in other.answers)


def test_the_same_seed_gives_the_same_variations_and_another_seed_others() -> None:
    def everything(seed: int) -> list[texts.SampleStory]:
        return [texts.varied(story, number, seed) for story in WRITTEN for number in range(1, 10)]

    assert everything(1) == everything(1)
    assert everything(1) != everything(2)


def test_what_was_meant_for_bereaved_members_has_no_variation_for_everyone() -> None:
    for story in WRITTEN:
        if story.audience == "bereaved":
            assert all(texts.varied(story, number, 1).audience != "public" for number in range(1, 40))


# --- Pictures ---


@pytest.mark.parametrize("kind", ["candle", "hat", "dusk-sea"])
def test_a_picture_is_a_photo_file_and_the_same_for_the_same_seed(kind: str) -> None:
    file = pictures.paint(kind, "1")
    with Image.open(io.BytesIO(file)) as image:
        assert image.format == "JPEG"
        assert image.size == (1280, 960)
        assert not image.getexif()
    assert pictures.paint(kind, "1") == file
    assert pictures.paint(kind, "2") != file


# --- The community ---


@pytest.fixture(scope="module")
def sample(django_db_setup: None, django_db_blocker) -> Iterator[Sample]:
    """A small one, made once; every test of it looks at it inside a transaction of its own."""
    with django_db_blocker.unblock():
        blocks = [transaction.atomic(using=alias) for alias in connections]
        for block in blocks:
            block.__enter__()
        try:
            made = build(seed=7, say=lambda sentence: None, size=SMALL)
            assert made is not None
            yield made
        finally:
            for alias in connections:
                transaction.set_rollback(True, using=alias)
            for block in reversed(blocks):
                block.__exit__(None, None, None)


def test_as_many_of_everything_as_was_asked_for(sample: Sample) -> None:
    assert Member.objects.count() == sample.members == SMALL.members
    stories_ = Item.objects.filter(kind=Item.Kind.STORY, drafts__finished_at__isnull=False).distinct()
    assert stories_.count() == sample.stories == SMALL.stories
    assert Item.objects.filter(kind=Item.Kind.RESPONSE).count() == sample.responses == SMALL.responses
    assert Gesture.objects.count() + LessAlone.objects.count() == SMALL.gestures + SMALL.less_alone
    assert Photo.objects.count() == sample.photos == sum(len(story.pictures) for story in WRITTEN)


def test_everyone_is_marked_and_nobody_is_real(sample: Sample) -> None:
    assert not Member.objects.filter(is_sample=False).exists()
    assert set(Member.objects.values_list("email", flat=True)) == {""}
    for name in Voice.objects.values_list("name", flat=True):
        assert name.endswith(SUFFIX), name
    first_names = {*names.WOMEN, *names.MEN}
    assert all(" " not in name for name in first_names)


def test_every_story_ends_by_saying_that_it_is_a_sample(sample: Sample) -> None:
    for item in Item.objects.filter(kind=Item.Kind.STORY, current__isnull=False).select_related(
        "current__voice"
    ):
        telling = stories.telling_of(item.current)
        assert re.search(r"\*(This is a sample|A sample, a variation).*\*$", telling.words)


def test_no_story_of_two_parents_is_up_without_both(sample: Sample) -> None:
    joint = Item.objects.filter(is_joint=True, current__isnull=False)
    assert joint.exists()
    for item in joint:
        parents = set(item.baby.parents.values_list("member", flat=True))
        agreed = Consent.objects.filter(version=item.current, answer=Consent.Answer.AGREE)
        assert parents <= set(agreed.values_list("member", flat=True))


def test_every_page_has_something_on_it(sample: Sample) -> None:
    assert Role.objects.filter(ended_at=None).count() == 2
    assert Hold.objects.filter(released_at=None).exists()
    assert Report.objects.filter(settled_at=None).count() == 3
    assert Decision.objects.to_second().exists()
    assert Objection.objects.filter(answered_at=None).exists()
    assert SameBaby.objects.filter(settled_as_different_at=None).count() == 1
    assert Withdrawal.objects.filter(ended_at=None).exists()
    assert Block.objects.exists()
    assert Baby.objects.exists()
    assert Item.objects.filter(waiting_for=Item.Waiting.FAMILY).exists()
    assert Item.objects.visible_to(VISITOR).filter(kind=Item.Kind.STORY).exists()
    assert set(Item.objects.values_list("answers", flat=True)) >= {Answers.ANYONE, Answers.APPROVED}
    rungs = set(Item.objects.filter(kind=Item.Kind.STORY).values_list("rung", flat=True))
    assert {Rung.PUBLIC, Rung.MEMBERS, Rung.BEREAVED} <= rungs


def test_those_who_told_of_a_loss_can_find_each_other(sample: Sample) -> None:
    told = Experience.objects.select_related("member")
    assert told.count() == Member.objects.filter(told_of_loss_at__isnull=False).count()
    roles = Counter(answers_about(one)["role"].values[0] for one in told)
    assert {"mother", "father", "partner", "intended", "grandparent", "sibling", "friend"} <= set(roles)
    answers = [answer for one in told for answer in answers_about(one).values()]
    assert {answer.use for answer in answers} == set(Use)
    assert any(answer.is_skipped for answer in answers)
    agreed = set(FacetConsent.objects.filter(purpose="health").values_list("member", flat=True))
    by_weeks = {one.member_id for one in told if "weeks" in answers_about(one)}
    assert by_weeks <= agreed, "nothing about health is here without consent"
    assert len(by_weeks) < told.count(), "some do not agree"


def test_jacks_parents_answer_as_their_story_tells(sample: Sample) -> None:
    mother, father = (Member.objects.get(handle=sample.accounts[which].handle) for which in (2, 3))
    hers, his = (Experience.objects.get(member=one) for one in (mother, father))
    assert hers.baby == his.baby is not None
    for theirs, role in ((hers, "mother"), (his, "father")):
        answers = {key: answer.values for key, answer in answers_about(theirs).items()}
        assert answers["role"] == (role,)
        assert answers["weeks"] == ("20",)
        assert answers["kinds"] == ("stillborn",)
        assert answers["child"] == ("son",)


def test_jacks_father_finds_stories_like_his_and_is_told_why(sample: Sample, client: Client) -> None:
    father = Member.objects.get(handle=sample.accounts[3].handle)
    client.force_login(father)
    page = client.get("/like-you/").content.decode()
    assert "You are both fathers." in page
    assert Findable.objects.now().exists()


def test_some_say_which_story_helped_them_and_readers_are_led_there(sample: Sample, client: Client) -> None:
    assert Ripple.objects.count() == 3
    assert Ripple.objects.agreed().count() == 2
    first = Ripple.objects.agreed().first().led_by
    client.force_login(Member.objects.get(handle=sample.accounts[1].handle))
    assert client.get(f"/stories/{first.public_id}/told-after").status_code == 200


def test_a_first_story_waits_for_someone_and_some_offered(sample: Sample) -> None:
    dora = Member.objects.get(handle=sample.accounts[1].handle)
    [waits] = companions.left_unanswered(viewer_for(dora))
    assert not Item.objects.filter(root=waits).exclude(pk=waits.pk).exists()
    assert Companion.objects.exists()


@pytest.mark.parametrize("story", WRITTEN, ids=lambda story: story.slug)
def test_what_a_story_tells_is_an_answer_to_what_is_asked(story: texts.SampleStory) -> None:
    for key, values in story.tells.items():
        assert set({**OWN, **OF_LOSS}[key].cleaned(values)) == set(values)


EMPTY = '<p class="say">'
"""How a page says that there is nothing on it (`{% empty %}`)."""
NOT_THEIRS = {"/babies/", "/my/stories", "/my/stories/resting", "/answers/mine"}
"""What only some of the printed members have: who has no baby's page, wrote nothing, is asked nothing."""


def test_whoever_follows_the_links_meets_no_empty_page(sample: Sample, client: Client) -> None:
    for request_id in ErasureRequest.objects.filter(finished_at=None).values_list("pk", flat=True):
        run_erasure(request_id=request_id)  # as the worker does when the sample is served
    empty: dict[str, list[str]] = {}
    for account in sample.accounts:
        client.force_login(Member.objects.get(handle=account.handle))
        for path, page in pages_by_links(client).items():
            assert "/help" in page
            if EMPTY in page:
                empty.setdefault(path, []).append(account.who)
    everyone = len(sample.accounts)
    plain = sample.accounts[-1].who
    wrong = {path: who for path, who in empty.items() if path not in NOT_THEIRS and who != [plain]}
    assert wrong == {}
    assert {path for path, who in empty.items() if len(who) == everyone} == set()


def pages_by_links(client: Client) -> dict[str, str]:
    """One page of each kind, from the first page on."""
    found: dict[str, str] = {}
    kinds, waiting = set(), ["/"]
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"[A-Za-z0-9_-]{22}|\d+", "…", path)
        if kind in kinds or path.startswith(("/static/", "/leave", "/account/logout", "/manifest")):
            continue
        kinds.add(kind)
        answer = client.get(path)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found[path] = answer.content.decode()
            waiting += re.findall(r'href="(/[^"#?]*)', found[path])
    return found


def test_each_printed_name_opens_with_the_printed_password(sample: Sample) -> None:
    for account in sample.accounts:
        member = Member.objects.get(handle=account.handle)
        assert check_password(sample.password, member.password)
        assert member.approved_at


def test_a_visitor_and_a_member_meet_it_on_the_first_page(sample: Sample, client: Client) -> None:
    assert "(sample)" in client.get("/").content.decode()
    client.force_login(Member.objects.get(handle=sample.accounts[2].handle))
    assert "(sample)" in client.get("/").content.decode()


def test_jacks_father_is_asked_about_a_story(sample: Sample, client: Client) -> None:
    father = Member.objects.get(handle=sample.accounts[3].handle)
    asked = Item.objects.get(baby__parents__member=father, current=None, versions__isnull=False)
    assert asked.author.handle == sample.accounts[2].handle
    assert not Consent.objects.filter(version__item=asked, member=father).exists()


def test_a_second_build_leaves_the_first_as_it_is(sample: Sample) -> None:
    said: list[str] = []
    assert build(say=said.append) is None
    assert "left as it is" in said[0]
    assert Member.objects.count() == sample.members


# These come last: they need a place without the sample.


def test_where_others_are_nothing_is_made(sample: Sample) -> None:
    Member.objects.create(handle="someone-else-here")
    with pytest.raises(NotEmpty, match="members here already"):
        build()
