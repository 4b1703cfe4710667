"""Pages of answers: writing them, reading what came in, and what one wrote oneself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessalone.care.inquest import mentions_inquest
from lessalone.people import actions as people
from lessalone.people.access import member_required
from lessalone.responses import actions, below_story, inbox, slots
from lessalone.responses.forms import ChangedWordsForm, HardForMeForm, WordsForm
from lessalone.responses.keeping import keeps_words
from lessalone.responses.kept_words import words_of
from lessalone.responses.listing import Entry, Standing, is_waiting_for_its_writer, standing_of
from lessalone.responses.models import Gesture, NoteSuggestion
from lessalone.responses.voices import voices_for
from lessalone.sharing.actions import Refused
from lessalone.sharing.models import Item
from lessalone.sharing.queries import visible_item_or_404
from lessalone.ui.confirming import ask_first


def _story_or_404(request: HttpRequest, public_id: str) -> Item:
    return visible_item_or_404(request.viewer, public_id, kind=Item.Kind.STORY)


def _answer_or_404(request: HttpRequest, public_id: str) -> Item:
    return inbox.answer_or_404(request.viewer, public_id)


def _family_story_or_404(request: HttpRequest, public_id: str) -> Item:
    """A story that is the viewer's own. To anyone else its page for the family does not exist."""
    story = _story_or_404(request, public_id)
    if not story.is_own:
        raise Http404
    return story


def _to_story(story: Item, anchor: str = "answers") -> str:
    return f"{reverse('stories-read', args=[story.public_id])}#{anchor}"


# --- Writing.


@keeps_words
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, public_id: str) -> HttpResponse:
    """Words for a family, or (`to`) for someone who answered them."""
    story = _story_or_404(request, public_id)
    to = request.POST.get("to") or request.GET.get("to") or ""
    above = _answer_or_404(request, to) if to else None
    voices, voice = voices_for(request.user, story)
    form = WordsForm(request.POST or None, voices=voices, voice=voice, initial={"to": to})
    if request.method == "POST" and form.is_valid() and not _needs_note(form):
        return _sent(request, story, above, form)
    return _write_page(request, story, above, form)


def _needs_note(form: WordsForm | ChangedWordsForm) -> bool:
    """Whether the private note about an inquest has to be shown once before sending."""
    return not form.cleaned_data["has_seen_note"] and mentions_inquest(form.cleaned_data["words"])


def _sent(request: HttpRequest, story: Item, above: Item | None, form: WordsForm) -> HttpResponse:
    item = actions.respond(
        actor=request.user,
        viewer=request.viewer,
        voice=form.cleaned_data["voice"],
        story_item=story,
        words=form.cleaned_data["words"],
        above=above,
        form_token=form.cleaned_data["form_token"],
    )
    if request.htmx:
        return render(request, "responses/_sent.html", {"item": item, "story": story})
    messages.success(request, _sentence_when_sent(item))
    return redirect(below_story.address_of(item, story))


def _sentence_when_sent(item: Item) -> str:
    if item.waiting_for == Item.Waiting.FIRST_READER:
        return _("Your words are sent. Someone the family trusts reads them first.")
    if item.waiting_for == Item.Waiting.FAMILY:
        return _("Your words are sent. The family reads them before anyone else does.")
    return _("Your words are there now.")


def _write_page(request: HttpRequest, story: Item, above: Item | None, form: WordsForm) -> HttpResponse:
    standing = standing_of(request.viewer, story)
    if not standing.takes_words and request.method == "GET":
        return render(request, "responses/closed.html", {"story": story, "standing": standing}, status=403)
    has_note = form.is_bound and form.is_valid() and _needs_note(form)
    context = {
        "story": story,
        "title": inbox.titles_of([story]).get(story.pk, ""),
        "above": inbox.entries([above], request.viewer) if above else [],
        "form": _seen(form) if has_note else form,
        "has_note": has_note,
        "standing": standing,
    }
    part = "responses/_write.html" if request.htmx else "responses/write.html"
    return render(request, part, context, status=422 if form.errors and not request.htmx else 200)


def _seen(form: Any) -> Any:
    """The same form, that remembers that the note was shown."""
    form.data = form.data.copy()
    form.data["has_seen_note"] = "on"
    return form


@keeps_words
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change one's own words."""
    item = _own_or_404(request, public_id)
    form = ChangedWordsForm(request.POST or None, initial={"words": words_of([item.pk]).get(item.pk, "")})
    if request.method == "POST" and form.is_valid() and not _needs_note(form):
        item = actions.edit(actor=request.user, item=item, words=form.cleaned_data["words"])
        messages.success(request, _("Your words are changed."))
        return redirect("responses-mine")
    has_note = form.is_bound and form.is_valid() and _needs_note(form)
    context = {
        "item": item,
        "form": _seen(form) if has_note else form,
        "has_note": has_note,
        "standing": standing_of(request.viewer, item.root),
    }
    return render(request, "responses/change.html", context, status=422 if form.errors else 200)


def _own_or_404(request: HttpRequest, public_id: str) -> Item:
    item = inbox.written_by(request.viewer).select_related("root").filter(public_id=public_id).first()
    if item is None:
        raise Http404
    return item


@member_required
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take one's own words back for good."""
    item = _own_or_404(request, public_id)
    if request.method == "POST":
        actions.erase(actor=request.user, item=item)
        messages.success(request, _("Your words are taken back. Nobody sees them from now on."))
        return redirect("responses-mine")
    sentences = [
        _("Nobody will see them any more, not even you. We destroy them, and cannot bring them back."),
        _("We stop showing them now. Someone may have kept a copy."),
    ]
    return ask_first(
        request,
        _("Take your words back?"),
        sentences,
        confirm_label=_("Take them back for good"),
        cancel_url=reverse("responses-mine"),
        cancel_label=_("Keep them"),
        is_destroying=True,
    )


# --- Without words.


@member_required
@require_POST
def gesture(request: HttpRequest, public_id: str) -> HttpResponse:
    """Make a gesture, or take it back."""
    story = _story_or_404(request, public_id)
    kind = request.POST.get("gesture", "")
    if kind not in Gesture.Kind.values:
        raise Http404
    return _pressed(
        request,
        story,
        lambda: actions.press_gesture(actor=request.user, story_item=story, kind=kind, viewer=request.viewer),
    )


@member_required
@require_POST
def less_alone(request: HttpRequest, public_id: str) -> HttpResponse:
    """Tell the family that it helped, or take that back."""
    story = _story_or_404(request, public_id)
    return _pressed(
        request,
        story,
        lambda: actions.press_less_alone(actor=request.user, story_item=story, viewer=request.viewer),
    )


def _pressed(request: HttpRequest, story: Item, press: Any) -> HttpResponse:
    refusal = ""
    try:
        press()
    except Refused as refused:
        refusal = str(refused)
    if request.htmx:
        return HttpResponse(below_story.gestures(request, story, refusal=refusal))
    if refusal:
        messages.warning(request, refusal)
    return redirect(_to_story(story))


# --- Reading.


@login_not_required
@require_GET
def story_answers(request: HttpRequest, public_id: str) -> HttpResponse:
    """The answers to a story from some point on: a page of its own, or a part for the story's page."""
    story = _story_or_404(request, public_id)
    context = below_story.list_context(request, story)
    if request.htmx:
        return render(request, "responses/_list.html", context)
    context["title"] = inbox.titles_of([story]).get(story.pk, "")
    return render(request, "responses/list.html", context)


@login_not_required
@require_GET
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """One answer, and what this reader can do with it."""
    item = _answer_or_404(request, public_id)
    story = _its_story(request, item)
    entry = next(iter(inbox.entries([item], request.viewer)), None)
    if entry is None:
        raise Http404
    standing = standing_of(request.viewer, story) if story else Standing()
    context = {
        "entry": entry,
        "item": item,
        "story": story,
        "story_url": below_story.address_of(item, story) if story else "",
        "standing": standing,
        **_as_its_writer(request, entry),
        **_as_its_reader(request, entry, standing),
    }
    return render(request, "responses/answer.html", context)


def _its_story(request: HttpRequest, item: Item) -> Item | None:
    """The story of an answer, with its title. None for a moderator who may see the answer alone."""
    try:
        story = _story_or_404(request, item.root_public_id)
    except Http404:
        return None
    story.title = inbox.titles_of([story]).get(story.pk, "")
    return story


def _as_its_writer(request: HttpRequest, entry: Entry) -> dict[str, Any]:
    """What only its writer is shown. That it was put away is not."""
    if not entry.is_own:
        return {}
    return {
        "is_waiting": is_waiting_for_its_writer(entry.item),
        "for_its_writer": slots.filled("for-its-writer", request, entry.item),
    }


def _as_its_reader(request: HttpRequest, entry: Entry, standing: Standing) -> dict[str, Any]:
    """What family, first reader and others can do with it."""
    if entry.is_own:
        return {}
    waits_for = entry.item.waiting_for
    return {
        "is_put_away": entry.item.told_waiting is not None and standing.is_family,
        "reads_now": standing.is_family and waits_for == Item.Waiting.FAMILY,
        "reads_first": waits_for == Item.Waiting.FIRST_READER,
        "for_readers": slots.filled("for-readers", request, entry.item),
        "can_answer": standing.takes_words and not entry.is_below and not waits_for,
    }


@member_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """What I wrote."""
    items, cursor = inbox.page(inbox.written_by(request.viewer), request.GET.get("after"), newest_first=True)
    stories = inbox.visible_stories(request.viewer, [item.root_id for item in items if item.root_id])
    rows = [
        (entry, stories.get(entry.item.root_id), is_waiting_for_its_writer(entry.item))
        for entry in inbox.entries(items, request.viewer)
    ]
    context = {"rows": rows, "cursor": cursor, "reads_first": inbox.reads_first(request.user.pk)}
    return render(request, "responses/mine.html", context)


@member_required
@require_GET
def laid_aside(request: HttpRequest) -> HttpResponse:
    """Answers that I did not want to meet again: only I see this."""
    items, cursor = inbox.page(
        inbox.laid_aside_by(request.viewer), request.GET.get("after"), newest_first=True
    )
    return render(request, "responses/laid_aside.html", {"items": items, "cursor": cursor})


# --- What came in.


@member_required
@require_GET
def came_in(request: HttpRequest, public_id: str) -> HttpResponse:
    """For the family: what waits to be read, and what came without words."""
    story = _family_story_or_404(request, public_id)
    items, cursor, put_away = inbox.came_in(request.viewer, story, request.GET.get("after"))
    entries = inbox.entries([*items, *put_away], request.viewer)
    context = {
        "story": story,
        "title": inbox.titles_of([story]).get(story.pk, ""),
        "entries": [entry for entry in entries if not entry.item.is_put_away],
        "cursor": cursor,
        "put_away": [entry for entry in entries if entry.item.is_put_away],
        "suggestions": below_story.suggested_notes(story),
        **inbox.newest_wordless(request.viewer, story),
    }
    return render(request, "responses/came_in.html", context)


@member_required
@require_GET
def wordless(request: HttpRequest, public_id: str) -> HttpResponse:
    """For the family: all gestures, or all who felt less alone, page by page."""
    story = _family_story_or_404(request, public_id)
    rows: Any = (
        inbox.less_alone_for(request.viewer, story.pk)
        if request.GET.get("which") == inbox.LESS_ALONE
        else inbox.gestures_for(request.viewer, story.pk)
    )
    found, cursor = inbox.page(rows, request.GET.get("after"), newest_first=True)
    context = {"story": story, "rows": found, "cursor": cursor, "which": request.GET.get("which", "")}
    return render(request, "responses/wordless.html", context)


@member_required
@require_POST
def settle_notes(request: HttpRequest, public_id: str) -> HttpResponse:
    """The family has read which notes were asked for."""
    story = _family_story_or_404(request, public_id)
    for suggestion in NoteSuggestion.objects.filter(item=story.pk, settled_at=None):
        actions.settle_suggestion(actor=request.user, suggestion=suggestion)
    return redirect("responses-came-in", story.public_id)


@member_required
@require_GET
def read_first(request: HttpRequest) -> HttpResponse:
    """For a first reader: what waits for them, story by story."""
    items, cursor = inbox.page(
        inbox.waiting_for_first_reader(request.viewer), request.GET.get("after"), newest_first=False
    )
    stories = inbox.visible_stories(request.viewer, [item.root_id for item in items if item.root_id])
    rows = [(entry, stories.get(entry.item.root_id)) for entry in inbox.entries(items, request.viewer)]
    return render(request, "responses/read_first.html", {"rows": rows, "cursor": cursor})


@member_required
@require_POST
def let_be_seen(request: HttpRequest, public_id: str) -> HttpResponse:
    """The family lets an answer be seen."""
    item = _answer_or_404(request, public_id)
    return _decided(request, item, actions.let_be_seen, _("Everyone who sees your story can read it now."))


@member_required
@require_POST
def pass_on(request: HttpRequest, public_id: str) -> HttpResponse:
    """The first reader lets an answer through."""
    item = _answer_or_404(request, public_id)
    return _decided(request, item, actions.pass_on, _("It is passed on."))


@member_required
@require_POST
def put_away(request: HttpRequest, public_id: str) -> HttpResponse:
    """The family or their first reader puts an answer away."""
    item = _answer_or_404(request, public_id)
    return _decided(request, item, actions.put_away, _("It is put away. Whoever wrote it is not told."))


def _decided(request: HttpRequest, item: Item, act: Any, sentence: str) -> HttpResponse:
    """Do it, and go back to where more may wait. Not theirs to decide: to them it does not exist."""
    reads_first = item.waiting_for == Item.Waiting.FIRST_READER
    try:
        act(actor=request.user, item=item)
    except actions.NotThere:
        raise Http404 from None
    if request.htmx:
        return HttpResponse("")
    messages.success(request, sentence)
    return (
        redirect("responses-read-first")
        if reads_first
        else redirect("responses-came-in", item.root.public_id)
    )


# --- Hard for me to see.


@member_required
@require_http_methods(["GET", "POST"])
def hard_for_me(request: HttpRequest, public_id: str) -> HttpResponse:
    """Someone does not want to meet this, and nothing is wrong with it. Only they know."""
    item = _either_or_404(request, public_id)
    form = HardForMeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _spared(request, item, form)
    is_answer = item.kind == Item.Kind.RESPONSE
    context = {
        "form": form,
        "is_answer": is_answer,
        "back_url": reverse("responses-answer" if is_answer else "stories-read", args=[item.public_id]),
    }
    return render(request, "responses/hard_for_me.html", context)


def _spared(request: HttpRequest, item: Item, form: HardForMeForm) -> HttpResponse:
    note = form.cleaned_data["note"]
    if note:
        people.adjust_bearing(actor=request.user, note=note)
    if item.kind == Item.Kind.RESPONSE:
        actions.lay_aside(actor=request.user, item=item, viewer=request.viewer)
        messages.success(request, _("You will not meet these words again."))
        return redirect(_to_story(item.root))
    if note and form.cleaned_data["suggest"]:
        actions.suggest_note(actor=request.user, story_item=item, note=note, viewer=request.viewer)
    return render(request, "responses/spared.html", {"note": note})


def _either_or_404(request: HttpRequest, public_id: str) -> Item:
    try:
        return _answer_or_404(request, public_id)
    except Http404:
        return _story_or_404(request, public_id)


@member_required
@require_POST
def take_out_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """A reader wants to meet an answer again."""
    actions.take_out_again(actor=request.user, item=_answer_or_404(request, public_id))
    return redirect("responses-laid-aside")
