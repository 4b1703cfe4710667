"""Where a member tells, if they want, what brings them together with others. Nobody else opens these pages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lessalone.families import experiences
from lessalone.families.experiences import OF_LOSS
from lessalone.families.in_common import asking, listing, wordings
from lessalone.families.in_common.forms import FacetForm, LossForm
from lessalone.families.in_common.listing import Loss
from lessalone.families.models import Experience
from lessalone.people import bearing, facets
from lessalone.people.access import member_required
from lessalone.people.facets import OWN, Answer, Facet, NeedsConsent, Purpose
from lessalone.people.models import FacetConsent
from lessalone.people.vocabulary import words_for
from lessalone.ui.confirming import ask_first

FIRST, ON = "first", "on"
"""How someone is led: through the few first questions, or through all that are left. Else they came for one."""


@require_GET
@member_required
def summary(request: HttpRequest) -> HttpResponse:
    """Everything that was told, for what it is used, and what was agreed to."""
    member = request.user
    losses, babies = listing.losses_of(member.pk, words_for(member))
    own = facets.own_answers(member)
    hidden = bearing.bearing_of(member).hidden
    asked = asking.asked_of_member([loss.answers for loss in losses], hidden)
    context = {
        "losses": [(loss, _told(loss, hidden)) for loss in losses],
        "babies": babies,
        "own": listing.told_of_member(own, asked, asking.following(asked, own)),
        "consents": [
            {"label": Purpose(row.purpose).label, "since": row.given_at, "purpose": row.purpose}
            for row in FacetConsent.objects.filter(member=member, taken_back_at=None).order_by("pk")
        ],
    }
    return render(request, "families/facets.html", context)


def _told(loss: Loss, hidden: Collection[str]) -> listing.Told:
    asked = asking.asked_of_loss(loss.answers, hidden)
    return listing.told_of_loss(loss, asked, asking.following(asked, loss.answers))


# --- Losses -----------------------------------------------------------------------------------------


@member_required
def loss_add(request: HttpRequest) -> HttpResponse:
    """Say what this is for; then begin one, of a baby with a page or without, and ask the first question."""
    losses, babies = listing.losses_of(request.user.pk, words_for(request.user))
    wanted = request.GET.get("baby", "")
    if there := next((one for one in losses if one.parent and one.parent.baby.public_id == wanted), None):
        return redirect(there.url)
    choices = [(parent.baby.public_id, called) for parent, called in babies]
    form = LossForm(_posted(request), babies=choices, initial={"baby": wanted} if wanted else None)
    if request.method == "POST" and form.is_valid():
        baby = next(
            (one.baby for one, _called in babies if one.baby.public_id == form.cleaned_data["baby"]), None
        )
        try:
            made = experiences.add_experience(actor=request.user, baby=baby)
        except experiences.TooMany:
            messages.warning(request, _("There are as many losses here as this place can keep."))
            return redirect("families-facets")
        return redirect(_after(made.public_id, "", asking.FIRST, experiences.answers_about(made), FIRST))
    return render(request, "families/facets_add.html", {"form": form, "narrow": True})


@require_GET
@member_required
def loss(request: HttpRequest, loss: str) -> HttpResponse:
    """Everything that was told of one loss, and what could be."""
    one = listing.loss_or_404(request.user.pk, loss, words_for(request.user))
    told = _told(one, bearing.bearing_of(request.user).hidden)
    context = {"loss": one, "told": told, "is_begun": "enough" in request.GET, "narrow": True}
    return render(request, "families/facets_loss.html", context)


@member_required
def loss_remove(request: HttpRequest, loss: str) -> HttpResponse:
    """Ask, then take a loss back with all that was told of it."""
    one = listing.loss_or_404(request.user.pk, loss, words_for(request.user))
    if request.method == "POST":
        experiences.remove_experience(actor=request.user, experience=one.experience)
        messages.success(request, _("What you told of it here is forgotten."))
        return redirect("families-facets")
    sentences = [_("What you told of it here is forgotten at once. It brings nobody to you any more.")]
    if one.parent:
        sentences.append(_("The page about your baby stays as it is."))
    return ask_first(
        request,
        _("Take back what you told of this loss?"),
        sentences,
        confirm_label=_("Take it back"),
        cancel_url=one.url,
        is_destroying=True,
    )


# --- One question on a page -------------------------------------------------------------------------


@member_required
def about_loss(request: HttpRequest, loss: str, key: str) -> HttpResponse:
    """Ask one thing about a loss, and keep the answer with its use."""
    facet = _facet_or_404(OF_LOSS, key)
    one = listing.loss_or_404(request.user.pk, loss, words_for(request.user))
    offered = experiences.offered_by(one.parent.page if one.parent else None, key)
    form = _form(request, facet, one.answers, offered)
    if (answer := form.given()) is not None:
        try:
            experiences.answer_about(
                actor=request.user,
                experience=one.experience,
                key=key,
                answer=answer,
                is_agreed=form.is_agreed,
            )
        except Experience.DoesNotExist:
            raise Http404 from None  # taken back in another window, this very moment
        except NeedsConsent:
            form = _form(request, facet, one.answers, offered)
        else:
            _say(request, answer, form)
            answers = experiences.answers_about(one.experience)
            return redirect(_after(loss, key, _asked_of_loss(request, answers), answers, _walk(request)))
    asked = _asked_of_loss(request, one.answers)
    context = {"loss": one, "offered_from": one.called, "back_url": one.url}
    context["skip_url"] = _after(loss, key, asked, one.answers, _walk(request))
    return render(request, "families/facets_question.html", context | _about(request, form, asked))


@member_required
def about_oneself(request: HttpRequest, key: str) -> HttpResponse:
    """Ask one thing about the member, and keep the answer with its use."""
    facet = _facet_or_404(OWN, key)
    answers = facets.own_answers(request.user)
    offered = [request.user.country] if key == "country" and request.user.country else []
    form = _form(request, facet, answers, offered)
    if (answer := form.given()) is not None:
        try:
            facets.answer_own(actor=request.user, key=key, answer=answer, is_agreed=form.is_agreed)
        except NeedsConsent:
            form = _form(request, facet, answers, offered)
        else:
            _say(request, answer, form)
            return redirect(_after_own(key, _asked_of_member(request), facets.own_answers(request.user)))
    asked = _asked_of_member(request)
    context = {"back_url": reverse("families-facets"), "skip_url": _after_own(key, asked, answers)}
    return render(request, "families/facets_question.html", context | _about(request, form, asked))


def _facet_or_404(of: Mapping[str, Facet], key: str) -> Facet:
    if key not in of:
        raise Http404
    return of[key]


def _form(request: HttpRequest, facet: Facet, answers: Mapping[str, Answer], offered: list[str]) -> FacetForm:
    """The form of a facet; it asks for consent where that was not given."""
    needs = bool(facet.purpose) and facet.purpose not in facets.purposes_of(request.user)
    answer = answers.get(facet.key)
    return FacetForm(_posted(request), facet=facet, answer=answer, offered=offered, needs_consent=needs)


def _posted(request: HttpRequest) -> Any:
    """What was sent, also when every field of it is empty."""
    return request.POST if request.method == "POST" else None


def _about(request: HttpRequest, form: FacetForm, asked: Sequence[str]) -> dict[str, Any]:
    """What every page with a question has; in a walk, where in it one is."""
    facet = form.facet
    walk = _walk(request)
    return {
        "form": form,
        "facet": facet,
        "is_skipped": form.is_skipped,
        "walk": walk,
        "number": asked.index(facet.key) + 1 if walk and facet.key in asked else 0,
        "of": len(asked) if walk and facet.key in asked else 0,
        "consent": wordings.CONSENTS.get(facet.purpose) if "agrees" in form.fields else None,
        "notes_court": facet.key in wordings.NOTES_COURT,
        "narrow": True,
    }


def _say(request: HttpRequest, answer: Answer, form: FacetForm) -> None:
    """What became of it, for whoever came for this one question."""
    if _walk(request):
        return
    if answer.is_skipped:
        messages.success(
            request, _("We do not ask you this again. You can still answer it, if you ever want to.")
        )
    elif answer.values:
        messages.success(request, _("This is kept."))
    elif form.answered:
        messages.success(request, _("Your answer is forgotten."))


# --- What comes after a question --------------------------------------------------------------------


def _walk(request: HttpRequest) -> str:
    return next((walk for walk in (FIRST, ON) if walk in request.GET), "")


def _after(loss: str, key: str, asked: Sequence[str], answers: Mapping[str, Answer], walk: str) -> str:
    """The next question about a loss, or its page; after the first few, that this is enough to begin."""
    if following := asking.following(asked, answers, after=key):
        return f"{reverse('families-facet-loss', args=[loss, following])}?{walk}"
    page = reverse("families-loss", args=[loss])
    return f"{page}?enough" if walk == FIRST else page


def _after_own(key: str, asked: Sequence[str], answers: Mapping[str, Answer]) -> str:
    """The next question about the member, or the summary."""
    if following := asking.following(asked, answers, after=key):
        return f"{reverse('families-facet-own', args=[following])}?{ON}"
    return reverse("families-facets")


def _asked_of_loss(request: HttpRequest, answers: Mapping[str, Answer]) -> Sequence[str]:
    """What one is led through; nothing for whoever came for one question."""
    if _walk(request) == ON:
        return asking.asked_of_loss(answers, bearing.bearing_of(request.user).hidden)
    return asking.FIRST if _walk(request) else ()


def _asked_of_member(request: HttpRequest) -> Sequence[str]:
    if not _walk(request):
        return ()
    losses = [experiences.answers_about(one) for one in experiences.experiences_of(request.user.pk)]
    return asking.asked_of_member(losses, bearing.bearing_of(request.user).hidden)


# --- Consent ----------------------------------------------------------------------------------------


@member_required
def consent(request: HttpRequest, purpose: str) -> HttpResponse:
    """Ask, then take consent for a purpose back. It is given on the page of a question."""
    if purpose not in set(Purpose) - {Purpose.NONE}:
        raise Http404
    if request.method == "POST":
        facets.take_back_consent(actor=request.user, purpose=Purpose(purpose))
        messages.success(request, _("You took it back. What you told us for it is forgotten."))
        return redirect("families-facets")
    if purpose not in facets.purposes_of(request.user):
        return redirect("families-facets")
    losses, _babies = listing.losses_of(request.user.pk, words_for(request.user))
    said = listing.said_for(Purpose(purpose), losses, facets.own_answers(request.user))
    return ask_first(
        request,
        _("Take back what you agreed to?"),
        [
            f"{Purpose(purpose).label}.",
            *(
                [_("Then we forget at once:"), *said]
                if said
                else [_("There is nothing to forget: you told us nothing of it.")]
            ),
            *(
                [_("The words of your stories are not compared with those of others any more.")]
                if purpose == Purpose.HEALTH
                else []
            ),
            _("Nobody is brought to you by it any more. You can agree again at any time, and answer anew."),
        ],
        confirm_label=_("Take it back"),
        cancel_url=reverse("families-facets"),
        is_destroying=True,
    )
