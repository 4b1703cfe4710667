"""Pages of babies and their families. To anyone who is not of the family they do not exist."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lessalone.families import actions, facts, listing, questions
from lessalone.families.forms import STEPS, AcceptForm, AloneForm, InviteForm, SafetyForm
from lessalone.families.models import (
    Invitation,
    LoneConsentRequest,
    Parent,
    Relation,
    SafetySeparation,
    Telling,
)
from lessalone.kit import limits
from lessalone.people.access import member_required
from lessalone.people.vocabulary import words_for
from lessalone.ui.confirming import ask_first

TOKEN_TRIES_AN_HOUR = 60


def _about(request: HttpRequest, parent: Parent, **more: Any) -> dict[str, Any]:
    """What every page about a baby has: the parent, the words, what the baby is called, a way back."""
    words = words_for(request.user)
    opened = facts.words_for_parent(parent)
    return {
        "parent": parent,
        "baby": parent.baby,
        "words": words,
        "opened": opened,
        "called": questions.called_by(words, opened.name),
        "back_url": reverse("families-baby", args=[parent.baby.public_id]),
        "narrow": True,
        **more,
    }


def _posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when every field of it is empty."""
    return request.POST if request.method == "POST" else None


# --- The list, and one page --------------------------------------------------------------------------


@require_GET
@member_required
def babies(request: HttpRequest) -> HttpResponse:
    """The babies of this member, and those they belong to otherwise."""
    member_id = request.viewer.member_id
    rows = listing.parenthoods_of(member_id)
    current = [row for row in rows if row.left_at is None]
    own = [row for row in current if row.died_at is None and row.page]
    tellings = list(Telling.objects.filter(member_id=member_id))
    opened, texts = facts.words_of_many_and(
        [row.page for row in own], [(told.key_id, told.words_sealed, facts.TELLING) for told in tellings]
    )
    related = Relation.objects.filter(member_id=member_id, left_at=None).select_related("baby")
    return render(
        request,
        "families/babies.html",
        {
            "rows": [
                {"baby": row.baby, "name": opened[row.page.pk].name, "when": facts.say_years(row.page)}
                for row in own
            ],
            "mistaken": [row for row in current if row.died_at is not None],
            "former": [row for row in rows if row.can_come_back],
            "related": related,
            "has_notice": listing.has_notice(member_id),
            "left_shelves": listing.shelves_left_by(member_id),
            "tellings": _with_text(tellings, texts),
            "words": words_for(request.user),
        },
    )


def _opened_tellings(member_id: int) -> list[dict[str, Any]]:
    rows = list(Telling.objects.filter(member_id=member_id))
    texts = facts.open_words([(row.key_id, row.words_sealed, facts.TELLING) for row in rows])
    return _with_text(rows, texts)


def _with_text(tellings: list[Telling], texts: list[str]) -> list[dict[str, Any]]:
    return [{"row": row, "text": text} for row, text in zip(tellings, texts, strict=True) if text]


@member_required
def add(request: HttpRequest) -> HttpResponse:
    """Says what a page is and who sees it; then makes one, and asks the first question."""
    if request.method == "POST":
        try:
            baby = actions.add_baby(actor=request.user)
        except actions.TooMany:
            messages.warning(request, _("That is many pages for one day. Please go on tomorrow."))
            return redirect("families-babies")
        return redirect(_step_url(baby.public_id, "name", first=True))
    return render(request, "families/add.html", {"words": words_for(request.user), "narrow": True})


@require_GET
@member_required
def baby(request: HttpRequest, baby: str) -> HttpResponse:
    """The baby's page: to a parent their own, to someone who belongs otherwise a little of it."""
    try:
        parent, seen = listing.family_or_404(request.user.pk, baby)
    except Http404:
        return _relation(request, listing.own_relation_or_404(request.user.pk, baby))
    about = _about(request, parent)
    earlier = listing.earlier_shelves_of(parent) if parent.has_earlier_shelves else ()
    return render(
        request,
        "families/baby.html",
        {
            **about,
            "answers": questions.answers_of(parent.page, about["opened"], about["words"]),
            "when": facts.say_years(parent.page),
            "parents": facts.say_list(_("you") if one.is_you else one.name for one in seen),
            "who_sees": listing.say_who_sees(seen),
            "is_apart": any(not one.is_together for one in seen),
            "apart": [one for one in seen if not one.is_together],
            "asks_to_invite": listing.asks_to_invite(parent),
            "notice_since": listing.notice_to(parent),
            "earlier": earlier,
        },
    )


def _relation(request: HttpRequest, relation: Relation) -> HttpResponse:
    """The name and one date, as the parent who invited them has it."""
    page = actions.page_shown_to(relation)
    context = {
        "relation": relation,
        "baby": relation.baby,
        "name": facts.words_of(page).name,
        "who": Invitation.WHO[relation.kind],
        "when": facts.say_years(page) if page else "",
        "inviter": listing.shown_name_of(relation.invited_by_id) if relation.invited_by_id else "",
        "words": words_for(request.user),
    }
    return render(request, "families/relation.html", context)


# --- Facts, one question on a page -------------------------------------------------------------------


@member_required
def fact(request: HttpRequest, baby: str, step: str) -> HttpResponse:
    """Ask one question, and keep the answer. With `first`, lead on to the next."""
    if step not in STEPS:
        raise Http404
    parent = listing.own_parent_or_404(request.user.pk, baby)
    about = _about(request, parent)
    is_first = "first" in request.GET
    form = STEPS[step](_posted(request), initial=STEPS[step].initial_of(parent, about["opened"]))
    if request.method == "POST" and form.is_valid():
        form.keep(actor=request.user, parent=parent)
        return redirect(_after(baby, step, first=is_first))
    number = list(STEPS).index(step) + 1
    context = {
        **about,
        "form": form,
        "step_name": step,
        "question": questions.question_for(step, about["words"], about["called"]),
        "is_first": is_first,
        "number": number if is_first else 0,
        "of": len(STEPS) if is_first else 0,
        "skip_url": _after(baby, step, first=True) if is_first else "",
        "tellings": _opened_tellings(request.user.pk) if step == "words" else [],
    }
    return render(request, "families/fact.html", context)


def _after(baby: str, step: str, *, first: bool) -> str:
    """The next question, or the page."""
    steps = list(STEPS)
    position = steps.index(step) + 1
    if first and position < len(steps):
        return _step_url(baby, steps[position], first=True)
    return reverse("families-baby", args=[baby])


def _step_url(baby: str, step: str, *, first: bool) -> str:
    return reverse("families-fact", args=[baby, step]) + ("?first" if first else "")


@member_required
def telling_erase(request: HttpRequest, telling: int) -> HttpResponse:
    """Ask, then destroy the note of the first question."""
    row = get_object_or_404(Telling, pk=telling, member=request.user)
    if request.method == "POST":
        actions.erase_telling(actor=request.user, telling=row)
        messages.success(request, _("Your note is erased. Nobody can read it again."))
        return redirect("families-babies")
    return ask_first(
        request,
        _("Erase your note?"),
        [_("Nobody can bring it back then, not even us.")],
        confirm_label=_("Erase it"),
        cancel_url=reverse("families-babies"),
        is_destroying=True,
    )


# --- Who belongs ------------------------------------------------------------------------------------


@require_GET
@member_required
def family(request: HttpRequest, baby: str) -> HttpResponse:
    """Who belongs, who is invited, and what one can do about it."""
    parent, seen = listing.family_or_404(request.user.pk, baby)
    made, asked = listing.invitations_seen_by(parent)
    lone_requests = LoneConsentRequest.objects.open().filter(
        asked_by=request.user.pk, parent__baby=parent.baby_id
    )
    context = {
        "seen": seen,
        "others": [one for one in seen if not one.is_you],
        "is_together": any(one.is_together and not one.is_you for one in seen),
        "relations": listing.relations_seen_by(parent),
        "made": made,
        "asked": asked,
        "open_requests": lone_requests if parent.has_lone_request else (),
        "who_sees": listing.say_who_sees(seen),
    }
    return render(request, "families/family.html", _about(request, parent, **context))


@member_required
def invite(request: HttpRequest, baby: str) -> HttpResponse:
    """Choose who it is; then the link is shown, once."""
    parent = listing.own_parent_or_404(request.user.pk, baby)
    others = [one for one in listing.parents_seen_by(parent) if one.is_asked and not one.is_you]
    form = InviteForm(_posted(request))
    context = _about(
        request, parent, form=form, others=others, names=facts.say_list(one.name for one in others)
    )
    context["back_url"] = reverse("families-family", args=[baby])
    if request.method == "POST" and form.is_valid():
        try:
            invitation, token = actions.invite(actor=request.user, parent=parent, **form.cleaned_data)
        except actions.TooMany:
            form.add_error(None, _("Many invitations are open already. Please take one back first."))
        except actions.InvitationGone:
            messages.warning(
                request, _("The link that you made here opens nothing any more. You can make a new one.")
            )
            return redirect("families-invite", baby)
        else:
            path = reverse("families-invitation", args=[token])
            context |= {"invitation": invitation, "link": request.build_absolute_uri(path)}
            return render(request, "families/invited.html", context)
    return render(request, "families/invite.html", context)


@require_POST
@member_required
def invitation_revoke(request: HttpRequest, baby: str, invitation: int) -> HttpResponse:
    """Take an invitation back."""
    parent = listing.own_parent_or_404(request.user.pk, baby)
    row = get_object_or_404(Invitation, pk=invitation, baby=parent.baby_id, made_by=request.user)
    actions.revoke_invitation(actor=request.user, invitation=row)
    messages.success(request, _("The link does not work any more."))
    return redirect("families-family", baby)


@require_POST
@member_required
def invitation_agree(request: HttpRequest, baby: str, invitation: int) -> HttpResponse:
    """Agree that another parent invites someone, or take that back."""
    parent = listing.own_parent_or_404(request.user.pk, baby)
    row = listing.invitation_to_agree_or_404(parent, invitation)
    change = actions.take_back_agreement if "no" in request.POST else actions.agree_to_invitation
    change(actor=request.user, invitation=row)
    return redirect("families-family", baby)


@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What a link handed over in person opens: who will see what, before anything is accepted."""
    if not request.user.is_authenticated:
        after = urlencode({"next": request.path})
        return render(request, "families/invitation_outside.html", {"after": after, "narrow": True})
    return _invitation(request, token)


@member_required
def _invitation(request: HttpRequest, token: str) -> HttpResponse:
    if not limits.allow(f"families.token:{request.user.pk}", TOKEN_TRIES_AN_HOUR, 3600):
        return render(request, "families/invitation_gone.html", {"narrow": True}, status=429)
    form = AcceptForm(_posted(request))
    try:
        if request.method == "POST" and form.is_valid():
            done = actions.accept_invitation(actor=request.user, token=token, **form.cleaned_data)
            return redirect("families-baby", done.baby.public_id)
        row = actions.open_invitation(token)
    except actions.InvitationGone:
        return render(request, "families/invitation_gone.html", {"narrow": True}, status=404)
    mine = Parent.objects.own_pages().filter(baby=row.baby_id, member=request.viewer.member_id).first()
    if mine is not None:
        return redirect("families-family", mine.baby.public_id)
    context = {
        "invitation": row,
        "form": form,
        "inviter": listing.shown_name_of(row.made_by_id),
        "is_parent": row.kind == Invitation.PARENT,
        "is_surrogate": row.kind == Relation.Kind.SURROGATE,
        "narrow": True,
    }
    return render(request, "families/invitation.html", context)


@require_POST
@member_required
def relation_end(request: HttpRequest, baby: str, relation: int) -> HttpResponse:
    """End what someone who belongs may see."""
    parent = listing.own_parent_or_404(request.user.pk, baby)
    row = get_object_or_404(actions.relations_of(parent), pk=relation)
    actions.end_relation(actor=request.user, parent=parent, relation=row)
    messages.success(request, _("They cannot open this page any more."))
    return redirect("families-family", baby)


# --- Leaving and parting ----------------------------------------------------------------------------


@member_required
def leave(request: HttpRequest, baby: str) -> HttpResponse:
    """Ask, then leave: as a parent, or as someone who belongs."""
    try:
        parent = listing.own_parent_or_404(request.user.pk, baby)
    except Http404:
        return _leave_as_relation(request, listing.own_relation_or_404(request.user.pk, baby))
    if request.method == "POST":
        actions.leave_family(actor=request.user, parent=parent)
        messages.success(request, _("You have left the family page."))
        return redirect("families-babies")
    others = [one for one in listing.parents_seen_by(parent) if not one.is_you and not one.has_died]
    sentences = [
        _("You cannot open this page then, and you have no say in what is shared from it."),
        _("The photos that you keep stay yours."),
        _("What you agreed to share stays shared. If you do not want that, take it back first."),
    ]
    if others:
        names = facts.say_list(one.name for one in others)
        sentences.insert(1, _("%(names)s can still open it, and can invite you again.") % {"names": names})
    else:
        sentences.insert(1, _("Nobody else can open it. You can come back to it when you like."))
    return _confirm(request, parent, _("Leave this family page?"), sentences, _("Leave it"))


def _leave_as_relation(request: HttpRequest, relation: Relation) -> HttpResponse:
    if request.method == "POST":
        actions.leave_as_relation(actor=request.user, relation=relation)
        messages.success(request, _("You have left the family page."))
        return redirect("families-babies")
    return ask_first(
        request,
        _("Leave this family page?"),
        [_("You cannot open it then, unless a parent invites you again.")],
        confirm_label=_("Leave it"),
        cancel_url=reverse("families-baby", args=[relation.baby.public_id]),
    )


@member_required
def part(request: HttpRequest, baby: str) -> HttpResponse:
    """Ask, then keep apart from the other parents."""
    parent = listing.own_parent_or_404(request.user.pk, baby)
    together = [one.name for one in listing.parents_seen_by(parent) if one.is_together and not one.is_you]
    if not together:
        raise Http404
    if request.method == "POST":
        try:
            actions.part_ways(actor=request.user, parent=parent)
        except actions.NothingToDo:
            messages.warning(request, _("You have a page of your own already."))
        else:
            messages.success(request, _("From now on you have a page of your own."))
        return redirect("families-baby", baby)
    names = facts.say_list(together)
    sentences = [
        _("You and %(names)s each keep this page and these photos as they are today.") % {"names": names},
        _("What you add or change from now on, they do not see. What they add, you do not see."),
        _("Each of you still has a say: a photo you kept together, or the name, is shared if all agree."),
        _("This cannot be put together again later. You can still leave, or invite someone to your page."),
    ]
    return _confirm(request, parent, _("Keep apart from now on?"), sentences, _("Keep apart"))


@require_POST
@member_required
def come_back(request: HttpRequest, baby: str) -> HttpResponse:
    """Open again a page that one left and that nobody else opens."""
    parent = get_object_or_404(
        Parent, baby__public_id=baby, member=request.user, left_at__isnull=False, died_at=None
    )
    try:
        actions.come_back(actor=request.user, parent=parent)
    except PermissionDenied:
        raise Http404 from None
    return redirect("families-baby", baby)


@require_POST
@member_required
def here(request: HttpRequest, baby: str) -> HttpResponse:
    """ "I am here": stops a request to decide without this parent, and gives a lost say back."""
    parent = get_object_or_404(Parent, baby__public_id=baby, member=request.user, left_at=None)
    actions.say_i_am_here(actor=request.user, parent=parent)
    messages.success(request, _("Thank you. You have your say."))
    return redirect("families-baby", baby)


def _confirm(
    request: HttpRequest, parent: Parent, title: str, sentences: list[str], label: str
) -> HttpResponse:
    back = reverse("families-family", args=[parent.baby.public_id])
    return ask_first(request, title, sentences, confirm_label=label, cancel_url=back)


# --- Asking those with a duty ------------------------------------------------------------------------


@member_required
def safety(request: HttpRequest, baby: str) -> HttpResponse:
    """Ask a lead, in private, to be kept safe from another parent."""
    parent = listing.own_parent_or_404(request.user.pk, baby)
    others = [one for one in listing.parents_seen_by(parent) if not one.is_you and not one.has_died]
    asked = SafetySeparation.objects.current().by(request.user.pk).filter(parent__baby=parent.baby_id)
    names = {one.pk: one.name for one in others}
    asked_about = {row.parent_id for row in asked}
    others = [one for one in others if one.pk not in asked_about]
    form = SafetyForm(_posted(request), others=others) if others else None
    if form and request.method == "POST" and form.is_valid():
        actions.request_safety_separation(actor=request.user, **form.cleaned_data)
        return redirect("families-safety", baby)
    context = {
        "form": form,
        "others": others,
        "asked": [{"row": row, "name": names.get(row.parent_id, "")} for row in asked],
    }
    return render(request, "families/safety.html", _to_family(_about(request, parent, **context)))


@require_POST
@member_required
def safety_withdraw(request: HttpRequest, baby: str, separation: int) -> HttpResponse:
    """Take back a request that is not decided."""
    row = get_object_or_404(SafetySeparation.objects.by(request.user.pk), pk=separation)
    actions.withdraw_safety_separation(actor=request.user, separation=row)
    return redirect("families-safety", baby)


@member_required
def alone(request: HttpRequest, baby: str) -> HttpResponse:
    """Ask the moderators to decide without a parent who cannot be reached, or who died."""
    parent = listing.own_parent_or_404(request.user.pk, baby)
    others = [one for one in listing.parents_seen_by(parent) if not one.is_you and one.is_asked]
    if not others:
        raise Http404
    form = AloneForm(_posted(request), others=others)
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_to_decide_alone(actor=request.user, **form.cleaned_data)
        except actions.NothingToDo:
            messages.warning(request, _("This parent is not asked here any more. You can go on without it."))
        else:
            messages.success(
                request, _("Your request is with the moderators. Nothing changes until they decide.")
            )
        return redirect("families-family", baby)
    return render(
        request, "families/alone.html", _to_family(_about(request, parent, form=form, others=others))
    )


@require_POST
@member_required
def alone_withdraw(request: HttpRequest, baby: str, lone_request: int) -> HttpResponse:
    """Take such a request back."""
    row = get_object_or_404(LoneConsentRequest, pk=lone_request, asked_by=request.user)
    actions.withdraw_lone_consent(actor=request.user, request=row)
    return redirect("families-family", baby)


def _to_family(context: dict[str, Any]) -> dict[str, Any]:
    context["back_url"] = reverse("families-family", args=[context["baby"].public_id])
    return context
