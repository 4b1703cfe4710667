"""Losses as one member lived them: what is asked of each, so that others who lived something like it can be found.

An experience is one member's own, also where the baby has a page with another parent: what is answered here is not
written on the page, and nobody else sees it here. What its page says is offered as the first answer, and kept only when
this member says so. Weeks are compared, never legal labels.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lessalone.families.models import Baby, BabyPage, Experience, LossKind, Parent, Precision
from lessalone.people import facets
from lessalone.people.facets import Answer, Facet, Purpose, Shape
from lessalone.people.models import Member

MOST_EXPERIENCES = 20

OF_LOSS: dict[str, Facet] = {
    one.key: one
    for one in (
        Facet(
            "role",
            _("Who are you to the baby?"),
            {
                "mother": _("The mother, or the parent who was pregnant"),
                "father": _("The father"),
                "partner": _("The other mother, or the partner"),
                "intended": _("A parent by surrogacy or adoption"),
                "grandparent": _("A grandparent"),
                "sibling": _("A brother or sister"),
                "kin": _("Other family"),
                "friend": _("A friend"),
                "professional": _("I was there in my work"),
            },
        ),
        Facet(
            "weeks",
            _("How many weeks was the pregnancy?"),
            {},
            Shape.WEEKS,
            Purpose.HEALTH,
            _("Others near the same week are found, whatever it is called where you live."),
        ),
        Facet(
            "kinds",
            _("What happened?"),
            {kind.value: kind.label for kind in LossKind},
            Shape.SEVERAL,
            Purpose.HEALTH,
        ),
        Facet(
            "child",
            _("A son, a daughter?"),
            {"son": _("A son"), "daughter": _("A daughter"), "unknown": _("Not known")},
        ),
        Facet(
            "since",
            _("When was it?"),
            {},
            Shape.DATE,
            sentence=_("The year alone is enough. It is never said to anyone as a date."),
        ),
        Facet(
            "lived",
            _("How long did the baby live after the birth?"),
            {
                "not": _("The baby was not born alive"),
                "hours": _("For minutes or hours"),
                "1-6": _("1 to 6 days"),
                "7-27": _("1 to 4 weeks"),
                "28-364": _("1 month to a year"),
                "longer": _("Longer than a year"),
            },
            purpose=Purpose.HEALTH,
        ),
        Facet(
            "plurality",
            _("One baby, or twins or more?"),
            {
                "one": _("One baby"),
                "twin": _("One of twins died"),
                "twins": _("Both twins died"),
                "more": _("Three or more"),
            },
            purpose=Purpose.HEALTH,
        ),
        Facet(
            "cause",
            _("Do you know why it happened?"),
            {"known": _("Yes"), "unknown": _("No, nobody knows"), "waiting": _("We are waiting to hear")},
            purpose=Purpose.HEALTH,
        ),
        Facet(
            "causes",
            _("What was found?"),
            {
                "abruption": _("The placenta came away"),
                "cervix": _("A weak cervix"),
                "cord": _("The cord"),
                "genetic": _("Genes or chromosomes"),
                "heart": _("The baby’s heart"),
                "infection": _("An infection"),
                "placenta": _("The placenta did not work as it should"),
                "pre-eclampsia": _("Pre-eclampsia or high blood pressure"),
                "waters": _("The waters broke early"),
                "prematurity": _("Born too early"),
                "transfusion": _("Twin-to-twin transfusion"),
                "sickness": _("Severe sickness in pregnancy"),
                "sudden": _("Sudden, without an explanation"),
            },
            Shape.SEVERAL,
            Purpose.HEALTH,
            _(
                "You can add words of your own, such as a rare condition. Others are found who wrote the same."
            ),
            takes_own=True,
        ),
        Facet(
            "losses",
            _("Was this the first?"),
            {"first": _("The first"), "second": _("The second"), "more": _("The third, or more")},
            purpose=Purpose.HEALTH,
        ),
        Facet(
            "conception",
            _("How did the pregnancy begin?"),
            {
                "unassisted": _("Without help"),
                "assisted": _("With IVF or other help"),
                "donor": _("With a donor"),
                "surrogacy": _("By surrogacy"),
            },
            purpose=Purpose.HEALTH,
        ),
        Facet(
            "photos",
            _("Are there photos of the baby?"),
            {"yes": _("Yes"), "no": _("No"), "wished": _("No, and we wish there were")},
        ),
        Facet(
            "funeral",
            _("Was there a funeral or a goodbye?"),
            {"yes": _("Yes"), "no": _("No"), "wished": _("No, and we wish there had been")},
        ),
    )
}
"""The facets of a loss, in the order they are asked."""


class TooMany(Exception):
    """More experiences than anybody needs."""


def experience_of(member_id: int, public_id: str) -> Experience | None:
    """One of this member's own."""
    return Experience.objects.filter(member_id=member_id, public_id=public_id).select_related("baby").first()


def experiences_of(member_id: int) -> list[Experience]:
    """All of this member's own, the first first."""
    return list(Experience.objects.filter(member_id=member_id).select_related("baby"))


def add_experience(*, actor: Member, baby: Baby | None = None) -> Experience:
    """Begin one: of a baby whose page they open, or of a loss without a page.

    Of a baby there is only one; and one without a page of which nothing was told yet is gone back to, so that whoever
    presses twice begins once. TooMany when there are `MOST_EXPERIENCES`.
    """
    if baby is not None:
        Parent.objects.own_pages().get(baby=baby, member=actor)
    with transaction.atomic():
        Member.objects.select_for_update().get(pk=actor.pk)
        rows = list(Experience.objects.filter(member=actor))
        for row in rows:
            if row.baby_id == baby.pk if baby else not (row.baby_id or row.answers):
                return row
        if len(rows) >= MOST_EXPERIENCES:
            raise TooMany
        return Experience.objects.create(member=actor, baby=baby)


def answer_about(
    *, actor: Member, experience: Experience, key: str, answer: Answer, is_agreed: bool = False
) -> None:
    """Keep an answer about a loss; one without values and not skipped takes it away.

    With `is_agreed` they consent to its purpose in the same step. ValueError for what is no answer to it.
    NeedsConsent where its purpose asks for consent.
    """
    answer_all_about(actor=actor, experience=experience, answers={key: answer}, is_agreed=is_agreed)


def answer_all_about(
    *, actor: Member, experience: Experience, answers: Mapping[str, Answer], is_agreed: bool = False
) -> None:
    """Keep several answers at once, as `answer_about` keeps one: all of them, or none."""
    with transaction.atomic():
        facets.settle_consent(actor=actor, facets=OF_LOSS, answers=answers, is_agreed=is_agreed)
        row = Experience.objects.select_for_update().get(pk=experience.pk, member=actor)
        facets.put_all(row.answers, OF_LOSS, answers)
        row.save(update_fields=["answers", "saved_at"])
        facets.changed(actor.pk)
    experience.answers = row.answers


def remove_experience(*, actor: Member, experience: Experience) -> None:
    """Take one back with all its answers."""
    with transaction.atomic():
        Experience.objects.filter(pk=experience.pk, member=actor).delete()
        facets.changed(actor.pk)


def answers_about(experience: Experience) -> dict[str, Answer]:
    """What was answered about a loss."""
    return facets.answers_of(experience.answers, OF_LOSS)


@facets.forgets
def _forget(member_id: int, purpose: Purpose) -> None:
    for row in Experience.objects.select_for_update().filter(member=member_id):
        facets.forget(row.answers, OF_LOSS, purpose)
        row.save(update_fields=["answers", "saved_at"])


def offered_by(page: BabyPage | None, key: str) -> list[str]:
    """What the baby's page says of a facet: offered on the form, kept only when the member says so."""
    if page is None:
        return []
    if key == "weeks" and page.weeks is not None:
        return [f"{page.weeks}+{page.days}" if page.days else str(page.weeks)]
    if key == "kinds":
        return list(page.kinds)
    if key == "since":
        return _date(page)
    if key == "plurality" and page.plurality:
        return [page.plurality]
    return []


def _date(page: BabyPage) -> list[str]:
    for which in ("died", "born"):
        day, precision = getattr(page, f"{which}_on"), getattr(page, f"{which}_precision")
        if day is not None:
            cut = {Precision.YEAR: 4, Precision.MONTH: 7}.get(precision, 10)
            return [day.isoformat()[:cut]]
    return []
