"""What is theirs together leaves the family only when all of them agree; each alone can take it back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from lessalone.families.models import Parent
from lessalone.sharing import actions as sharing
from lessalone.sharing.actions import Refused
from lessalone.sharing.audience import ONLY_US, AudienceSpec
from lessalone.sharing.models import Consent, Item, Rung
from lessalone.stories import actions
from tests.stories.conftest import COVER, NAMED, sees


def test_a_named_story_waits_until_the_other_parent_agrees(cast, write):
    version = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
    item = version.item
    assert version.is_joint
    assert not sees(cast.bea, item)
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    assert sees(cast.bea, item)
    assert not sees(cast.carl, item), "Carl is not a bereaved member"
    assert not sees(None, item)


@pytest.mark.parametrize("choice", ["not-yet", "only-us"])
def test_any_other_answer_shares_nothing(cast, write, choice):
    version = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
    sharing.answer(actor=cast.sam, version=version, choice=choice)
    assert not sees(cast.bea, version.item)
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    assert sees(cast.bea, version.item), "he may change his mind, and then it is shared"


def test_own_words_under_a_cover_name_need_nobody_else(cast, write):
    version = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, COVER, cast.jack))
    assert not version.is_joint
    assert sees(cast.bea, version.item)
    assert not sees(cast.sam, version.item), "words under a cover name never reach their own family"
    assert not sees(cast.eve, version.item), "nor someone who once was family"
    assert not sees(cast.gran, version.item)


@pytest.mark.parametrize("words", ["We called him Jack.", "J a c k was small.", "I miss Jakc."])
def test_a_cover_name_does_not_carry_the_babys_name_out(cast, write, words):
    version = actions.ask_to_share(
        actor=cast.ana, draft=write(cast.ana, replace(COVER, words=words), cast.jack)
    )
    assert version.is_joint
    assert not sees(cast.bea, version.item)


def test_leaving_out_the_baby_does_not_carry_the_name_out_either(cast, write):
    with pytest.raises(Refused):
        actions.ask_to_share(
            actor=cast.ana, draft=write(cast.ana, replace(COVER, words="Jack was here."), None)
        )


def test_each_parent_alone_takes_it_back_at_once(cast, shared):
    assert sees(cast.bea, shared)
    sharing.take_back(actor=cast.sam, item=shared)
    assert not sees(cast.bea, shared)
    sharing.take_back(actor=cast.sam, item=shared)
    assert shared.withdrawals.count() == 1, "a double press is one"


def test_nobody_else_takes_it_back(cast, shared):
    for stranger in (cast.bea, cast.eve, cast.gran, cast.dora):
        with pytest.raises(Refused):
            sharing.take_back(actor=stranger, item=shared)
    assert sees(cast.bea, shared)


def test_what_was_taken_back_is_shared_again_only_when_all_agree_again(cast, shared):
    sharing.take_back(actor=cast.sam, item=shared)
    draft = actions.revise(actor=cast.ana, item=shared)
    version = actions.ask_to_share(actor=cast.ana, draft=draft)
    assert not sees(cast.bea, shared)
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    assert sees(cast.bea, shared)


def test_one_parent_narrows_at_once_and_cannot_widen_again_alone(cast, shared):
    sharing.lower(actor=cast.sam, item=shared, spec=ONLY_US)
    assert not sees(cast.bea, shared)
    with pytest.raises(Refused):
        sharing.lower(actor=cast.sam, item=shared, spec=AudienceSpec(Rung.BEREAVED))
    with pytest.raises(Refused):
        sharing.lower(actor=cast.ana, item=shared, spec=AudienceSpec(Rung.PUBLIC))
    assert not sees(cast.bea, shared)


def test_an_edit_leaves_up_what_was_agreed_until_the_new_one_is(cast, shared, browser):
    draft = actions.revise(actor=cast.ana, item=shared)
    actions.change_draft(
        actor=cast.ana, draft=draft, words="A new sentence.", audience=AudienceSpec(Rung.PUBLIC)
    )
    version = actions.ask_to_share(actor=cast.ana, draft=draft)
    page = browser(cast.bea).get(reverse("stories-read", args=[shared.public_id])).content.decode()
    assert "bring the camera" in page
    assert "A new sentence" not in page
    assert not sees(cast.carl, shared)
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    page = browser(None).get(reverse("stories-read", args=[shared.public_id])).content.decode()
    assert "A new sentence" in page


def test_a_parent_who_joins_starts_at_only_us(cast, shared):
    Parent.objects.create(baby=cast.jack, member=cast.max)
    assert not sees(cast.bea, shared)
    assert sees(cast.max, shared), "it is theirs too"


def test_after_not_yet_no_request_reaches_him_until_he_reopens(cast, write, browser):
    version = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
    sharing.answer(actor=cast.sam, version=version, choice="not-yet")
    draft = actions.revise(actor=cast.ana, item=version.item)
    again = actions.ask_to_share(actor=cast.ana, draft=draft)
    address = reverse("stories-asked", args=[version.item.public_id])
    assert browser(cast.sam).get(address).status_code == 404
    assert NAMED.title not in browser(cast.sam).get(reverse("stories-mine")).content.decode()
    sharing.reopen(actor=cast.sam, item=again.item)
    assert browser(cast.sam).get(address).status_code == 200


def test_not_yet_about_a_change_leaves_what_is_shared_among_his_stories(cast, write, browser, shared):
    draft = actions.revise(actor=cast.ana, item=shared)
    actions.change_draft(actor=cast.ana, draft=draft, title="Another title")
    change = actions.ask_to_share(actor=cast.ana, draft=draft)

    def page(name: str) -> str:
        return browser(cast.sam).get(reverse(name)).content.decode()

    assert "Your family asks you" in page("stories-mine")
    sharing.answer(actor=cast.sam, version=change, choice="not-yet")
    assert "Your family asks you" not in page("stories-mine"), "he answered, and is not asked again"
    assert NAMED.title in page("stories-mine"), "it is his as much as hers"
    assert "Another title" not in page("stories-mine")
    assert "I can be asked about it again" in page("stories-resting")
    again = actions.revise(actor=cast.ana, item=shared)
    actions.change_draft(actor=cast.ana, draft=again, title="A third title")
    actions.ask_to_share(actor=cast.ana, draft=again)
    for name in ("stories-mine", "stories-resting"):
        for title in ("Another title", "A third title"):
            assert title not in page(name), "nothing tells him that it was asked again"


def test_no_answer_unopened_and_not_yet_look_the_same_to_the_asker(cast, write, browser):
    import re

    pages = []
    for what in ("unopened", "opened", "not-yet", "only-us"):
        version = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
        sam = browser(cast.sam)
        if what != "unopened":
            sam.get(reverse("stories-asked", args=[version.item.public_id]))
        if what not in ("unopened", "opened"):
            sam.post(
                reverse("stories-asked", args=[version.item.public_id]),
                {"version": version.pk, "answer": what},
            )
            assert Consent.objects.filter(version=version, answer=what).exists()
        page = browser(cast.ana).get(reverse("stories-family", args=[version.item.public_id]))
        text = page.content.decode().replace(version.item.public_id, "ID")
        pages.append(
            re.sub(r'(csrfmiddlewaretoken" value="|CSRFToken":"|CSRFToken&quot;:&quot;)\w+', r"\1", text)
        )
    assert pages[0] == pages[1] == pages[2] == pages[3]
    assert "no answer" in pages[0]


def test_an_answer_to_an_older_version_is_refused_kindly(cast, write):
    version = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
    draft = actions.revise(actor=cast.ana, item=version.item)
    newer = actions.ask_to_share(actor=cast.ana, draft=draft)
    with pytest.raises(Refused):
        sharing.answer(actor=cast.sam, version=version, choice="agree")
    assert not sees(cast.bea, newer.item)


def test_only_parents_with_a_voice_answer(cast, write):
    version = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
    for other in (cast.bea, cast.eve, cast.gran, cast.dora):
        with pytest.raises(Refused):
            sharing.answer(actor=other, version=version, choice="agree")
    assert not sees(cast.bea, version.item)


def test_agreeing_twice_is_the_same_as_once(cast, write):
    version = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, NAMED, cast.jack))
    for _press in range(2):
        sharing.answer(actor=cast.sam, version=version, choice="agree")
    assert version.consents.filter(member=cast.sam).count() == 1
    assert sees(cast.bea, version.item)


def test_a_grandmothers_own_words_under_a_cover_name_are_hers(cast, write):
    version = actions.ask_to_share(actor=cast.gran, draft=write(cast.gran, COVER, cast.jack))
    assert not version.is_joint
    assert sees(cast.bea, version.item)


def test_a_grandmothers_named_story_needs_the_parents(cast, write):
    version = actions.ask_to_share(actor=cast.gran, draft=write(cast.gran, NAMED, cast.jack))
    assert not sees(cast.bea, version.item)
    sharing.answer(actor=cast.ana, version=version, choice="agree")
    assert not sees(cast.bea, version.item)
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    assert sees(cast.bea, version.item)


def test_erasing_shuts_every_door_and_leaves_no_words(cast, shared, browser):
    from lessalone.kit import queue
    from lessalone.stories.models import Words

    address = reverse("stories-read", args=[shared.public_id])
    assert browser(cast.bea).get(address).status_code == 200
    with pytest.raises(Refused):
        sharing.erase(actor=cast.sam, item=shared)
    sharing.erase(actor=cast.ana, item=shared)
    assert browser(cast.bea).get(address).status_code == 404
    assert browser(cast.ana).get(address).status_code == 404
    queue.run_due()
    assert not Words.objects.filter(version__item=shared).exists()
    assert Item.objects.get(pk=shared.pk).erased_at is not None


def test_an_answer_to_an_erased_story_stays_with_whoever_wrote_it(cast, shared, browser):
    from lessalone.kit import queue
    from lessalone.people import actions as people
    from lessalone.responses import actions as responses
    from lessalone.stories.known import viewer_for

    answer = responses.respond(
        actor=cast.bea,
        viewer=viewer_for(cast.bea),
        voice=people.shown_voice(cast.bea),
        story_item=shared,
        words="We were there too, in the same corridor.",
    )
    sharing.erase(actor=cast.ana, item=shared)
    queue.run_due()
    assert not sees(cast.ana, answer)
    assert not sees(cast.carl, answer)
    assert "the same corridor" in browser(cast.bea).get(reverse("responses-mine")).content.decode()


def test_agreeing_again_to_an_old_answer_widens_nothing(cast, shared):
    sharing.lower(actor=cast.sam, item=shared, spec=ONLY_US)
    with pytest.raises(Refused):
        sharing.answer(actor=cast.sam, version=shared.current, choice="agree")
    assert not sees(cast.bea, shared)


def test_a_story_with_an_end_is_narrowed_and_keeps_its_end(cast, write, browser):
    import datetime as dt

    from django.utils import timezone

    ends = timezone.now() + dt.timedelta(days=5)
    contents = replace(NAMED, audience=AudienceSpec(Rung.MEMBERS, ends_at=ends))
    version = actions.ask_to_share(actor=cast.ana, draft=write(cast.ana, contents, cast.jack))
    sharing.answer(actor=cast.sam, version=version, choice="agree")
    address = reverse("stories-narrow", args=[version.item.public_id])
    browser(cast.sam).post(address, {"rung": int(Rung.BEREAVED)})
    assert sees(cast.bea, version.item)
    assert not sees(cast.carl, version.item)
    ceiling = version.ceilings.get(member=cast.sam)
    assert ceiling.audience.ends_at == ends
