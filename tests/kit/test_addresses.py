"""Whoever guesses passwords cannot choose the address they are counted by."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from lessalone.kit.addresses import network_address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, None, "127.0.0.1"),
        (0, "198.51.100.7", "127.0.0.1"),
        (1, "198.51.100.7", "198.51.100.7"),
        (1, "a lie, 198.51.100.7", "198.51.100.7"),
        (2, "a lie, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (2, "198.51.100.7", "127.0.0.1"),
        (1, None, "127.0.0.1"),
    ],
)
def test_only_what_our_own_web_servers_saw_counts(settings, proxies, forwarded, address):
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"proxies": proxies})
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert network_address(RequestFactory().get("/", headers=headers)) == address
