"""Writing a story: words, photos, names and notes, audience, and the last look before asking."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessalone.care.inquest import mentions_inquest
from lessalone.people.access import member_required
from lessalone.people.notes import labels
from lessalone.sharing import actions as sharing
from lessalone.sharing import audience as audiences
from lessalone.sharing.actions import NotThere, Refused
from lessalone.sharing.models import Item, Rung
from lessalone.stories import actions, joint, own, photo_choice, rehearsal, suggestions
from lessalone.stories.actions import OlderWords
from lessalone.stories.contents import Contents, is_night, next_morning
from lessalone.stories.forms import AnsweringForm, AudienceForm, NamingForm, StartForm, WordsForm
from lessalone.stories.models import Draft
from lessalone.stories.rendering import render_telling
from lessalone.ui.confirming import ask_first

STEPS = ("words", "photos", "naming", "audience", "answering", "check")


@member_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """One's drafts, one's stories, and what one is asked about."""
    listed = own.list_of(request.user)
    context = {"drafts": listed.drafts, "own": listed.own, "asked": listed.asked, "now": timezone.now()}
    return render(request, "stories/mine.html", context)


@member_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Whom the story is about. With no baby's page here yet, one can write at once."""
    babies = joint.babies_with_names(request.user)
    form = StartForm(request.POST or None, babies=babies)
    if not babies and request.method == "POST":
        return _begin(request, None)
    if request.method == "POST" and form.is_valid():
        return _begin(request, form.chosen())
    return render(request, "stories/new.html", {"form": form, "babies": babies})


def _begin(request: HttpRequest, baby: Any) -> HttpResponse:
    try:
        draft = actions.start_story(actor=request.user, baby=baby)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("stories-new")
    return redirect("stories-write", draft.public_id)


@member_required
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, public_id: str) -> HttpResponse:
    """Title and words. Saved while one writes, and with the button."""
    draft = _own_draft_or_404(request, public_id)
    if request.method == "GET":
        contents = actions.contents_of(draft)
        form = WordsForm(
            initial={"title": contents.title, "words": contents.words, "revision": draft.revision}
        )
        return _words_page(request, draft, form)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return _words_page(request, draft, form)
    try:
        _save_words(request, draft, form)
    except OlderWords:
        return _words_page(request, draft, _rebased(form, draft), other=actions.contents_of(draft))
    if "later" in request.POST:
        messages.success(request, _("Your words are kept. Nobody else can see them."))
        return redirect("stories-mine")
    return redirect("stories-photos", draft.public_id)


@member_required
@require_POST
def save(request: HttpRequest, public_id: str) -> HttpResponse:
    """Saving while one writes (only with JavaScript). Says the new revision; 409 when another device saved."""
    draft = _own_draft_or_404(request, public_id)
    form = WordsForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    try:
        saved = _save_words(request, draft, form)
    except OlderWords:
        return HttpResponse(status=409)
    return HttpResponse(status=204, headers={"X-Revision": str(saved.revision)})


def _save_words(request: HttpRequest, draft: Draft, form: WordsForm) -> Draft:
    contents = replace(
        actions.contents_of(draft), title=form.cleaned_data["title"], words=form.cleaned_data["words"]
    )
    return actions.save_draft(
        actor=request.user, draft=draft, contents=contents, revision=form.cleaned_data["revision"]
    )


def _rebased(form: WordsForm, draft: Draft) -> WordsForm:
    data = form.data.copy()
    data["revision"] = str(draft.revision)
    return WordsForm(data)


def _words_page(
    request: HttpRequest, draft: Draft, form: WordsForm, other: Contents | None = None
) -> HttpResponse:
    context = {"draft": draft, "form": form, "other": other, **_steps(draft, "words")}
    return render(request, "stories/write.html", context, status=409 if other else 200)


@member_required
@require_http_methods(["GET", "POST"])
def photos(request: HttpRequest, public_id: str) -> HttpResponse:
    """Which photos, in which order, each with its calm description."""
    draft = _own_draft_or_404(request, public_id)
    choice = photo_choice.PhotoChoice(request.user, draft, request.POST or None)
    if request.method == "POST" and choice.is_valid():
        return _choose_photos(request, draft, choice.chosen())
    return render(
        request, "stories/photos.html", {"draft": draft, "choice": choice, **_steps(draft, "photos")}
    )


def _choose_photos(request: HttpRequest, draft: Draft, chosen: list[actions.ChosenPhoto]) -> HttpResponse:
    try:
        actions.choose_photos(actor=request.user, draft=draft, chosen=chosen)
    except NotThere:
        raise
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("stories-photos", draft.public_id)
    return redirect("stories-naming", draft.public_id)


@member_required
@require_http_methods(["GET", "POST"])
def naming(request: HttpRequest, public_id: str) -> HttpResponse:
    """Under which name, and what is in it."""
    draft = _own_draft_or_404(request, public_id)
    contents = actions.contents_of(draft)
    if request.method == "POST":
        form = NamingForm(request.POST)
        if form.is_valid():
            cleaned = form.cleaned_data
            actions.change_draft(
                actor=request.user,
                draft=draft,
                is_cover=cleaned["naming"] == "cover",
                cover_name=cleaned["cover_name"].strip(),
                told_by=cleaned["told_by"].strip(),
                notes=tuple(cleaned["notes"]),
            )
            return redirect("stories-audience", draft.public_id)
    else:
        form = NamingForm.of(contents, suggestions.notes_for(contents, draft.photos.exists()))
    return render(request, "stories/naming.html", {"draft": draft, "form": form, **_steps(draft, "naming")})


@member_required
@require_http_methods(["GET", "POST"])
def audience(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who may see it."""
    draft = _own_draft_or_404(request, public_id)
    contents = actions.contents_of(draft)
    form = AudienceForm(request.POST or None, item=draft.item, member=request.user, contents=contents)
    if request.method == "POST" and form.is_valid():
        try:
            link = _save_audience(request, draft, form)
        except Refused as refusal:
            messages.warning(request, str(refusal))
            return redirect("stories-audience", draft.public_id)
        if link:
            return render(request, "stories/new_link.html", link)
        return redirect("stories-answering", draft.public_id)
    return render(
        request,
        "stories/audience.html",
        {"draft": draft, "form": form, "contents": contents, **_steps(draft, "audience")},
    )


def _save_audience(request: HttpRequest, draft: Draft, form: AudienceForm) -> dict[str, Any] | None:
    cleaned = form.cleaned_data
    seats: frozenset[int] = frozenset()
    link = None
    if cleaned["rung"] == Rung.PEOPLE:
        for voice in form.chosen_voices():
            seat, _token = sharing.make_seat(
                actor=request.user, item=draft.item, label=voice.name, member=voice.member
            )
            seats |= {seat.pk}
    if cleaned["rung"] == Rung.PEOPLE and cleaned["new_seat"].strip():
        seat, token = sharing.make_seat(
            actor=request.user, item=draft.item, label=cleaned["new_seat"], form_token=cleaned["form_token"]
        )
        seats |= {seat.pk}
        link = {
            "label": seat.label,
            "address": request.build_absolute_uri(reverse("stories-seat", args=[token])),
            "next_url": reverse("stories-audience", args=[draft.public_id]),
            "done_url": reverse("stories-answering", args=[draft.public_id]),
        }
    actions.change_draft(
        actor=request.user,
        draft=draft,
        audience=form.audience(seats),
        may_index=cleaned["may_index"],
    )
    return link


@member_required
@require_http_methods(["GET", "POST"])
def answering(request: HttpRequest, public_id: str) -> HttpResponse:
    """Who may answer, and from when it is there."""
    draft = _own_draft_or_404(request, public_id)
    contents = actions.contents_of(draft)
    form = AnsweringForm(request.POST or None, member=request.user, contents=contents)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        actions.change_draft(
            actor=request.user,
            draft=draft,
            answers=chosen["answers"],
            when=chosen["when"],
            at=chosen["at"] if chosen["when"] == "at" else None,
        )
        return redirect("stories-check", draft.public_id)
    return render(
        request, "stories/answering.html", {"draft": draft, "form": form, **_steps(draft, "answering")}
    )


@member_required
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, public_id: str) -> HttpResponse:
    """The last look: how it reads, who would see it, who has to agree. Then ask, or share."""
    try:
        draft = _own_draft_or_404(request, public_id)
    except Http404:
        return _asked_already_or_404(request, public_id)
    member = request.user
    problem = ""
    if request.method == "POST":
        offer = _night_offer(request, draft)
        if offer:
            return offer
        try:
            version = actions.ask_to_share(actor=member, draft=draft)
        except Refused as refusal:
            problem = str(refusal)
        else:
            return redirect("stories-family", version.item.public_id)
    written = actions.read_draft(draft)
    contents, reasons = written.contents, written.why_joint
    return render(
        request,
        "stories/check.html",
        {
            "draft": draft,
            "contents": contents,
            "problem": problem,
            "notes": labels(contents.notes),
            "preview": rehearsal.preview(draft, written),
            "who": audiences.describe(contents.audience),
            "hour": contents.hour(member.time_zone),
            "reasons": reasons,
            "others": sharing.parents_to_ask(draft.item, besides=member) if reasons else [],
            "inquest": mentions_inquest(f"{contents.title}\n{contents.words}"),
            "rehearsals": rehearsal.kinds(contents.audience),
            **_steps(draft, "check"),
        },
        status=422 if problem else 200,
    )


def _asked_already_or_404(request: HttpRequest, public_id: str) -> HttpResponse:
    """The button was pressed twice, or the way back was taken: to what the draft became."""
    draft = get_object_or_404(Draft.objects.of_writer(request.user.pk), public_id=public_id)
    return redirect("stories-family", draft.item.public_id)


def _night_offer(request: HttpRequest, draft: Draft) -> HttpResponse | None:
    """At night, once: would you like to hold it until morning? Either answer goes on; it is not asked again."""
    member = request.user
    if "hold" in request.POST:
        actions.change_draft(actor=member, draft=draft, when="morning")
        return None
    contents = actions.contents_of(draft)
    if (
        draft.night_offer_at
        or contents.when != "now"
        or contents.audience.rung == Rung.ONLY_US
        or not is_night(member.time_zone)
    ):
        return None
    Draft.objects.filter(pk=draft.pk).update(night_offer_at=timezone.now())
    morning = timezone.localtime(next_morning(member.time_zone))
    return render(request, "stories/night.html", {"draft": draft, "morning": morning})


@member_required
@require_GET
def rehearse(request: HttpRequest, public_id: str, kind: str) -> HttpResponse:
    """See it as someone would: the same policy and the same page, for a made viewer who is nobody real."""
    draft = _own_draft_or_404(request, public_id)
    seen = rehearsal.seen_as(draft, request.user, kind)
    return render(
        request,
        "stories/rehearse.html",
        {
            "draft": draft,
            "kind": rehearsal.KINDS[kind],
            "seen": render_telling(seen, address="") if seen else None,
            "rehearsals": rehearsal.kinds(actions.contents_of(draft).audience),
        },
    )


@member_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    """Throw a draft away, after a question."""
    draft = _own_draft_or_404(request, public_id)
    if request.method == "POST":
        actions.discard_draft(actor=request.user, draft=draft)
        messages.success(request, _("The draft is gone."))
        return redirect("stories-mine")
    sentences = [_("Its words will be erased. The photos in it stay with you.")]
    if draft.item.current_id:
        sentences.append(_("The story that is shared stays as it is."))
    return ask_first(
        request,
        _("Throw this draft away?"),
        sentences,
        confirm_label=_("Throw it away"),
        cancel_url=reverse("stories-write", args=[draft.public_id]),
        is_destroying=True,
    )


@member_required
@require_POST
def revise(request: HttpRequest, public_id: str) -> HttpResponse:
    """Change a story: a new version that everyone has to agree to again. What is up stays up meanwhile."""
    item = Item.objects.owned_by(request.user.pk).filter(public_id=public_id, kind=Item.Kind.STORY).first()
    if item is None:
        raise Http404
    try:
        draft = actions.revise(actor=request.user, item=item)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("stories-family", item.public_id)
    return redirect("stories-write", draft.public_id)


def _own_draft_or_404(request: HttpRequest, public_id: str) -> Draft:
    draft = (
        Draft.objects.owned_by(request.user.pk)
        .filter(public_id=public_id)
        .select_related("item__baby")
        .annotate(shown_name=own.shown_name("writer"))
        .first()
    )
    if draft is None:
        raise Http404
    return draft


def _steps(draft: Draft, name: str) -> dict[str, Any]:
    number = STEPS.index(name) + 1
    back = STEPS[number - 2] if number > 1 else None
    names = {"words": "write"}
    return {
        "number": number,
        "of": len(STEPS),
        "back_url": reverse(f"stories-{names.get(back, back)}", args=[draft.public_id]) if back else "",
    }
