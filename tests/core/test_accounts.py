"""What accounts are called, for readers and in the admin."""

import pytest
from django.test import override_settings

from cx_feedback.core.people.account_names import admin_name, public_name


class Bare:
    """An account of a user model that Django asks for nothing but a login."""

    def __init__(self, login):
        self.login = login

    def get_username(self):
        return self.login

    def __str__(self):
        return self.login


class Named(Bare):
    def __init__(self, login, name):
        super().__init__(login)
        self.name = name

    def get_full_name(self):
        return self.name


@pytest.mark.parametrize(
    ("user", "published", "if_the_site_says_so", "edited"),
    [
        (Named("eva", "Eva Luna"), "Eva Luna", "Eva Luna", "Eva Luna"),
        (Named("eva", " "), "", "eva", "eva"),
        (Named("eva", None), "", "eva", "eva"),
        (Named("eva@example.org", ""), "", "", "eva@example.org"),
        (Named("eva", "eva@example.org"), "", "eva", "eva@example.org"),
        (Bare("eva"), "", "eva", "eva"),
        (Bare("eva@example.org"), "", "", "eva@example.org"),
        ("The desk", "", "", "The desk"),
    ],
)
def test_names(user, published, if_the_site_says_so, edited):
    assert public_name(user) == published
    assert admin_name(user) == edited
    with override_settings(CX_FEEDBACK={"PUBLISH_USERNAMES": True}):
        assert public_name(user) == if_the_site_says_so
