"""The tag library: each piece says what it is to a screen reader, and lets nothing through unescaped."""

from __future__ import annotations

import datetime

import pytest
from django import forms
from django.http import HttpRequest
from django.template import Context, Template
from django.test import RequestFactory

from lessalone.ui import icons, navigation
from lessalone.ui.forms import PartialDate, PartialDateField, Radios
from lessalone.ui.templatetags.ui import nearest_ratio, ratio_class


def render(source: str, **context: object) -> str:
    return Template("{% load ui %}" + source).render(Context(context))


class AskForm(forms.Form):
    name = forms.CharField(label="Name", help_text="Any name.")
    weeks = forms.IntegerField(label="Weeks", required=False, min_value=0)
    who = forms.ChoiceField(
        label="Who?",
        choices=[("us", "Only us"), ("all", "All")],
        widget=Radios(descriptions={"us": "You two."}),
    )
    when = PartialDateField(label="When?", required=False)


def test_a_field_ties_its_label_hint_and_error_together() -> None:
    form = AskForm({"name": ""})
    html = render("{% field form.name %}", form=form)
    assert '<label for="id_name">Name</label>' in html
    assert 'aria-describedby="id_name-hint id_name-error"' in html
    assert 'id="id_name-hint"' in html
    assert 'id="id_name-error"' in html
    assert 'aria-invalid="true"' in html
    assert " required" not in html, "the browser's own bubble would come before our words"


def test_what_can_be_left_out_says_so() -> None:
    assert "(optional)" in render("{% field form.weeks %}", form=AskForm())
    assert "(optional)" not in render("{% field form.name %}", form=AskForm())
    assert "(optional)" not in render("{% field form.weeks optional=False %}", form=AskForm())


def test_a_form_of_optional_questions_says_it_once() -> None:
    form = AskForm()
    form.says_optional = False
    assert "(optional)" not in render("{% field form.weeks %}", form=form)


def test_numbers_are_typed_not_turned() -> None:
    html = render("{% field form.weeks %}", form=AskForm({"weeks": "many"}))
    assert 'type="text"' in html
    assert 'inputmode="numeric"' in html
    assert 'value="many"' in html


def test_radios_are_one_question_with_a_sentence_for_each_answer() -> None:
    html = render("{% field form.who %}", form=AskForm({"who": "us"}))
    assert "<fieldset" in html
    assert "<legend>Who?</legend>" in html
    assert 'aria-describedby="id_who_0-hint"' in html
    assert html.count("checked") == 1


def test_one_thing_per_page_makes_the_label_the_heading() -> None:
    assert '<h1 class="label-heading"><label for="id_name">' in render(
        "{% field form.name heading=True %}", form=AskForm()
    )
    assert "<legend><h1>Who?</h1>" in render("{% field form.who heading=True %}", form=AskForm())


def test_the_error_summary_leads_to_each_field() -> None:
    html = render("{% errors form %}", form=AskForm({"when_day": "9", "when_year": "2024"}))
    for target in ("#id_name", "#id_who_0", "#id_when_day"):
        assert f'href="{target}"' in html
    assert 'tabindex="-1"' in html


def test_a_form_without_mistakes_has_no_summary() -> None:
    assert render("{% errors form %}", form=AskForm()).strip() == ""
    assert render("{% errors form %}", form=AskForm({"name": "Ana", "who": "us"})).strip() == ""


@pytest.mark.parametrize(
    ("parts", "text", "precision"),
    [
        (("9", "3", "2024"), "2024-03-09", "day"),
        (("", "3", "2024"), "2024-03", "month"),
        (("", "", "2024"), "2024", "year"),
    ],
)
def test_a_date_can_be_as_exact_as_one_remembers(parts: tuple[str, ...], text: str, precision: str) -> None:
    form = AskForm(
        {"name": "A", "who": "us", **dict(zip(("when_day", "when_month", "when_year"), parts, strict=True))}
    )
    assert form.is_valid(), form.errors
    assert str(form.cleaned_data["when"]) == text
    assert form.cleaned_data["when"].precision == precision
    assert PartialDate.parse(text) == form.cleaned_data["when"]


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        (("9", "", "2024"), "month"),
        (("31", "2", "2024"), "unknown"),
        (("", "3", ""), "year"),
        (("x", "3", "2024"), "number"),
        (("", "", "1850"), "outside"),
        (("", "", "2999"), "outside"),
        (("", "", "24"), "year"),
    ],
)
def test_a_date_that_cannot_be_is_asked_again(parts: tuple[str, ...], code: str) -> None:
    form = AskForm(dict(zip(("when_day", "when_month", "when_year"), parts, strict=True)))
    assert [error.code for error in form.errors.as_data()["when"]] == [code]


def test_a_date_left_out_is_no_mistake() -> None:
    form = AskForm({"name": "A", "who": "us"})
    assert form.is_valid()
    assert form.cleaned_data["when"] is None


def test_a_date_is_shown_again_as_it_was_given() -> None:
    html = render("{% field form.when %}", form=AskForm(initial={"when": "2024-03"}))
    assert 'value="3"' in html
    assert 'value="2024"' in html
    assert html.count(" value=") == 2


def test_partial_dates_know_their_bounds() -> None:
    february = PartialDate(2024, 2)
    assert february.first_day == datetime.date(2024, 2, 1)
    assert february.last_day == datetime.date(2024, 2, 29)
    with pytest.raises(ValueError, match="month"):
        PartialDate(2024, None, 3)


@pytest.mark.parametrize(
    "source",
    [
        "{% button words %}",
        "{% card %}{{ words }}{% endcard %}",
        "{% note %}{{ words }}{% endnote %}",
        "{% why %}{{ words }}{% endwhy %}",
        "{% hint %}{{ words }}{% endhint %}",
        "{% panel words %}{{ words }}{% endpanel %}",
        "{% notice %}{{ words }}{% endnotice %}",
        "{% more words %}{{ words }}{% endmore %}",
        "{% facts %}{% fact words change_url=words %}{{ words }}{% endfact %}{% endfacts %}",
        "{% table words %}{% endtable %}",
        "{% empty words more=words href=words action=words %}",
        "{% veil words words %}",
        "{% photo words words width=1 height=1 cover_url=words %}",
        "{% person words words href=words said=words %}",
        "{% gesture words words words %}",
        "{% doors links label=words %}",
        "{% pager words words first=words %}",
        "{% content_notes notes start=words %}",
        "{% step 1 2 back_url=words back=words %}",
        "{% upload_row words 40 words %}",
        "{% equal_choices words links label=words %}",
    ],
)
def test_what_someone_wrote_is_never_markup(source: str) -> None:
    words = """<img src=x onerror="a">'"""
    html = render(source, words=words, links=[(words, words)], notes=[words])
    assert "<img src=x" not in html
    assert 'onerror="a"' not in html
    assert "onerror" in html


def test_a_covered_photo_sends_no_clear_picture_and_is_asked_for_by_post() -> None:
    html = render('{% veil "Jack, held by his mother" "/show" "3:4" csrf %}'.replace(" csrf", ""))
    assert "<img" not in html
    assert 'method="post" action="/show"' in html
    assert "ratio-3-4" in html
    assert "Show this photo" in html


def test_a_shown_photo_keeps_its_place_and_can_be_covered_again() -> None:
    html = render('{% photo "/p.webp" "Jack" width=960 height=720 cover_url="/cover" %}')
    assert 'alt="Jack" width="960" height="720"' in html
    assert "Cover it again" in html
    assert "style=" not in html


def test_shapes_are_the_nearest_there_is() -> None:
    assert nearest_ratio(4032, 3024) == "4-3"
    assert nearest_ratio(3000, 4500) == "2-3"
    assert nearest_ratio(0, 0) == "4-3"
    assert ratio_class("16:9") == "ratio-16-9"
    assert ratio_class("7:1") == "ratio-4-3"


def test_the_pager_is_there_only_when_there_is_more() -> None:
    assert render("{% pager cursor '/stories' %}", cursor=None) == ""
    assert 'href="/stories?after=a%2Fb"' in render("{% pager cursor '/stories' %}", cursor="a/b")
    assert 'href="/stories?of=me&amp;after=c"' in render("{% pager 'c' '/stories?of=me' %}")


def test_equal_answers_are_written_alike() -> None:
    html = render("{% equal_choices 'answer' choices %}", choices=[("a", "Share this"), ("b", "Not yet")])
    first, second = (
        html.split("<button")[n].split(">")[0].replace(v, "") for n, v in ((1, '"a"'), (2, '"b"'))
    )
    assert first == second


def test_a_wrong_name_is_a_mistake_at_once() -> None:
    with pytest.raises(KeyError, match="no icon"):
        icons.svg("skull")
    with pytest.raises(KeyError):
        icons.svg("../static/ui/mark")
    with pytest.raises(ValueError, match="kind"):
        render('{% button "x" kind="shiny" %}')


@pytest.fixture
def request_() -> HttpRequest:
    request = RequestFactory().get("/look")
    request.user = object()  # type: ignore[assignment]
    return request


def test_a_room_registers_its_way_once_and_in_order(
    monkeypatch: pytest.MonkeyPatch, request_: HttpRequest
) -> None:
    monkeypatch.setattr(navigation, "_entries", {slot: [] for slot in navigation.SLOTS})
    navigation.register("main", "ui-leave", "Second", order=2)
    navigation.register("main", "ui-look", "Old name", order=1)
    navigation.register("main", "ui-look", "First", order=1)
    navigation.register("main", "ui-gallery", "Hidden", order=0, show=lambda request: False)
    links = navigation.links("main", request_)
    assert [link.label for link in links] == ["First", "Second"]
    assert [link.is_current for link in links] == [True, False]
    with pytest.raises(ValueError, match="no slot"):
        navigation.register("sidebar", "ui-look", "x", order=1)


def test_a_way_that_leads_nowhere_is_left_out_and_named_by_a_check(
    monkeypatch: pytest.MonkeyPatch, request_: HttpRequest
) -> None:
    from lessalone.ui.checks import check_ways_lead_somewhere

    monkeypatch.setattr(navigation, "_entries", {slot: [] for slot in navigation.SLOTS})
    navigation.register("home", "no-such-page", "Home", order=1)
    assert navigation.links("home", request_) == []
    assert navigation.address("home") == "/"
    assert navigation.address("help") == "/help"
    assert [message.id for message in check_ways_lead_somewhere()] == ["ui.W001"]


def test_before_it_is_known_who_asks_only_everyones_ways_are_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(navigation, "_entries", {slot: [] for slot in navigation.SLOTS})
    navigation.register("main", "ui-look", "All", order=1)
    navigation.register("main", "ui-leave", "Members", order=2, show=lambda request: request.user.pk > 0)
    early = RequestFactory().get("/")
    assert [link.label for link in navigation.links("main", early)] == ["All"]
    assert navigation.links("main", None) == []
