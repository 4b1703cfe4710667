"""Pages of django-allauth that no room wrote anew still look like ours."""

from __future__ import annotations

import pytest
from django import forms
from django.template import Context, Origin, Template
from django.template.loader import get_template
from django.test import RequestFactory


def render(source: str, **context: object) -> str:
    origin = Origin("a page of allauth", template_name="a page of allauth.html")
    return Template("{% load allauth %}" + source, origin=origin).render(Context(context))


class SignInForm(forms.Form):
    login = forms.CharField(label="Sign-in name")
    next = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.mark.parametrize("layout", ["base", "entrance", "manage"])
def test_each_layout_is_our_page(layout: str) -> None:
    source = (
        f'{{% extends "allauth/layouts/{layout}.html" %}}'
        "{% block head_title %}Sign in{% endblock %}{% block content %}<h1>Words</h1>{% endblock %}"
        '{% block extra_body %}<script src="/x.js"></script>{% endblock %}'
    )
    page = Template(source).render(Context({"request": RequestFactory().get("/")}))
    assert "<title>Sign in · Notices</title>" in page
    assert "Help now" in page
    assert page.index("<main") < page.index("<h1>Words</h1>") < page.index("</main>")
    assert '<script src="/x.js">' in page


def test_its_fields_are_our_fields() -> None:
    form = SignInForm({"login": ""})
    html = render("{% element fields form=form unlabeled=True %}{% endelement %}", form=form)
    assert '<label for="id_login">Sign-in name</label>' in html
    assert 'class="errors"' in html
    assert 'type="hidden" name="next"' in html
    assert "placeholder" not in html


@pytest.mark.parametrize(
    ("tags", "kind"),
    [
        ("prominent,login", "primary"),
        ("danger,delete", "destroy"),
        ("prominent,login,outline,primary", "plain"),
        ("secondary", "plain"),
        ("link,cancel", "quiet"),
    ],
)
def test_its_buttons_are_our_buttons(tags: str, kind: str) -> None:
    html = render(f'{{% element button type="submit" tags="{tags}" %}}Go on{{% endelement %}}')
    assert f'class="btn {kind}"' in html
    assert html.strip().endswith("Go on</button>")


def test_a_link_that_looks_like_a_button_is_a_link() -> None:
    html = render('{% element button href="/x" %}Go on{% endelement %}')
    assert html.startswith('<a href="/x"')
    assert html.endswith("</a>") or html.strip().endswith("</a>")


def test_a_form_and_a_panel_hold_what_they_are_given() -> None:
    form = render(
        '{% element form method="post" action="/do" %}{% slot body %}<p>Body</p>{% endslot %}'
        "{% slot actions %}<p>Action</p>{% endslot %}{% endelement %}"
    )
    assert 'method="post"' in form
    assert 'action="/do"' in form
    assert form.index("Body") < form.index("Action")
    panel = render(
        "{% element panel %}{% slot title %}Passkeys{% endslot %}{% slot body %}None yet.{% endslot %}"
        "{% slot actions %}One{% endslot %}{% slot actions %}Two{% endslot %}{% endelement %}"
    )
    for words in ("<h2>Passkeys</h2>", "None yet.", "One", "Two"):
        assert words in panel


@pytest.mark.parametrize(
    "name",
    [
        "alert",
        "badge",
        "button",
        "button_group",
        "details",
        "field",
        "fields",
        "form",
        "h1",
        "h2",
        "hr",
        "img",
        "p",
        "panel",
        "provider",
        "provider_list",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
    ],
)
def test_no_element_is_allauths_own(name: str) -> None:
    assert "lessalone/ui/templates" in get_template(f"allauth/elements/{name}.html").origin.name.replace(
        "\\", "/"
    )
