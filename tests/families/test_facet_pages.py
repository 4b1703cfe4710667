"""Telling, if one wants, what brings one together with others: each answer is theirs to give, use and take away."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from lessalone.families import actions, experiences
from lessalone.families.experiences import OF_LOSS, answers_about
from lessalone.families.in_common import asking, wordings
from lessalone.families.models import Experience, Parent
from lessalone.kindred import reasons
from lessalone.people import actions as people
from lessalone.people import facets
from lessalone.people.facets import MOST_OWN, OWN, Answer, Purpose, Shape, Use
from lessalone.people.models import FacetConsent, Member, OwnFacets
from tests.cast import a_baby, a_member
from tests.families.conftest import Family
from tests.families.test_pages import counting, signed_in, text_of

FACETS = {**OF_LOSS, **OWN}
SUMMARY = "/like-you/about/"


@pytest.fixture
def ana() -> Member:
    return a_member("Ana", is_bereaved=True)


@pytest.fixture
def bea() -> Member:
    return a_member("Bea", is_bereaved=True)


@pytest.fixture
def loss(ana: Member) -> Experience:
    return experiences.add_experience(actor=ana)


def address_of(key: str, loss: Experience) -> str:
    if key in OWN:
        return reverse("families-facet-own", args=[key])
    return reverse("families-facet-loss", args=[loss.public_id, key])


def kept(key: str, member: Member) -> Answer | None:
    if key in OWN:
        return facets.own_answers(member).get(key)
    return answers_about(Experience.objects.get(member=member)).get(key)


def sent(
    key: str, which: int = 0, *, use: str = "match", **more: str
) -> tuple[dict[str, object], tuple[str, ...]]:
    """What a browser sends for one of several answers to a facet, and what is then kept."""
    facet = FACETS[key]
    form: dict[str, object] = {"use": use, "agrees": "on"} | more
    if facet.shape == Shape.WEEKS:
        return form | {"weeks": str(20 + which), "days": "3"}, (f"{20 + which}+3",)
    if facet.shape == Shape.DATE:
        day, month, year = "", "3", str(2019 + which)
        return form | {"values_day": day, "values_month": month, "values_year": year}, (f"{year}-03",)
    if facet.shape == Shape.SEVERAL and facet.takes_own:
        chosen = list(facet.values)[which : which + 1]
        return form | {"values": chosen, "own": f"Word  {which}"}, (*chosen, f"own:word {which}")
    value = list(facet.values)[which % len(facet.values)]
    return form | {"values": value}, (value,)


def date_names(page: str) -> list[str]:
    return re.findall(r'name="(values_[^"]+)"', page)


def boxes(page: str) -> dict[str, str]:
    """What is ticked or filled in on a page, by name."""
    ticked = re.findall(r'<input type="(?:radio|checkbox)" name="([^"]+)" value="([^"]*)"[^>]* checked', page)
    return dict(ticked)


def page_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return unescape(response.content.decode())


# --- Every facet, through its page -------------------------------------------------------------------


@pytest.mark.parametrize("key", FACETS)
def test_each_can_be_answered_changed_hidden_skipped_and_taken_away(ana, loss, key):
    client, address = signed_in(ana), address_of(key, loss)
    assert str(FACETS[key].title) in page_of(client, address)

    form, values = sent(key)
    assert client.post(address, form).status_code == 302
    assert kept(key, ana) == Answer(values, Use.MATCH)

    form, values = sent(key, 1, use="shown")
    client.post(address, form)
    assert kept(key, ana) == Answer(values, Use.SHOWN)

    form["use"] = "hidden"
    client.post(address, form)
    assert kept(key, ana) == Answer(values, Use.HIDDEN)

    client.post(address, {"clear": "1"})
    assert kept(key, ana) is None

    client.post(address, {"skip": "1"})
    assert kept(key, ana) == Answer(is_skipped=True)
    assert "You may ask me this again" in page_of(client, address)
    client.post(address, {"clear": "1"})
    assert kept(key, ana) is None

    client.post(address, sent(key)[0])
    client.post(address, {"use": "match"})
    assert kept(key, ana) is None, "an empty page takes the answer away too"


@pytest.mark.parametrize("key", FACETS)
def test_what_was_answered_is_on_its_page_and_on_the_list(ana, loss, key):
    client, address = signed_in(ana), address_of(key, loss)
    form, values = sent(key, use="shown")
    client.post(address, form)
    page = page_of(client, address)
    assert boxes(page)["use"] == "shown"
    seen = text_of(client.get(SUMMARY))
    assert "May be said" in seen
    for value in values:
        said = wordings.say(FACETS[key], value)
        assert said in unescape(seen)
    again = client.get(address).context["form"].initial
    assert again["use"] == "shown"
    assert str(wordings.WORDINGS[key].term) in unescape(seen)


@pytest.mark.parametrize("key", FACETS)
def test_nobody_is_given_an_example_of_what_was_not_theirs(ana, loss, key):
    """A mother of a son does not read of a daughter: only who said a thing reads how it is said."""
    client, address, facet = signed_in(ana), address_of(key, loss), FACETS[key]
    examples = {value: str(text) for value, text in wordings.WORDINGS[key].examples.items()}
    page = page_of(client, address)
    assert "may then read that this is alike" in page, "nothing is told yet"
    assert boxes(page).get("use") == "match", "only to find others, unless she says so"
    for value in facet.values if len(facet.values) < 40 else ():
        chosen = [value] if facet.shape == Shape.SEVERAL else value
        assert client.post(address, {"use": "match", "agrees": "on", "values": chosen}).status_code == 302
        page = page_of(client, address)
        if value in examples:
            assert f"may then read: “{examples[value]}”" in page
        else:
            assert "may then read that this is alike" in page
        assert not [text for other, text in examples.items() if other != value and text in page]


def test_while_she_may_have_chosen_otherwise_there_is_no_example(ana, loss):
    client, address = signed_in(ana), address_of("child", loss)
    client.post(address, {"use": "match", "values": "daughter"})
    assert "For each of you it was a girl." in page_of(client, address)
    page = unescape(client.post(address, {"values": "son"}).content.decode())
    assert "Please choose what we may use it for." in page
    assert "may then read that this is alike" in page
    assert "it was a girl" not in page


def test_the_examples_are_sentences_that_are_truly_said_of_that_answer():
    of_child = {child: texts[-1] for child, texts in reasons.CHILDREN.items()}
    tables = {"role": reasons.ROLES, "kinds": reasons.KINDS, "child": of_child}
    examples = {
        (key, value): str(text)
        for key, wording in wordings.WORDINGS.items()
        for value, text in wording.examples.items()
    }
    assert len(examples) > 10
    for (key, value), text in examples.items():
        assert value in FACETS[key].values
        assert text == str(tables[key][value] if key in tables else reasons.OTHERS[key, value])


def test_every_facet_has_words_and_every_purpose_is_asked_in_plain_ones():
    assert set(wordings.WORDINGS) == set(FACETS)
    assert set(wordings.CONSENTS) == set(Purpose) - {Purpose.NONE}
    assert set(wordings.USES) == set(Use)


# --- First only two questions ------------------------------------------------------------------------


def test_a_newcomer_is_asked_two_things_and_then_it_is_enough(ana):
    client = signed_in(ana)
    assert "You have not told of a loss here." in text_of(client.get(SUMMARY))
    page = client.post(reverse("families-loss-add"), {"baby": "without"}, follow=True)
    assert "Who are you to the baby?" in text_of(page)
    page = client.post(_here(page), sent("role")[0], follow=True)
    assert "How many weeks was the pregnancy?" in text_of(page)
    page = client.post(_here(page), sent("weeks")[0], follow=True)
    assert "That is enough to begin." in text_of(page)
    assert 'href="/like-you/"' in page.content.decode().partition("That is enough")[2], "and leads to a story"
    assert set(answers_about(Experience.objects.get())) == {"role", "weeks"}


def test_the_two_things_can_be_left_out(ana):
    client = signed_in(ana)
    page = client.post(reverse("families-loss-add"), {"baby": "without"}, follow=True)
    for _question in range(2):
        page = client.get(page.context["skip_url"], follow=True)
    assert "That is enough to begin." in text_of(page)
    assert Experience.objects.get().answers == {}


def test_whoever_goes_on_is_asked_what_is_left_in_its_order_and_may_stop(ana, loss):
    client = signed_in(ana)
    experiences.answer_about(actor=ana, experience=loss, key="role", answer=Answer(("mother",)))
    experiences.answer_about(actor=ana, experience=loss, key="child", answer=Answer(is_skipped=True))
    met = []
    page = client.get(page_and_next(client, loss))
    while page.context and "facet" in page.context:
        met.append(page.context["facet"].key)
        assert "Stop here for now" in text_of(page)
        page = client.get(page.context["skip_url"])
    assert met == [key for key in OF_LOSS if key not in ("role", "child", "causes")]


def page_and_next(client: Client, loss: Experience) -> str:
    return client.get(reverse("families-loss", args=[loss.public_id])).context["told"].next_url


def _here(page) -> str:
    return page.redirect_chain[-1][0]


def test_nobody_is_led_to_what_does_not_fit(ana, loss):
    def asked(**answers: str) -> set[str]:
        return set(asking.asked_of_loss({key: Answer((value,)) for key, value in answers.items()}))

    assert "causes" not in asked(cause="unknown")
    assert "causes" in asked(cause="known")
    assert "lived" not in asked(weeks="7")
    assert "lived" in asked(weeks="26")
    assert "lived" in asked(weeks="7", kinds="first-month")
    assert "lived" not in asked(kinds="missed")
    assert {"losses", "conception"} & asked(role="grandparent") == set()
    grandmother, mother = {"role": Answer(("grandparent",))}, {"role": Answer(("mother",))}
    assert {"again", "living"} & set(asking.asked_of_member([grandmother])) == set()
    assert {"again", "living"} <= set(asking.asked_of_member([grandmother, mother]))
    assert "again" not in asking.asked_of_member([mother], {"pregnancy"})
    assert "photos" not in asking.asked_of_loss(mother, {"photos"})
    hidden = {"role": Answer(("grandparent",), Use.HIDDEN), "weeks": Answer(("7",), Use.HIDDEN)}
    assert asking.asked_of_loss(hidden) == asking.asked_of_loss({}), "for nothing is for nothing"
    assert asking.asked_of_member([hidden]) == asking.asked_of_member([])


def test_who_hides_pregnancy_is_not_led_to_it_and_may_open_it(ana, loss):
    people.set_bearing(actor=ana, choices={"pregnancy": "hide"})
    told = signed_in(ana).get(SUMMARY).context["own"]
    assert "again" not in [line.key for line in told.to_add]
    assert "again" in [line.key for line in told.others]


# --- Consent ----------------------------------------------------------------------------------------

OF_A_PURPOSE = {
    "weeks": Purpose.HEALTH,
    "faith": Purpose.BELIEF,
    "culture": Purpose.ORIGIN,
    "lgbtq": Purpose.ORIENTATION,
}


@pytest.mark.parametrize("key", OF_A_PURPOSE)
def test_nothing_is_kept_without_agreeing_and_what_was_chosen_stays(ana, loss, key):
    client, address = signed_in(ana), address_of(key, loss)
    page = page_of(client, address)
    assert str(wordings.CONSENTS[OF_A_PURPOSE[key]].agree) in page
    assert "agrees" not in boxes(page)
    assert not re.search(r'name="agrees"[^>]*checked', page), "never ticked beforehand"
    form, _values = sent(key, use="shown")
    del form["agrees"]
    refused = client.post(address, form)
    assert "We keep none of it unless you agree." in text_of(refused)
    page = unescape(refused.content.decode())
    assert boxes(page)["use"] == "shown"
    ticked, typed = set(re.findall(r'value="([^"]*)"[^>]* checked', page)), page
    for name, value in form.items():
        assert set(value) <= ticked if isinstance(value, list) else value in ticked or value in typed, name
    assert kept(key, ana) is None
    assert not FacetConsent.objects.exists()


@pytest.mark.parametrize("key", OF_A_PURPOSE)
def test_agreeing_is_asked_once_recorded_and_as_easy_to_take_back(ana, loss, key):
    client, address, purpose = signed_in(ana), address_of(key, loss), OF_A_PURPOSE[key]
    client.post(address, sent(key)[0])
    assert FacetConsent.objects.get().purpose == purpose
    assert 'name="agrees"' not in page_of(client, address), "asked once for each purpose"
    back = reverse("families-facet-consent", args=[purpose])
    assert back in page_of(client, SUMMARY)
    asks = text_of(client.get(back))
    assert str(wordings.WORDINGS[key].term) in unescape(asks), "it says what is forgotten"
    assert kept(key, ana) is not None, "asking changes nothing"
    for _time in range(2):
        assert client.post(back).status_code == 302
    assert kept(key, ana) is None
    assert FacetConsent.objects.get().taken_back_at is not None
    assert back not in page_of(client, SUMMARY)
    assert client.get(back).status_code == 302
    assert 'name="agrees"' in page_of(client, address)


def test_who_answers_nothing_is_not_recorded_as_agreeing(ana, loss):
    signed_in(ana).post(address_of("faith", loss), {"use": "match", "agrees": "on", "own": ""})
    assert not FacetConsent.objects.exists()


@pytest.mark.parametrize("key", ["weeks", "faith"])
def test_what_was_taken_back_in_another_window_holds(ana, loss, key):
    """The page was opened when she agreed; she took it back; then she sends what she had begun."""
    facets.consent(actor=ana, purpose=OF_A_PURPOSE[key])
    client, address = signed_in(ana), address_of(key, loss)
    assert 'name="agrees"' not in page_of(client, address)
    facets.take_back_consent(actor=ana, purpose=OF_A_PURPOSE[key])
    form, _values = sent(key)
    del form["agrees"]
    assert "We keep none of it unless you agree." in text_of(client.post(address, form))
    assert kept(key, ana) is None


@pytest.mark.parametrize("key", ["weeks", "faith"])
def test_what_is_taken_back_in_the_same_moment_holds_too(ana, loss, key, monkeypatch):
    first = iter([{OF_A_PURPOSE[key].value}])
    monkeypatch.setattr(facets, "purposes_of", lambda member: next(first, set()))
    form, _values = sent(key)
    del form["agrees"]
    page = signed_in(ana).post(address_of(key, loss), form)
    assert "We keep none of it unless you agree." in text_of(page)
    assert kept(key, ana) is None
    assert not FacetConsent.objects.exists()


def test_skipping_needs_no_agreement(ana, loss):
    signed_in(ana).post(address_of("weeks", loss), {"skip": "1"})
    assert kept("weeks", ana) == Answer(is_skipped=True)
    assert not FacetConsent.objects.exists()


def test_what_is_of_no_purpose_asks_for_none(ana, loss):
    assert 'name="agrees"' not in page_of(signed_in(ana), address_of("role", loss))
    assert reverse_is_404(signed_in(ana), "/like-you/about/agreed/everything/")


def reverse_is_404(client: Client, address: str) -> bool:
    return client.get(address).status_code == client.post(address).status_code == 404


# --- What is typed ----------------------------------------------------------------------------------


def test_words_of_ones_own_are_made_alike_so_that_the_same_find_each_other(ana, loss):
    form, _values = sent("causes")
    form["own"] = "  Vasa   PRAEVIA \n\nvasa praevia\nLimb body wall complex"
    signed_in(ana).post(address_of("causes", loss), form)
    assert kept("causes", ana).values[1:] == ("own:vasa praevia", "own:limb body wall complex")


@pytest.mark.parametrize(
    ("key", "typed", "says"),
    [
        ("weeks", {"weeks": "many"}, "Please write the weeks as a number"),
        ("weeks", {"weeks": "46"}, "a number up to 45"),
        ("weeks", {"days": "3"}, "There are days but no weeks"),
        (
            "since",
            {"values_day": "9", "values_month": "", "values_year": "2019"},
            "There is a day but no month",
        ),
        ("since", {"values_year": "2999"}, "Please check the year"),
        ("culture", {"own": "\n".join("abcdef")}, f"at most {MOST_OWN}"),
        ("culture", {"own": "x" * 41}, "Please keep each line to 40 letters"),
    ],
)
def test_a_slip_is_said_kindly_and_nothing_typed_is_lost(ana, loss, key, typed, says):
    client, address = signed_in(ana), address_of(key, loss)
    answer = client.post(address, {"use": "hidden", "agrees": "on"} | typed)
    assert says in unescape(text_of(answer))
    page = unescape(answer.content.decode())
    assert boxes(page)["use"] == "hidden"
    assert all(value in page for value in typed.values())
    assert kept(key, ana) is None
    assert not FacetConsent.objects.exists()


@pytest.mark.parametrize(("key", "value"), [("role", "queen"), ("kinds", "own:anything"), ("country", "XX")])
def test_what_is_no_answer_is_not_kept(ana, loss, key, value):
    form = {"use": "match", "agrees": "on", "values": value}
    assert signed_in(ana).post(address_of(key, loss), form).status_code == 200
    assert kept(key, ana) is None
    assert signed_in(ana).post(address_of(key, loss), sent(key, use="sold")[0]).status_code == 200
    assert kept(key, ana) is None


# --- The baby's page, and losses --------------------------------------------------------------------


def test_the_page_of_the_baby_offers_a_first_answer_that_is_kept_only_on_saving(family: Family):
    parent = family.parent(family.ana)
    actions.set_weeks(actor=family.ana, parent=parent, weeks=20, days=3, is_unsure=False)
    hers = experiences.add_experience(actor=family.ana, baby=family.jack)
    client, address = signed_in(family.ana), address_of("weeks", hers)
    page = page_of(client, address)
    assert "We filled in what the page says: Jack." in page
    assert re.search(r'name="weeks" value="20"', page)
    assert re.search(r'name="days" value="3"', page)
    assert kept("weeks", family.ana) is None
    client.post(address, {"use": "match", "weeks": "20", "days": "3", "agrees": "on"})
    assert kept("weeks", family.ana) == Answer(("20+3",))
    assert "We filled in" not in page_of(client, address)


def test_the_country_of_their_place_is_offered_and_not_taken(ana, loss):
    Member.objects.filter(pk=ana.pk).update(country="IE")
    page = page_of(signed_in(ana), address_of("country", loss))
    assert "We filled in the country" in page
    assert '<option value="IE" selected>' in page
    assert kept("country", ana) is None


def test_a_loss_is_called_by_the_babys_name_as_long_as_the_page_is_theirs(family: Family):
    client = signed_in(family.ana)
    start = f"{reverse('families-loss-add')}?baby={family.jack.public_id}"
    assert f'value="{family.jack.public_id}"' in page_of(client, start)
    client.post(start, {"baby": family.jack.public_id})
    hers = Experience.objects.get()
    assert hers.baby == family.jack
    assert "Jack" in text_of(client.get(SUMMARY))
    assert client.get(start)["Location"] == reverse("families-loss", args=[hers.public_id])
    actions.leave_family(actor=family.ana, parent=family.parent(family.ana))
    seen = text_of(client.get(SUMMARY))
    assert "Jack" not in seen
    assert "A loss without a page" in seen


def test_losses_without_a_page_are_told_apart(ana, loss):
    client = signed_in(ana)
    assert "Added on" in text_of(client.get(SUMMARY))
    client.post(address_of("since", loss), sent("since")[0])
    client.post(address_of("weeks", loss), sent("weeks")[0])
    assert "March 2019, 20 weeks and 3 days" in text_of(client.get(SUMMARY))


def test_pressing_twice_does_each_thing_once(ana):
    client = signed_in(ana)
    for _time in range(2):
        client.post(reverse("families-loss-add"), {"baby": "without"})
    loss = Experience.objects.get()
    for _time in range(2):
        assert client.post(address_of("weeks", loss), sent("weeks")[0]).status_code == 302
    assert FacetConsent.objects.count() == 1
    remove = reverse("families-loss-remove", args=[loss.public_id])
    assert "Take back what you told of this loss?" in text_of(client.get(remove))
    assert Experience.objects.exists()
    assert client.post(remove).status_code == 302
    assert not Experience.objects.exists()
    assert client.post(remove).status_code == 404


def test_there_is_an_end_to_losses_and_it_is_said_kindly(ana, monkeypatch):
    monkeypatch.setattr(experiences, "MOST_EXPERIENCES", 0)
    page = signed_in(ana).post(reverse("families-loss-add"), {"baby": "without"}, follow=True)
    assert "as many losses here as this place can keep" in text_of(page)


# --- Nobody else ------------------------------------------------------------------------------------


def test_nobody_elses_loss_can_be_opened_or_answered(family: Family):
    hers = experiences.add_experience(actor=family.ana, baby=family.jack)
    addresses = [
        reverse("families-loss", args=[hers.public_id]),
        reverse("families-loss-remove", args=[hers.public_id]),
        *(address_of(key, hers) for key in OF_LOSS),
    ]
    for stranger in (family.sam, family.bea, family.dora, family.lea, family.eve):
        client = signed_in(stranger)
        for address in addresses:
            assert client.get(address).status_code == 404
            assert client.post(address, sent("role")[0]).status_code in (404, 405)
    assert answers_about(Experience.objects.get()) == {}
    assert signed_in(family.ana).get(addresses[0]).status_code == 200
    assert Client().get(addresses[0]).status_code == 302


def test_nobody_begins_one_of_a_baby_whose_page_is_not_theirs(family: Family):
    for stranger in (family.gran, family.eve, family.bea):
        client = signed_in(stranger)
        answer = client.post(reverse("families-loss-add"), {"baby": family.jack.public_id})
        assert answer.status_code == 200
        assert "Jack" not in answer.content.decode()
    assert not Experience.objects.exists()


NOT_ASKED = ["name/", "weeks/", "losses/AAAAAAAAAAAAAAAAAAAAAA/role/"]


@pytest.mark.parametrize("address", NOT_ASKED)
def test_what_is_not_asked_does_not_exist(ana, loss, address):
    assert signed_in(ana).get(SUMMARY + address).status_code == 404


def test_nothing_that_was_answered_is_on_a_page_of_anyone_else(family: Family):
    """Not even on those of the other parent, for whom it is about the same baby."""
    hers = experiences.add_experience(actor=family.ana, baby=family.jack)
    client = signed_in(family.ana)
    for key in FACETS:
        form, _values = sent(key, use="shown")
        if FACETS[key].takes_own:
            form["own"] = f"kanari {key}"
        client.post(address_of(key, hers), form)
    theirs = {f"kanari {key}" for key in FACETS if FACETS[key].takes_own} | {hers.public_id}
    seen = page_of(client, SUMMARY)
    assert all(word in seen for word in theirs), (
        "she herself sees it: a canary that nobody meets proves nothing"
    )
    for other in (family.sam, family.gran, family.eve, family.bea, family.dora, family.lea):
        for address in walk(signed_in(other)):
            page = signed_in(other).get(address).content.decode()
            assert not [word for word in theirs if word in page], (other, address)


def walk(client: Client) -> list[str]:
    """One page of each kind, by links from the first on."""
    found, kinds, waiting = [], set(), ["/", SUMMARY, "/babies/", "/you/"]
    while waiting:
        address = waiting.pop(0)
        kind = re.sub(r"[A-Za-z0-9_-]{22}|\d+", "…", address)
        if kind in kinds or address.startswith(("/static/", "/leave", "/account/logout")):
            continue
        kinds.add(kind)
        answer = client.get(address)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            found.append(address)
            waiting += re.findall(r'href="(/[^"#?]*)', answer.content.decode())
    return found


# --- Ways there, and how much a page asks ------------------------------------------------------------


def test_the_account_and_the_page_of_a_baby_lead_there(family: Family):
    client = signed_in(family.ana)
    assert f'href="{SUMMARY}"' in page_of(client, reverse("people-you"))
    baby = page_of(client, reverse("families-baby", args=[family.jack.public_id]))
    assert f"{reverse('families-loss-add')}?baby={family.jack.public_id}" in baby


def test_whoever_waits_to_be_let_in_finds_no_way_there_yet():
    wim = a_member("Wim", is_approved=False)
    assert SUMMARY not in page_of(signed_in(wim), reverse("people-you"))
    assert signed_in(wim).get(SUMMARY).status_code == 403


def test_no_page_asks_more_than_eight_times_however_much_was_told(ana):
    client = signed_in(ana)
    losses = []
    for number in range(8):
        baby = a_baby(ana)
        parent = Parent.objects.get(baby=baby, member=ana)
        actions.name_baby(actor=ana, parent=parent, name=f"Name {number}", nicknames=[])
        losses.append(experiences.add_experience(actor=ana, baby=baby))
    for loss in losses:
        given = {key: Answer(sent(key)[1]) for key in OF_LOSS}
        experiences.answer_all_about(actor=ana, experience=loss, answers=given, is_agreed=True)
    facets.answer_all_own(actor=ana, answers={key: Answer(sent(key)[1]) for key in OWN}, is_agreed=True)
    a_baby(ana)
    pages = [
        SUMMARY,
        reverse("families-loss-add"),
        reverse("families-loss", args=[loss.public_id]),
        reverse("families-loss-remove", args=[loss.public_id]),
        reverse("families-facet-consent", args=["health"]),
        *(address_of(key, loss) for key in FACETS),
        address_of("age", loss) + "?on",
        address_of("causes", loss) + "?on",
        address_of("weeks", loss) + "?first",
    ]
    client.get(SUMMARY)
    for page in pages:
        with counting() as asked:
            assert client.get(page).status_code == 200
        assert len(asked) <= 8, (page, asked)
    assert OwnFacets.objects.count() == 1
