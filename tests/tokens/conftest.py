"""Tokens, and a client that sends one."""

import json

import pytest
from django.core.cache import cache
from django.test import Client

from cx_feedback.core.permissions import get_token_scopes
from cx_feedback.tokens import services

ALL_SCOPES = [scope.permission.name for scope in get_token_scopes()]


class ProgramClient(Client):
    """A client without cookies and without the headers of a browser, as a server is one."""

    def __init__(self, text=""):
        super().__init__(headers={"Authorization": f"Bearer {text}"} if text else {})

    def call(self, method, url, data=None):
        """Send JSON; return the response."""
        body = {"data": json.dumps(data or {}), "content_type": "application/json"}
        return getattr(self, method)(url, **({} if method == "get" else body))


@pytest.fixture
def owner(django_user_model):
    """The account of the tokens, which may do everything."""
    return django_user_model.objects.create_superuser("maker", "maker@example.org", "x")


@pytest.fixture
def make_token(owner):
    """Return a function that makes a token: its row and its text."""

    def make_token(*scopes, **fields):
        return services.create_token(**{"owner": owner, "name": "Shop", "scopes": scopes} | fields)

    return make_token


@pytest.fixture
def program(make_token):
    """Return a function that makes a client with a new token."""

    def program(*scopes, **fields):
        cache.clear()
        _token, text = make_token(*scopes, **fields)
        return ProgramClient(str(text))

    return program
