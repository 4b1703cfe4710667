"""What a family decides about a story: the page they share, the question to a parent, taking back, erasing."""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lessalone.people.access import member_required
from lessalone.people.bearing import ASK
from lessalone.people.models import Member
from lessalone.people.notes import labels
from lessalone.sharing import actions as sharing
from lessalone.sharing import audience as audiences
from lessalone.sharing.actions import Refused
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Answers, Consent, Item, Rest, Rung, Version
from lessalone.sharing.queries import asked_item_or_404, own_item_or_404
from lessalone.stories import actions, own, slots
from lessalone.stories.forms import FirstReaderForm, LineForm, LinkForm
from lessalone.stories.known import can_read_first
from lessalone.stories.own import OneStory
from lessalone.stories.rendering import for_reader, render_telling
from lessalone.ui.confirming import ask_first

STORY = Item.Kind.STORY.value


@member_required
@require_GET
def family(request: HttpRequest, public_id: str) -> HttpResponse:
    """All about one story of one's own: what is shown to whom, what is asked, and the ways to change it."""
    member = request.user
    story = own.own_story_or_404(member, public_id)
    item, asked = story.item, story.asked
    allowed = audiences.allowed(version.pk for version in (item.current, asked) if version)
    now = allowed.get(item.current_id, [])
    return render(
        request,
        "stories/family.html",
        {
            "story": story,
            "item": item,
            "is_author": item.author_id == member.pk,
            "current": item.current,
            "who": _effective(story, now) if item.current_id else [],
            "asked": asked,
            "asked_who": _asked_who(asked, allowed) if asked else "",
            "agreed": _who_agreed(story, allowed, member) if asked else [],
            "is_asked_of_me": _is_asked_of(story, allowed, member),
            "lines": story.lines if story.is_joint_matter and _can_write(story, member) else None,
            "line_form": LineForm(),
            "link_form": LinkForm(),
            "narrower": _narrower(_own(now, member)) if item.current_id and not item.is_taken_back else [],
            "answers": Answers(item.answers).label,
            "filled": slots.filled("family-page", request, item),
        },
    )


@member_required
@require_http_methods(["GET", "POST"])
def asked(request: HttpRequest, public_id: str) -> HttpResponse:
    """The question to a parent: would you share exactly this, with exactly these people? Three equal answers."""
    member = request.user
    story = own.asked_story_or_404(member, public_id)
    item, version, by = story.item, story.asked, story.item.asker or _("A parent")
    if version.asked_by_id == member.pk:
        return redirect("stories-family", item.public_id)
    if request.method == "POST":
        return _answer(request, item, by)
    if item.meets_welcome:
        return render(request, "stories/welcome.html", {"item": item, "by": by})
    return render(
        request,
        "stories/asked.html",
        {
            "item": item,
            "version": version,
            "said": story.said_by(version),
            "by": by,
            "baby": story.baby_called,
            "who": _asked_who(version, audiences.allowed([version.pk])),
            "others": story.others(member.pk),
            "answers": Answers(version.answers).label,
            "notes": labels(version.notes),
            "lines": story.lines,
            "line_form": LineForm(),
            "choices": [
                (*_choice(Consent.Answer.AGREE), _("It is shared once every parent has said this.")),
                (
                    *_choice(Consent.Answer.NOT_YET),
                    _("Nothing happens. Nobody is told, and nobody can ask you again until you say so."),
                ),
                (
                    *_choice(Consent.Answer.ONLY_US),
                    _("It stays in your family. What is shared of it now is only yours again."),
                ),
            ],
        },
    )


def _answer(request: HttpRequest, item: Item, by: str) -> HttpResponse:
    version = get_object_or_404(Version, item=item, pk=request.POST.get("version") or 0)
    choice = request.POST.get("answer", "")
    if choice not in Consent.Answer.values:
        raise Http404
    try:
        version = sharing.answer(actor=request.user, version=version, choice=choice)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("stories-asked", item.public_id)
    if choice == Consent.Answer.AGREE:
        messages.success(
            request,
            _("Shared. You can take it back at any time, alone.")
            if version.published_at
            else _("Kept. It is shared when everyone has agreed."),
        )
        return redirect(
            "stories-family" if version.published_at else "stories-mine",
            *([item.public_id] if version.published_at else []),
        )
    return render(request, "stories/answered.html", {"item": item, "by": by, "choice": choice})


@member_required
@require_GET
def asked_story(request: HttpRequest, public_id: str) -> HttpResponse:
    """The asked version as readers would see it; each photo covered until this parent asks to see it."""
    item = asked_item_or_404(request.user.pk, public_id, kind=STORY)
    version = _asked_version(item)
    if version is None:
        raise Http404
    body = render_telling(actions.telling_of(version), address=request.path)
    shown = for_reader(
        item,
        body,
        choice=ASK,
        asked_for=set(request.GET.getlist("show")),
        version_id=version.pk,
        address=request.path,
    )
    return render(request, "stories/asked_story.html", {"item": item, "body": shown})


@member_required
@require_POST
def welcomed(request: HttpRequest, public_id: str) -> HttpResponse:
    """They have met the page that asks how they are, and want to see the request."""
    item = asked_item_or_404(request.user.pk, public_id, kind=STORY)
    actions.welcome(actor=request.user, item=item)
    return redirect("stories-asked", item.public_id)


@member_required
@require_http_methods(["GET", "POST"])
def resting(request: HttpRequest) -> HttpResponse:
    """Stories that one said *not yet* about. Only oneself sees this page; here one can be asked again."""
    rests = Rest.objects.filter(member=request.user, reopened_at=None, item__erased_at=None)
    rests = rests.select_related("item").annotate(name=own.shown_name("item__author"))
    if request.method == "POST":
        rest = get_object_or_404(rests, item__public_id=request.POST.get("item", ""))
        sharing.reopen(actor=request.user, item=rest.item)
        return redirect("stories-mine")
    return render(request, "stories/resting.html", {"rests": rests})


@member_required
@require_POST
def say_line(request: HttpRequest, public_id: str) -> HttpResponse:
    """A private line to the other parents."""
    story = own.asked_or_own_story_or_404(request.user, public_id)
    item = story.item
    if not story.is_joint_matter or not (item.author_id == request.user.pk or story.has_voice(request.user)):
        raise Http404
    form = LineForm(request.POST)
    if form.is_valid():
        actions.say_line(actor=request.user, item=item, said=form.cleaned_data["said"])
    back = "stories-family" if item.is_own else "stories-asked"
    return redirect(reverse(back, args=[item.public_id]) + "#lines")


@member_required
@require_http_methods(["GET", "POST"])
def take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take a story back: one page, one press, every door shut."""
    item = own_item_or_404(request.user.pk, public_id, kind=STORY)
    if request.method == "POST":
        sharing.take_back(actor=request.user, item=item)
        messages.success(request, _("It is taken back. We show it to nobody from this moment."))
        return redirect("stories-family", item.public_id)
    if item.current_id is None:
        return ask_first(
            request,
            _("Take the question back?"),
            [
                _("Nobody is asked about this story any more. It was not shared."),
                _("Nothing is erased. You can change it and ask again later."),
            ],
            confirm_label=_("Take it back"),
            cancel_url=reverse("stories-family", args=[item.public_id]),
        )
    return ask_first(
        request,
        _("Take this story back?"),
        [
            _("We stop showing it now, with its photos and its answers."),
            _("Someone may have kept a copy. We cannot change that."),
            _("Nothing is erased. To share it again, everyone has to agree again.")
            if item.baby_id
            else _("Nothing is erased. You can share it again later."),
        ],
        confirm_label=_("Take it back"),
        cancel_url=reverse("stories-family", args=[item.public_id]),
    )


@member_required
@require_http_methods(["GET", "POST"])
def erase(request: HttpRequest, public_id: str) -> HttpResponse:
    """Erase a story for good: only who wrote it."""
    item = own_item_or_404(request.user.pk, public_id, kind=STORY)
    if item.author_id != request.user.pk:
        raise Http404
    if request.method == "POST":
        sharing.erase(actor=request.user, item=item)
        messages.success(request, _("It is erased. The photos stay in your family’s keeping."))
        return redirect("stories-mine")
    return ask_first(
        request,
        _("Erase this story for good?"),
        [
            _("Its words are destroyed. Nobody can bring them back, and we cannot either."),
            _("Answers to it are shown to nobody any more. Who wrote one keeps their own words."),
            _("The photos in it stay in your family’s keeping."),
            _("Someone may have kept a copy. We cannot change that."),
        ],
        confirm_label=_("Erase it"),
        cancel_url=reverse("stories-family", args=[item.public_id]),
        is_destroying=True,
    )


@member_required
@require_POST
def narrow(request: HttpRequest, public_id: str) -> HttpResponse:
    """One parent narrows who may see it, alone and at once."""
    item = own_item_or_404(request.user.pk, public_id, kind=STORY)
    now = _own(audiences.allowed([item.current_id]).get(item.current_id, []), request.user)
    wanted = dict(_narrower(now)) if item.current_id else {}
    try:
        rung = Rung(int(request.POST.get("rung", "")))
        spec = AudienceSpec(rung, ends_at=now.ends_at)
        if rung not in wanted:
            raise Refused(_("This may let more people see it, so everyone has to agree first."))
        sharing.lower(actor=request.user, item=item, spec=spec)
    except ValueError:
        raise Http404 from None
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("Changed, from this moment."))
    return redirect("stories-family", item.public_id)


@member_required
@require_POST
def make_link(request: HttpRequest, public_id: str) -> HttpResponse:
    """A secret address for a story that is shared by link. It is shown once."""
    item = own_item_or_404(request.user.pk, public_id, kind=STORY)
    form = LinkForm(request.POST)
    if item.rung != Rung.LINK:
        raise Http404
    if not form.is_valid():
        return render(request, "stories/link_form.html", {"item": item, "form": form}, status=422)
    ends_on = form.cleaned_data["ends_on"]
    zone = ZoneInfo(request.user.time_zone or "UTC")
    try:
        _link, token = sharing.make_link(
            actor=request.user,
            item=item,
            password=form.cleaned_data["password"],
            ends_at=dt.datetime.combine(ends_on, dt.time(23, 59), zone).astimezone(dt.UTC)
            if ends_on
            else None,
            form_token=form.cleaned_data["form_token"],
        )
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("stories-family", item.public_id)
    return render(
        request,
        "stories/new_link.html",
        {
            "label": "",
            "address": request.build_absolute_uri(reverse("stories-link", args=[token])),
            "done_url": reverse("stories-family", args=[item.public_id]),
        },
    )


@member_required
@require_POST
def end_link(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """End a link at once."""
    item = own_item_or_404(request.user.pk, public_id, kind=STORY)
    sharing.end_link(actor=request.user, link=get_object_or_404(item.links, pk=number))
    messages.success(request, _("The link opens nothing any more."))
    return redirect("stories-family", item.public_id)


@member_required
@require_http_methods(["GET", "POST"])
def first_reader(request: HttpRequest, public_id: str) -> HttpResponse:
    """Name someone who reads answers first, so that cruel words never reach the family."""
    item = own_item_or_404(request.user.pk, public_id, kind=STORY)
    form = FirstReaderForm(request.POST or None, known=can_read_first(request.user, item))
    if request.method == "POST" and form.is_valid():
        voice = form.chosen()
        sharing.name_first_reader(actor=request.user, item=item, member=voice.member if voice else None)
        messages.success(request, _("Changed, from this moment."))
        return redirect("stories-family", item.public_id)
    context = {"item": item, "form": form, "now": own.first_reader_of(item)}
    return render(request, "stories/first_reader.html", context)


# --- What the pages need to know.

Allowed = dict[int, list[audiences.Allowed]]


def _asked_version(item: Item) -> Version | None:
    return item.versions.filter(superseded_at=None, published_at=None).select_related("item").first()


def _choice(answer: Consent.Answer) -> tuple[str, Any]:
    return answer.value, answer.label


def _asked_who(version: Version, allowed: Allowed) -> str:
    """Who would see it: whoever agreed to a version that waits, agreed to its audience."""
    agreed = allowed.get(version.pk)
    return str(agreed[0]) if agreed else audiences.describe(audiences.load(version.audience))


def _has_agreed(version: Version, allowed: Allowed, member_id: int) -> bool:
    return any(one.member_id == member_id for one in allowed.get(version.pk, ()))


def _is_asked_of(story: OneStory, allowed: Allowed, member: Member) -> bool:
    version = story.asked
    return (
        version is not None
        and version.is_joint
        and version.asked_by_id != member.pk
        and story.has_voice(member)
        and not _has_agreed(version, allowed, member.pk)
    )


def _who_agreed(story: OneStory, allowed: Allowed, me: Member) -> list[tuple[str, bool]]:
    """Each parent who is needed, and whether they agreed. No answer, not opened, *not yet* and *only us* are the
    same here: not agreed."""
    version = story.asked
    if version is None or not version.is_joint:
        return []
    return [
        (
            _("You") if parent.member_id == me.pk else parent.name or _("A parent"),
            _has_agreed(version, allowed, parent.member_id),
        )
        for parent in story.others(version.asked_by_id)
    ]


def _effective(story: OneStory, now: list[audiences.Allowed]) -> list[str]:
    """Who may see it now, said once for each different ceiling: what is seen is what all of them allow."""
    only_us = audiences.describe(audiences.ONLY_US)
    have_agreed = {one.member_id for one in now}
    if story.item.is_joint and any(parent.member_id not in have_agreed for parent in story.parents):
        return [only_us]
    said = [str(one) for one in now]
    return [only_us] if only_us in said else list(dict.fromkeys(said))


def _can_write(story: OneStory, member: Member) -> bool:
    """Whether there is somebody to write to, or something was written."""
    return bool(story.lines or story.others(member.pk))


def _own(now: list[audiences.Allowed], member: Member) -> AudienceSpec:
    """What this member allows of what is shown."""
    return next((one.spec for one in now if one.member_id == member.pk), audiences.ONLY_US)


def _narrower(now: AudienceSpec) -> list[tuple[int, Any]]:
    """The rungs that can be narrowed to from here, alone, without naming anyone."""
    rungs = (Rung.MEMBERS, Rung.BEREAVED, Rung.ONLY_US)
    return [
        (int(rung), rung.label)
        for rung in rungs
        if rung != now.rung and audiences.is_provably_narrower(AudienceSpec(rung, ends_at=now.ends_at), now)
    ]
