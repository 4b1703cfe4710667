"""The one tag library of the interface: `{% load ui %}`. Each tag is shown in the gallery at /ui/.

Tags that hold something are blocks (`{% card %}…{% endcard %}`); the others stand alone. They make HTML
only: no tag asks a database.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms, template
from django.conf import settings
from django.forms.boundfield import BoundField
from django.middleware.csrf import get_token
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from lessalone.ui import icons, leaving, look, navigation
from lessalone.ui.forms import PartialDateWidget

register = template.Library()


# --- The page ---------------------------------------------------------------------------------------


@register.simple_tag
def site_name() -> str:
    """What this community is called. For inside the page, never for its title."""
    return settings.ENVIRONMENT.name


@register.simple_tag
def neutral_name() -> str:
    """The name used where others may look: titles, bookmarks."""
    return settings.ENVIRONMENT.neutral_name


@register.simple_tag(takes_context=True)
def root_attributes(context: Context) -> SafeString:
    """Language, direction and chosen theme for `<html>`."""
    theme = look.chosen(context.get("request"))
    return format_html(
        'lang="{}" dir="{}"{}',
        get_language() or settings.LANGUAGE_CODE,
        "rtl" if get_language_bidi() else "ltr",
        format_html(' data-theme="{}"', theme) if theme != look.SYSTEM else "",
    )


@register.simple_tag
def language_code() -> str:
    """The active language, for a page without a request."""
    return get_language() or settings.LANGUAGE_CODE


@register.simple_tag
def safe_static(path: str) -> str:
    """The address of a static file, or nothing when it is not there: an error page must not err."""
    try:
        return static(path)
    except ValueError:
        return ""


@register.simple_tag(takes_context=True)
def theme_colours(context: Context) -> SafeString:
    """The colour of the browser's own frame, to go with the page."""
    paper = {look.LIGHT: "#fdfaf4", look.DARK: "#101319"}
    theme = look.chosen(context.get("request"))
    if theme in paper:
        return format_html('<meta name="theme-color" content="{}">', paper[theme])
    return format_html_join(
        "\n",
        '<meta name="theme-color" content="{}" media="(prefers-color-scheme: {})">',
        ((colour, name) for name, colour in paper.items()),
    )


@register.simple_tag(takes_context=True)
def ways(context: Context, slot: str) -> list[navigation.Link]:
    """`{% ways "main" as main_ways %}`: what the rooms registered in a navigation slot."""
    return navigation.links(slot, context.get("request"))


@register.simple_tag
def way(slot: str) -> str:
    """`{% way "help" %}`: the address of a slot of one entry."""
    return navigation.address(slot)


@register.simple_tag(takes_context=True)
def leave_key(context: Context) -> SafeString:
    """On the link for leaving: the key that does the same, where this reader switched one on."""
    key = leaving.key_of(context.get("request"))
    return format_html(' data-leave-key="{}"', key) if key else mark_safe("")


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "lock" %}`: a small drawing beside a word. Screen readers skip it."""
    return icons.svg(name)


@register.simple_tag
def flame() -> SafeString:
    """A candle's flame."""
    return icons.svg("flame")


# --- Forms ------------------------------------------------------------------------------------------


def _kind_of(widget: forms.Widget) -> str:
    kinds: list[tuple[type | tuple[type, ...], str]] = [
        (PartialDateWidget, "date"),
        (forms.CheckboxSelectMultiple, "checkboxes"),
        (forms.RadioSelect, "radios"),
        (forms.CheckboxInput, "checkbox"),
        (forms.FileInput, "file"),
        (forms.Textarea, "textarea"),
        (forms.Select, "select"),
    ]
    return next((name for kind, name in kinds if isinstance(widget, kind)), "text")


@register.simple_tag(takes_context=True)
def field(
    context: Context,
    bound: BoundField,
    *,
    label: str | None = None,
    hint: str | None = None,
    optional: bool | None = None,
    heading: bool = False,
    width: str = "",
) -> SafeString:
    """`{% field form.weeks %}`: label above, hint, error, and the box, tied together for every reader.

    The hint is the field's help text. Fields that may be left out say so, unless the form has
    `says_optional = False` (a page that says it once for all) or `optional=False`. `heading=True` makes
    the label the page's h1 (one thing per page). `width` is `short`, `medium` or empty.
    """
    if bound.is_hidden:
        return mark_safe(str(bound))  # noqa: S308 - Django's own rendering
    kind = _kind_of(bound.field.widget)
    hint = str(bound.help_text) if hint is None else hint
    says_optional = getattr(bound.form, "says_optional", True) and kind not in ("checkbox", "checkboxes")
    show_optional = (not bound.field.required and says_optional) if optional is None else optional
    # The browser's own bubbles cannot be read again, translated or worded by us; the page says it instead.
    bound.form.use_required_attribute = False
    if type(bound.field.widget) is forms.NumberInput:
        _plain_number(bound.field.widget)
    ids = [f"{bound.auto_id}-hint"] if hint else []
    ids += [f"{bound.auto_id}-error"] if bound.errors else []
    attrs: dict[str, Any] = {}
    if ids and kind not in ("radios", "checkboxes", "date"):
        attrs["aria-describedby"] = " ".join(ids)
    if bound.field.required and kind in ("text", "textarea", "select"):
        attrs["aria-required"] = "true"
    if kind == "textarea":
        attrs["data-grow"] = ""
    return mark_safe(  # noqa: S308 - made by a template
        render_to_string(
            f"ui/fields/{kind if kind in ('date', 'radios', 'checkboxes', 'checkbox') else 'single'}.html",
            {
                "bound": bound,
                "kind": kind,
                "label": label or bound.label,
                "hint": hint,
                "optional": show_optional,
                "heading": heading,
                "width": width,
                "describedby": " ".join(ids),
                "descriptions": getattr(bound.field.widget, "descriptions", {}),
                "control": _control(bound, kind, attrs),
                "parts": _date_parts(bound) if kind == "date" else (),
            },
        )
    )


def _plain_number(widget: forms.NumberInput) -> None:
    """A box for digits without arrows: a wheel or a slip cannot change it, and a mistake stays readable."""
    widget.input_type = "text"
    for name in ("min", "max", "step"):
        widget.attrs.pop(name, None)
    widget.attrs.setdefault("inputmode", "numeric")
    widget.attrs.setdefault("autocomplete", "off")


def _control(bound: BoundField, kind: str, attrs: dict[str, Any]) -> str:
    return "" if kind in ("date", "radios", "checkboxes") else bound.as_widget(attrs=attrs)


def _date_parts(bound: BoundField) -> list[dict[str, Any]]:
    labels = {"day": _("Day"), "month": _("Month"), "year": _("Year")}
    widget = bound.field.widget.get_context(bound.html_name, bound.value(), {"id": bound.auto_id})["widget"]
    parts = []
    for name, part in zip(("day", "month", "year"), widget["subwidgets"], strict=True):
        parts.append({**part, "label": labels[name], "part": name, "id": f"{bound.auto_id}_{name}"})
    return parts


@register.filter
def described(descriptions: dict[Any, Any], value: Any) -> Any:
    """The sentence under a choice, by its value."""
    return descriptions.get(value) or descriptions.get(str(value)) or ""


def _target(bound: BoundField) -> str:
    kind = _kind_of(bound.field.widget)
    return (
        f"{bound.auto_id}_0"
        if kind in ("radios", "checkboxes")
        else (f"{bound.auto_id}_day" if kind == "date" else bound.auto_id)
    )


def _about(bound: BoundField) -> dict[str, str]:
    label = str(bound.label)
    return {"target": _target(bound), "label": label if label[-1:] in "?.:" else f"{label}:"}


@register.inclusion_tag("ui/parts/errors.html")
def errors(*forms_: forms.BaseForm) -> dict[str, Any]:
    """`{% errors form %}`: the summary at the top of a page, focused, each line a link to its field."""
    found: list[dict[str, str]] = []
    for form in forms_:
        if form is None or not form.is_bound:
            continue
        for name, messages in form.errors.items():
            bound = form[name] if name in form.fields else None
            for message in messages:
                found.append({"message": message, **(_about(bound) if bound else {})})
    return {"found": found}


@register.simple_tag
def button(
    text: str,
    *,
    kind: str = "primary",
    href: str = "",
    name: str = "",
    value: Any = "",
    type: str = "submit",
    icon: str = "",
    form: str = "",
    id: str = "",
    wide: bool = False,
    describedby: str = "",
    **data: Any,
) -> SafeString:
    """`{% button "Keep it" kind="primary" %}`, or a link that looks the same with `href`.

    Kinds: `primary` (one on a page), `plain`, `quiet`, `destroy`. Further `data_…`, `hx_…` and `aria_…`
    arguments become attributes.
    """
    if kind not in ("primary", "plain", "quiet", "destroy"):
        raise ValueError(f"There is no button of the kind {kind!r}.")
    classes = f"btn {kind}" + (" wide" if wide else "")
    given = {"id": id, "form": form, "name": name, "aria-describedby": describedby}
    pairs = [(key, given_value) for key, given_value in given.items() if given_value]
    if name or value != "":
        pairs.append(("value", value))
    pairs += [(key.replace("_", "-"), one) for key, one in data.items() if one not in (None, False)]
    attributes = format_html_join("", ' {}="{}"', pairs)
    shape = icons.svg(icon) if icon else ""
    if href:
        return format_html('<a class="{}" href="{}"{}>{}{}</a>', classes, href, attributes, shape, text)
    return format_html('<button class="{}" type="{}"{}>{}{}</button>', classes, type, attributes, shape, text)


@register.inclusion_tag("ui/parts/equal.html")
def equal_choices(name: str, choices: list[tuple[Any, ...]], *, label: str = "") -> dict[str, Any]:
    """Answers that look equal, because none is the right one: `[(value, words), (value, words, sentence)]`.

    Stands inside a form; each is a button that sends it.
    """
    rows = [{"value": row[0], "words": row[1], "sentence": row[2] if len(row) > 2 else ""} for row in choices]
    return {"name": name, "choices": rows, "label": label}


# --- Things that hold something ---------------------------------------------------------------------


@register.simple_block_tag
def card(content: str, *, tag: str = "article", kind: str = "") -> SafeString:
    """A leaf of paper: one story in a list, one thing among others."""
    return format_html('<{0} class="card stack {1}">{2}</{0}>', tag, kind, mark_safe(content))  # noqa: S308


@register.simple_block_tag
def note(content: str) -> SafeString:
    """Something said beside: a content note, someone's words with a request."""
    return format_html('<div class="note stack">{}</div>', mark_safe(content))  # noqa: S308


@register.simple_block_tag
def why(content: str) -> SafeString:
    """The reason something is shown: "You both lost a son at around 20 weeks." """
    return format_html('<div class="why">{}</div>', mark_safe(content))  # noqa: S308


@register.simple_block_tag
def hint(content: str, *, only_you: bool = True) -> SafeString:
    """A private hint on someone's words, in candle light. It says itself that only they see it."""
    line = format_html('<p class="soft small">{}</p>', _("Only you see this.")) if only_you else ""
    return format_html('<aside class="hint stack">{}{}</aside>', mark_safe(content), line)  # noqa: S308


@register.simple_block_tag
def panel(content: str, title: str, *, level: int = 2, kind: str = "") -> SafeString:
    """A titled part of a page."""
    return format_html(
        '<section class="panel stack {0}"><h{1}>{2}</h{1}>{3}</section>',
        kind,
        level,
        title,
        mark_safe(content),  # noqa: S308
    )


@register.simple_block_tag
def notice(content: str, *, kind: str = "plain", polite: bool = False) -> SafeString:
    """A band across the page: `plain`, `kept` (done, safe) or `careful`. `polite` if it can appear later."""
    shape = {"plain": "info", "kept": "check", "careful": "hand"}[kind]
    role = mark_safe(' role="status"') if polite else ""
    return format_html(
        '<div class="notice {}"{}>{}<div class="stack">{}</div></div>',
        kind,
        role,
        icons.svg(shape),
        mark_safe(content),  # noqa: S308
    )


@register.simple_block_tag
def more(content: str, summary: str, *, open: bool = False) -> SafeString:
    """What can be opened if one wants to know more."""
    return format_html(
        '<details class="more"{}><summary>{}</summary><div class="stack">{}</div></details>',
        " open" if open else "",
        summary,
        mark_safe(content),  # noqa: S308
    )


@register.simple_block_tag
def facts(content: str, *, kind: str = "") -> SafeString:
    """A list of facts; inside it `{% fact "Who would see it" %}…{% endfact %}`."""
    return format_html('<dl class="facts {}">{}</dl>', kind, mark_safe(content))  # noqa: S308


@register.simple_block_tag
def fact(content: str, term: str, *, change_url: str = "", change: str = "") -> SafeString:
    """One line of `facts`, with a way to change it."""
    link = (
        format_html(
            '<dd class="change"><a href="{}">{}<span class="unseen"> {}</span></a></dd>',
            change_url,
            change or _("Change"),
            term,
        )
        if change_url
        else ""
    )
    return format_html("<div><dt>{}</dt><dd>{}</dd>{}</div>", term, mark_safe(content), link)  # noqa: S308


@register.simple_block_tag
def table(content: str, caption: str) -> SafeString:
    """A table that scrolls by itself on a narrow page. Inside: thead and tbody."""
    return format_html(
        '<div class="scroll" role="region" aria-label="{0}" tabindex="0"><table>'
        "<caption>{0}</caption>{1}</table></div>",
        caption,
        mark_safe(content),  # noqa: S308
    )


@register.simple_tag
def empty(sentence: str, *, more: str = "", href: str = "", action: str = "") -> SafeString:
    """A page with nothing on it yet speaks like a person, and offers one way on if there is one."""
    second = format_html('<p class="soft">{}</p>', more) if more else ""
    link = format_html('<p><a class="btn plain" href="{}">{}</a></p>', href, action) if href else ""
    return format_html('<div class="empty stack"><p class="say">{}</p>{}{}</div>', sentence, second, link)


# --- Photos -----------------------------------------------------------------------------------------

RATIOS = ("1-1", "4-3", "3-4", "3-2", "2-3", "16-9", "9-16")


def ratio_class(ratio: str) -> str:
    """The class that keeps a shape before the picture is there. `4:3`, `4-3` and `4/3` are the same."""
    wanted = str(ratio).replace(":", "-").replace("/", "-")
    return f"ratio-{wanted}" if wanted in RATIOS else "ratio-4-3"


def nearest_ratio(width: int, height: int) -> str:
    """The nearest of RATIOS to a picture's size, as `4-3`."""

    def distance(name: str) -> float:
        across, up = (int(part) for part in name.split("-"))
        return abs(across / up - width / height)

    return min(RATIOS, key=distance) if width and height else "4-3"


@register.inclusion_tag("ui/parts/veil.html", takes_context=True)
def veil(
    context: Context,
    description: str,
    action_url: str,
    ratio: str = "4-3",
    *,
    picture: str = "",
    name: str = "",
    value: Any = "",
    live: bool = False,
    button: str = "",
) -> dict[str, Any]:
    """A covered photo: its calm description, and a button that asks for it (a POST to `action_url`).

    `picture` is the address of the veil rendition, if one is shown behind the words. With `live`, htmx
    swaps the figure for what the answer holds.
    """
    return {
        **_posting(context),
        "description": description,
        "action_url": action_url,
        "ratio": ratio_class(ratio),
        "picture": picture,
        "name": name,
        "value": value,
        "live": live,
        "button": button or _("Show this photo"),
    }


@register.inclusion_tag("ui/parts/photo.html", takes_context=True)
def photo(
    context: Context,
    src: str,
    description: str,
    *,
    width: int,
    height: int,
    srcset: str = "",
    sizes: str = "(min-width: 42rem) 38rem, 100vw",
    cover_url: str = "",
    name: str = "",
    value: Any = "",
    live: bool = False,
    caption: bool = True,
) -> dict[str, Any]:
    """A photo that is shown. `width` and `height` are its own, so that nothing jumps when it comes.

    With `cover_url`, a button under it covers it again (a POST).
    """
    return {
        **_posting(context),
        "src": src,
        "description": description,
        "width": width,
        "height": height,
        "srcset": srcset,
        "sizes": sizes,
        "cover_url": cover_url,
        "name": name,
        "value": value,
        "live": live,
        "caption": caption,
    }


def _posting(context: Context) -> dict[str, Any]:
    request = context.get("request")
    return {"csrf_token": context.get("csrf_token") or (get_token(request) if request else "")}


# --- Lines and lists --------------------------------------------------------------------------------


@register.simple_tag
def person(name: str, when: str = "", *, href: str = "", said: str = "") -> SafeString:
    """Who speaks, in one quiet line: "Jack’s parents, about two years on". `said` comes before: "Told by"."""
    who = format_html('<a href="{}">{}</a>', href, name) if href else conditional_escape(name)
    start = format_html("{} ", said) if said else ""
    end = format_html(", {}", when) if when else ""
    return format_html('<p class="person">{}<span class="who">{}</span>{}</p>', start, who, end)


@register.inclusion_tag("ui/parts/gesture.html", takes_context=True)
def gesture(
    context: Context,
    value: str,
    words: str,
    action_url: str,
    *,
    name: str = "gesture",
    icon: str = "",
    given: bool = False,
    live: bool = False,
) -> dict[str, Any]:
    """An answer without words, in `<ul class="gestures">`. `given`: it was given, and can be taken back."""
    shape = icons.svg(icon) if icon else ""
    return {
        **_posting(context),
        "name": name,
        "value": value,
        "words": words,
        "action_url": action_url,
        "shape": shape,
        "given": given,
        "live": live,
    }


@register.inclusion_tag("ui/parts/doors.html")
def doors(links: list[tuple[Any, ...]], *, label: str = "") -> dict[str, Any]:
    """Ways into the same room: `[(words, url, is_current)]`."""
    rows = [{"words": row[0], "url": row[1], "current": len(row) > 2 and row[2]} for row in links]
    return {"links": rows, "label": label or _("Doors")}


@register.simple_tag(takes_context=True)
def pager(
    context: Context,
    cursor: str | None,
    url: str = "",
    *,
    label: str = "",
    param: str = "after",
    first: str = "",
) -> SafeString:
    """`{% pager cursor url %}`: a way to what is older, if there is more. `first` leads to the newest."""
    if not cursor and not first:
        return mark_safe("")
    parts = []
    if first:
        parts.append(format_html('<a class="btn quiet" href="{}">{}</a>', first, _("Back to the newest")))
    if cursor:
        base = url or (context["request"].path if context.get("request") else "")
        address = f"{base}{'&' if '?' in base else '?'}{urlencode({param: cursor})}"
        parts.append(
            format_html('<a class="btn plain" rel="next" href="{}">{}</a>', address, label or _("Older"))
        )
    return format_html(
        '<nav class="pager" aria-label="{}">{}</nav>',
        _("More"),
        mark_safe("".join(parts)),  # noqa: S308
    )


@register.simple_tag
def content_notes(notes: list[Any], *, start: str = "") -> SafeString:
    """What is in it, in plain words, before one reads: "In this story: birth, hospital." """
    if not notes:
        return mark_safe("")
    items = format_html_join("", "<li>{}</li>", ((one,) for one in notes))
    return format_html(
        '<div class="note contents"><p>{}</p><ul>{}</ul></div>', start or _("In this story"), items
    )


@register.inclusion_tag("ui/parts/step.html")
def step(number: int = 0, of: int = 0, *, back_url: str = "", back: str = "") -> dict[str, Any]:
    """At the top of one thing per page: the way back, and where one is if that helps."""
    return {"number": number, "of": of, "back_url": back_url, "back": back or _("Back")}


@register.simple_tag
def upload_row(name: str, percent: int | None, state: str = "") -> SafeString:
    """A line of `<ul class="uploads">`: a file on its way. `percent` None: waiting."""
    bar = (
        format_html('<progress max="100" value="{}">{}%</progress>', percent, percent)
        if percent is not None
        else mark_safe('<progress max="100" value="0"></progress>')
    )
    labelled = mark_safe(str(bar).replace("<progress", format_html('<progress aria-label="{}"', name), 1))  # noqa: S308
    return format_html(
        '<li class="upload"><span class="name">{}</span><span class="state soft small">{}</span>{}</li>',
        name,
        state,
        labelled,
    )
