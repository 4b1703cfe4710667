"""How a story looks: the card and the page, made once for a version and kept; photos covered or shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import F
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from lessalone.kit import markdown
from lessalone.kit.derived import kept
from lessalone.people.bearing import HIDE, SHOW, BearingMap
from lessalone.people.notes import BABY_PHOTOS, PHOTOS, labels
from lessalone.sharing.models import Item, Placement, Version
from lessalone.stories.models import Words
from lessalone.vault import words as vault_words

EXCERPT = 220
DESCRIPTION = "placement-description"
_PLACE = re.compile(r"<p>\s*\[photo (\d{1,2})\]\s*</p>", re.IGNORECASE)
_FIGURE = re.compile(r"<!--photo ([\w-]{22})-->.*?<!--/photo-->", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Telling:
    """A version as it reads: plain values, unsealed."""

    version: Version
    title: str
    words: str
    told_by: str
    photos: tuple[tuple[Placement, str], ...]
    """Each photo with its description."""

    @property
    def note_labels(self) -> list[str]:
        return labels(self.version.notes)


def words_context(version_id: int) -> str:
    """What the words of a version are sealed for."""
    return f"story-words:{version_id}"


def tellings(versions: Iterable[Version]) -> dict[int, Telling]:
    """Versions as they read, by version id. One whose key is gone is left out. Whoever asks has asked policy."""
    by_id = {version.pk: version for version in versions}
    rows = {row.version_id: row for row in Words.objects.filter(version__in=by_id)}
    placements = list(
        Placement.objects.filter(version__in=by_id).select_related("photo").order_by("version", "position")
    )
    sealed = [(by_id[pk].item.key_id, row.sealed, words_context(pk)) for pk, row in rows.items()]
    sealed += [(by_id[p.version_id].item.key_id, p.description_sealed, DESCRIPTION) for p in placements]
    opened = vault_words.unseal_many(sealed)
    said = dict(zip(rows, opened[: len(rows)], strict=True))
    described: dict[int, list[tuple[Placement, str]]] = {}
    for placement, description in zip(placements, opened[len(rows) :], strict=True):
        described.setdefault(placement.version_id, []).append((placement, description or ""))
    made = {}
    for pk, text in said.items():
        if text is None:
            continue
        value = json.loads(text)
        made[pk] = Telling(
            version=by_id[pk],
            title=value["title"],
            words=value["words"],
            told_by=value["told_by"],
            photos=tuple(described.get(pk, ())),
        )
    return made


def cards(items: list[Item]) -> dict[int, SafeString]:
    """The card of each story, by item id: the same for every reader, kept."""
    return kept.get_many(
        "card", [(item.pk, item.current_id) for item in items], _render("stories/_card.html")
    )


def page_body(item: Item) -> SafeString | None:
    """A story with its photos covered: the same for every reader, kept. None when its key is gone."""
    found = kept.get_many("story", [(item.pk, item.current_id)], _render("stories/_story.html"))
    return found.get(item.pk)


def _render(template: str) -> Callable[[list[int]], dict[int, SafeString]]:
    def render(item_ids: list[int]) -> dict[int, SafeString]:
        versions = Version.objects.filter(item__in=item_ids, item__current=F("pk")).select_related("item")
        return {
            telling.version.item_id: render_telling(telling, template)
            for telling in tellings(versions).values()
        }

    return render


def render_telling(telling: Telling, template: str = "stories/_story.html") -> SafeString:
    """One version in one of its shapes, without keeping it: for a rehearsal or a request."""
    item = telling.version.item
    context = {
        "item": item,
        "telling": telling,
        "count": len(telling.photos),
        "excerpt": excerpt(telling.words),
        "body": _with_photos(telling),
    }
    return mark_safe(render_to_string(template, context))  # noqa: S308 - made by a template


def excerpt(words: str) -> str:
    """The beginning, up to a word's end."""
    text = markdown.to_text(re.sub(r"(?im)^\s*\[photo \d{1,2}\]\s*$", "", words))
    if len(text) <= EXCERPT:
        return text
    return text[:EXCERPT].rsplit(" ", 1)[0].rstrip(",;:–-") + "…"


def _with_photos(telling: Telling) -> SafeString:
    """The words with each photo where `[photo 2]` stands alone, the others after the words."""
    placed: set[int] = set()

    def put(match: re.Match[str]) -> str:
        number = int(match[1])
        if not 1 <= number <= len(telling.photos) or number in placed:
            return ""
        placed.add(number)
        return "</div>" + figure(telling, number) + '<div class="read">'

    html = '<div class="read">' + _PLACE.sub(put, markdown.to_html(telling.words)) + "</div>"
    rest = [figure(telling, n) for n in range(1, len(telling.photos) + 1) if n not in placed]
    html = html.replace('<div class="read"></div>', "") + "".join(rest)
    return mark_safe(html)  # noqa: S308 - cleaned by kit.markdown, figures made by a template


def figure(telling: Telling, number: int) -> str:
    """A photo, covered: its description and a way to ask for it."""
    placement, description = telling.photos[number - 1]
    html = render_to_string(
        "stories/_veiled.html",
        {"item": telling.version.item, "placement": placement, "description": description, "number": number},
    )
    return f"<!--photo {placement.public_id}-->{html}<!--/photo-->"


def shown_figure(item: Item, placement: Placement, *, can_cover: bool = True) -> SafeString:
    """A photo that this reader asked for, or always wants to see."""
    description = vault_words.unseal(item.key_id, placement.description_sealed, context=DESCRIPTION)
    context = {"item": item, "placement": placement, "description": description, "can_cover": can_cover}
    return mark_safe(render_to_string("stories/_shown.html", context))  # noqa: S308


def photo_bearing(bearing: BearingMap) -> str:
    """What this reader chose for photos of a story: the stricter of photos and photos of a baby."""
    return bearing.strictest((PHOTOS, BABY_PHOTOS))


def for_reader(item: Item, body: SafeString, bearing: BearingMap, asked_for: set[str]) -> SafeString:
    """The kept page with this reader's photos shown, covered or left out."""
    choice = photo_bearing(bearing)
    wanted = set(_FIGURE.findall(body)) if choice == SHOW else asked_for
    if choice != HIDE and not wanted:
        return body
    placements = (
        {}
        if choice == HIDE
        else {
            placement.public_id: placement
            for placement in Placement.objects.filter(
                version=item.current_id, public_id__in=wanted
            ).select_related("photo")
        }
    )

    def replace(match: re.Match[str]) -> str:
        if choice == HIDE:
            return render_to_string("stories/_left_out.html", {})
        placement = placements.get(match[1])
        return shown_figure(item, placement, can_cover=choice != SHOW) if placement else match[0]

    return mark_safe(_FIGURE.sub(replace, body))  # noqa: S308 - parts made by templates


def covered_figure(item: Item, placement: Placement) -> SafeString:
    """A photo covered again, as it stands in the kept page."""
    description = vault_words.unseal(item.key_id, bytes(placement.description_sealed), context=DESCRIPTION)
    context = {"item": item, "placement": placement, "description": description}
    return mark_safe(render_to_string("stories/_veiled.html", context))  # noqa: S308
