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

from lessalone.families.models import Parent
from lessalone.people.access import member_required
from lessalone.people.bearing import ASK
from lessalone.people.models import Member
from lessalone.sharing import actions as sharing
from lessalone.sharing import audience as audiences
from lessalone.sharing.actions import Refused
from lessalone.sharing.audience import AudienceSpec
from lessalone.sharing.models import Answers, Ceiling, Consent, Item, Rest, Rung, Version
from lessalone.sharing.queries import asked_item_or_404, own_item_or_404
from lessalone.stories import actions, joint, slots
from lessalone.stories.forms import FirstReaderForm, LineForm, LinkForm
from lessalone.stories.known import can_read_first
from lessalone.stories.models import Draft, Welcome
from lessalone.stories.rendering import for_reader, render_telling

STORY = Item.Kind.STORY.value


@member_required
@require_GET
def family(request: HttpRequest, public_id: str) -> HttpResponse:
    """All about one story of one's own: what is shown to whom, what is asked, and the ways to change it."""
    item = own_item_or_404(request.user.pk, public_id, kind=STORY)
    member = request.user
    current = item.current
    asked = _asked_version(item)
    is_taken_back = item.withdrawals.filter(ended_at=None).exists()
    return render(
        request,
        "stories/family.html",
        {
            "item": item,
            "is_author": item.author_id == member.pk,
            "title": _title(current or asked),
            "current": current,
            "who": _effective(item) if current else [],
            "is_taken_back": is_taken_back,
            "is_held": item.holds.filter(released_at=None).exists(),
            "asked": asked,
            "asked_who": audiences.describe(audiences.load(asked.audience)) if asked else "",
            "agreed": _who_agreed(asked, member) if asked else [],
            "is_asked_of_me": bool(asked and asked.is_joint and _is_asked_of(asked, member)),
            "draft": Draft.objects.owned_by(member.pk).filter(item=item).first(),
            "lines": _lines_between(item, asked, member),
            "line_form": LineForm(),
            "links": item.links.filter(ended_at=None),
            "narrower": _narrower(item, member) if current and not is_taken_back else [],
            "answers": Answers(item.answers).label,
            "first_reader": _first_reader(item),
            "filled": slots.filled("family-page", request, item),
        },
    )


@member_required
@require_http_methods(["GET", "POST"])
def asked(request: HttpRequest, public_id: str) -> HttpResponse:
    """The question to a parent: would you share exactly this, with exactly these people? Three equal answers."""
    member = request.user
    item = asked_item_or_404(member.pk, public_id, kind=STORY)
    version = _asked_version(item)
    if version is None or not version.is_joint or not _has_voice(item, member):
        raise Http404
    if version.asked_by_id == member.pk:
        return redirect("stories-family", item.public_id)
    if request.method == "POST":
        return _answer(request, item)
    if _meets_welcome_first(item, member):
        return render(request, "stories/welcome.html", {"item": item, "by": _name_of(version.asked_by)})
    telling = actions.telling_of(version)
    return render(
        request,
        "stories/asked.html",
        {
            "item": item,
            "version": version,
            "telling": telling,
            "by": _name_of(version.asked_by),
            "baby": joint.called(item.baby, member),
            "who": audiences.describe(audiences.load(version.audience)),
            "others": [_name_of(p.member) for p in sharing.parents_to_ask(item, besides=member)],
            "answers": Answers(version.answers).label,
            "notes": telling.note_labels,
            "lines": actions.lines_of(item),
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
            "my_answer": version.consents.filter(member=member).order_by("-pk").first(),
        },
    )


def _answer(request: HttpRequest, item: Item) -> HttpResponse:
    version = get_object_or_404(Version, item=item, pk=request.POST.get("version") or 0)
    choice = request.POST.get("answer", "")
    if choice not in Consent.Answer.values:
        raise Http404
    try:
        version = sharing.answer(actor=request.user, version=version, choice=choice)
    except Refused as refusal:
        messages.warning(request, str(refusal))
        return redirect("stories-asked", item.public_id)
    by = _name_of(version.asked_by)
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
    rests = Rest.objects.filter(member=request.user, reopened_at=None, item__erased_at=None).select_related(
        "item", "item__author"
    )
    if request.method == "POST":
        rest = get_object_or_404(rests, item__public_id=request.POST.get("item", ""))
        sharing.reopen(actor=request.user, item=rest.item)
        return redirect("stories-mine")
    return render(
        request, "stories/resting.html", {"rests": [(rest, _name_of(rest.item.author)) for rest in rests]}
    )


@member_required
@require_POST
def say_line(request: HttpRequest, public_id: str) -> HttpResponse:
    """A private line to the other parents."""
    item = asked_item_or_404(request.user.pk, public_id, kind=STORY)
    form = LineForm(request.POST)
    if not _may_say_lines(item, request.user):
        raise Http404
    if form.is_valid():
        actions.say_line(actor=request.user, item=item, said=form.cleaned_data["said"])
    back = (
        "stories-family"
        if Item.objects.owned_by(request.user.pk).filter(pk=item.pk).exists()
        else "stories-asked"
    )
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
        return _confirm(
            request,
            item,
            title=_("Take the question back?"),
            sentences=[
                _("Nobody is asked about this story any more. It was not shared."),
                _("Nothing is erased. You can change it and ask again later."),
            ],
            confirm_label=_("Take it back"),
        )
    return _confirm(
        request,
        item,
        title=_("Take this story back?"),
        sentences=[
            _("We stop showing it now, with its photos and its answers."),
            _("Someone may have kept a copy. We cannot change that."),
            _("Nothing is erased. To share it again, everyone has to agree again."),
        ],
        confirm_label=_("Take it back"),
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
    return _confirm(
        request,
        item,
        title=_("Erase this story for good?"),
        sentences=[
            _("Its words are destroyed. Nobody can bring them back, and we cannot either."),
            _("Answers to it are shown to nobody any more. Who wrote one keeps their own words."),
            _("The photos in it stay in your family’s keeping."),
            _("Someone may have kept a copy. We cannot change that."),
        ],
        confirm_label=_("Erase it"),
        is_destroying=True,
    )


@member_required
@require_POST
def narrow(request: HttpRequest, public_id: str) -> HttpResponse:
    """One parent narrows who may see it, alone and at once."""
    item = own_item_or_404(request.user.pk, public_id, kind=STORY)
    wanted = dict(_narrower(item, request.user)) if item.current_id else {}
    try:
        rung = Rung(int(request.POST.get("rung", "")))
        spec = AudienceSpec(rung, ends_at=_own_ceiling(item, request.user).ends_at)
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
    _link, token = sharing.make_link(
        actor=request.user,
        item=item,
        password=form.cleaned_data["password"],
        ends_at=dt.datetime.combine(ends_on, dt.time(23, 59), zone).astimezone(dt.UTC) if ends_on else None,
    )
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
    form = FirstReaderForm(request.POST or None, voices=can_read_first(request.user, item))
    if request.method == "POST" and form.is_valid():
        voice = form.chosen()
        sharing.name_first_reader(actor=request.user, item=item, member=voice.member if voice else None)
        messages.success(request, _("Changed, from this moment."))
        return redirect("stories-family", item.public_id)
    context = {"item": item, "form": form, "now": _first_reader(item)}
    return render(request, "stories/first_reader.html", context)


# --- What the pages need to know.


def _first_reader(item: Item) -> str:
    named = item.first_readers.filter(ended_at=None).select_related("member").first()
    return _name_of(named.member) if named else ""


def _asked_version(item: Item) -> Version | None:
    return (
        item.versions.filter(superseded_at=None, published_at=None)
        .select_related("item", "item__baby", "asked_by", "audience")
        .order_by("-number")
        .first()
    )


def _title(version: Version | None) -> str:
    return actions.telling_of(version).title if version else _("A story")


def _choice(answer: Consent.Answer) -> tuple[str, Any]:
    return answer.value, answer.label


def _name_of(member: Member) -> str:
    voice = member.voices.filter(is_cover=False).first()
    return voice.name if voice else _("A parent")


def _has_voice(item: Item, member: Member) -> bool:
    return Parent.objects.with_voice().filter(baby=item.baby_id, member=member).exists()


def _is_asked_of(version: Version, member: Member) -> bool:
    return (
        version.asked_by_id != member.pk
        and _has_voice(version.item, member)
        and not version.consents.filter(member=member, answer=Consent.Answer.AGREE).exists()
    )


def _who_agreed(version: Version, me: Member) -> list[tuple[str, bool]]:
    """Each parent who is needed, and whether they agreed. No answer, not opened, *not yet* and *only us* are the
    same here: not agreed."""
    agreed = set(version.ceilings.values_list("member", flat=True))
    return (
        [
            (_("You") if parent.member_id == me.pk else _name_of(parent.member), parent.member_id in agreed)
            for parent in sharing.parents_to_ask(version.item, besides=version.asked_by)
        ]
        if version.is_joint
        else []
    )


def _effective(item: Item) -> list[str]:
    """Who may see it now, said once for each different ceiling: what is seen is what all of them allow."""
    ceilings = Ceiling.objects.filter(version=item.current_id).select_related("audience")
    said = [audiences.describe(audiences.load(ceiling.audience)) for ceiling in ceilings]
    only_us = audiences.describe(audiences.ONLY_US)
    if item.is_joint:
        voices = set(Parent.objects.with_voice().filter(baby=item.baby_id).values_list("member", flat=True))
        if voices - {ceiling.member_id for ceiling in ceilings}:
            return [only_us]
    return [only_us] if only_us in said else list(dict.fromkeys(said))


def _is_joint_matter(item: Item, asked: Version | None) -> bool:
    return item.baby_id is not None and (item.is_joint or bool(asked and asked.is_joint))


def _lines_between(item: Item, asked: Version | None, member: Member) -> list[Any] | None:
    """What the parents wrote to each other; None where there is nobody to write to, and nothing was written."""
    if not _is_joint_matter(item, asked):
        return None
    lines = list(actions.lines_of(item))
    return lines if lines or sharing.parents_to_ask(item, besides=member) else None


def _may_say_lines(item: Item, member: Member) -> bool:
    return _is_joint_matter(item, _asked_version(item)) and (
        item.author_id == member.pk or _has_voice(item, member)
    )


def _narrower(item: Item, member: Member) -> list[tuple[int, Any]]:
    """The rungs that this member can narrow to, alone, without naming anyone."""
    now = _own_ceiling(item, member)
    rungs = (Rung.MEMBERS, Rung.BEREAVED, Rung.ONLY_US)
    return [
        (int(rung), rung.label)
        for rung in rungs
        if rung != now.rung and audiences.is_provably_narrower(AudienceSpec(rung, ends_at=now.ends_at), now)
    ]


def _own_ceiling(item: Item, member: Member) -> AudienceSpec:
    own = Ceiling.objects.filter(version=item.current_id, member=member).select_related("audience").first()
    return audiences.load(own.audience) if own else audiences.ONLY_US


def _meets_welcome_first(item: Item, member: Member) -> bool:
    """Invited by the one who asks now, and never asked before how they are: that comes first, once."""
    invited = Parent.objects.filter(baby=item.baby_id, member=member, invited_by=item.author_id).exists()
    return invited and not Welcome.objects.filter(member=member).exists()


def _confirm(
    request: HttpRequest,
    item: Item,
    *,
    title: str,
    sentences: list[str],
    confirm_label: str,
    is_destroying: bool = False,
) -> HttpResponse:
    return render(
        request,
        "ui/confirm.html",
        {
            "title": title,
            "sentences": sentences,
            "action": request.path,
            "cancel_url": reverse("stories-family", args=[item.public_id]),
            "confirm_label": confirm_label,
            "is_destroying": is_destroying,
        },
    )
