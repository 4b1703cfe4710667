"""How a story looks: the card and the page, made once for a version and kept; photos covered or shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
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
PHOTO_LINE = re.compile(r"^\s*\[photo \d{1,2}\]\s*$", re.IGNORECASE | re.MULTILINE)
"""A place for a photo among the words."""
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


def render_telling(
    telling: Telling, template: str = "stories/_story.html", *, address: str | None = None
) -> SafeString:
    """One version in one of its shapes, without keeping it.

    `address` is the page where a reader asks for a covered photo: the story's own, unless another is given; empty for
    a rehearsal, where nothing can be asked for.
    """
    item = telling.version.item
    where = reverse("stories-read", args=[item.public_id]) if address is None else address
    context = {
        "item": item,
        "telling": telling,
        "count": len(telling.photos),
        "excerpt": excerpt(telling.words),
        "body": _with_photos(telling, where),
    }
    return mark_safe(render_to_string(template, context))  # noqa: S308 - made by a template


def within_a_page(body: SafeString) -> SafeString:
    """A story as part of a page that has a heading of its own: the story's title is one below it."""
    return mark_safe(body.replace("<h1>", "<h2>", 1).replace("</h1>", "</h2>", 1))  # noqa: S308 - it was safe


def excerpt(words: str) -> str:
    """The beginning, up to a word's end."""
    text = markdown.to_text(PHOTO_LINE.sub("", words))
    if len(text) <= EXCERPT:
        return text
    return text[:EXCERPT].rsplit(" ", 1)[0].rstrip(",;:–-") + "…"


def _with_photos(telling: Telling, address: str) -> SafeString:
    """The words with each photo where `[photo 2]` stands alone, the others after the words."""
    placed: set[int] = set()

    def put(match: re.Match[str]) -> str:
        number = int(match[1])
        if not 1 <= number <= len(telling.photos) or number in placed:
            return ""
        placed.add(number)
        return "</div>" + _figure(telling, number, address) + '<div class="read">'

    html = '<div class="read">' + _PLACE.sub(put, markdown.to_html(telling.words)) + "</div>"
    rest = [_figure(telling, n, address) for n in range(1, len(telling.photos) + 1) if n not in placed]
    html = html.replace('<div class="read"></div>', "") + "".join(rest)
    return mark_safe(html)  # noqa: S308 - cleaned by kit.markdown, figures made by a template


def _figure(telling: Telling, number: int, address: str) -> str:
    placement, description = telling.photos[number - 1]
    html = _covered(telling.version.item, placement, description, address)
    return f"<!--photo {placement.public_id}-->{html}<!--/photo-->"


def _covered(item: Item, placement: Placement, description: str, address: str) -> SafeString:
    """A photo, covered: its description and a way to ask for it."""
    context = {"item": item, "placement": placement, "description": description, "address": address}
    return mark_safe(render_to_string("stories/_veiled.html", context))  # noqa: S308 - made by a template


def _shown(item: Item, placement: Placement, description: str, cover_address: str) -> SafeString:
    """A photo that this reader asked for (then it can be covered again), or always wants to see."""
    context = {"item": item, "placement": placement, "description": description, "address": cover_address}
    return mark_safe(render_to_string("stories/_shown.html", context))  # noqa: S308 - made by a template


def photo_choice(bearing: BearingMap) -> str:
    """What this reader chose for photos of a story: the stricter of photos and photos of a baby."""
    return bearing.strictest((PHOTOS, BABY_PHOTOS))


def for_reader(
    item: Item,
    body: SafeString,
    *,
    choice: str,
    asked_for: set[str],
    version_id: int | None = None,
    address: str | None = None,
) -> SafeString:
    """The page with this reader's photos shown, covered or left out.

    `choice` is theirs for photos; `asked_for` are the ones they asked to see on this page. `version_id` and
    `address` are of another version than the shown one, for a parent who is asked about it.
    """
    there = _FIGURE.findall(body)
    wanted = set(there) if choice == SHOW else asked_for & set(there)
    if choice == HIDE:
        return mark_safe(_FIGURE.sub(lambda _: render_to_string("stories/_left_out.html"), body))  # noqa: S308
    if not wanted:
        return body
    where = address or reverse("stories-read", args=[item.public_id])
    placements = list(
        Placement.objects.filter(version=version_id or item.current_id, public_id__in=wanted).select_related(
            "photo"
        )
    )
    described = vault_words.unseal_many(
        [(item.key_id, bytes(one.description_sealed), DESCRIPTION) for one in placements]
    )
    shown = {
        one.public_id: _shown(
            item,
            one,
            description or "",
            "" if choice == SHOW else _with_shown(where, wanted - {one.public_id}),
        )
        for one, description in zip(placements, described, strict=True)
    }
    page = _FIGURE.sub(lambda match: shown.get(match[1], match[0]), body)
    if choice != SHOW:  # Asking for another one leaves open what is open.
        page = page.replace(
            _with_shown(where, set()) + "&amp;show=", _with_shown(where, wanted) + "&amp;show="
        )
    return mark_safe(page)  # noqa: S308 - parts made by templates


def _with_shown(address: str, shown: set[str]) -> SafeString:
    """The address of the page with these photos open, as it stands in HTML. The ids are from our own rows."""
    shows = "".join(f"&amp;show={public_id}" for public_id in sorted(shown))
    return mark_safe(f"{address}?read=1{shows}")  # noqa: S308 - an address and ids of ours
