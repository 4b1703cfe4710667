"""A form from our own page is taken although the page sends no referrer; one from elsewhere is not."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.test import RequestFactory

from lessalone.kit.csrf import SameOriginCsrfMiddleware


def _answer_to_a_form(*, token: bool = True, **headers: str) -> HttpResponse | None:
    page = RequestFactory().get("/")
    secret = get_token(page)
    fields = {"csrfmiddlewaretoken": secret} if token else {}
    request: HttpRequest = RequestFactory().post("/", fields, headers=headers)
    request.COOKIES["csrftoken"] = page.META["CSRF_COOKIE"]
    middleware = SameOriginCsrfMiddleware(lambda request: HttpResponse())
    middleware.process_request(request)
    return middleware.process_view(request, lambda request: HttpResponse(), (), {})


def test_a_form_from_our_own_page_is_taken():
    assert _answer_to_a_form(origin="null", sec_fetch_site="same-origin") is None
    assert _answer_to_a_form(origin="http://testserver") is None


def test_an_old_phone_that_says_nothing_is_taken_by_its_token():
    assert _answer_to_a_form(origin="null") is None
    assert _answer_to_a_form(origin="null", token=False).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_form_from_elsewhere_is_refused(site):
    assert _answer_to_a_form(origin="null", sec_fetch_site=site).status_code == 403


def test_a_form_that_names_another_origin_is_refused():
    elsewhere = _answer_to_a_form(origin="http://elsewhere.example", sec_fetch_site="same-origin")
    assert elsewhere.status_code == 403
