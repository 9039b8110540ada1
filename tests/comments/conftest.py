"""What tests of the thread need: an article with the block, and comments on it."""

import itertools

import pytest

from cx_feedback.comments import services
from cx_feedback.comments.submission import comment_input

_numbers = itertools.count(1)


@pytest.fixture
def talk(article):
    """A live article with the comments block."""
    article.body = [("comments", {"heading": "", "order": "newest"})]
    article.save_revision().publish()
    return article


@pytest.fixture
def write(talk):
    """A function that stores a comment on the article and returns it."""

    def write(text="", *, parent=None, reader=None, name="Ana", email="", page=None, state=""):
        draft = comment_input.parse_comment(
            {
                "name": name,
                "email": email,
                "text": text or f"Words {next(_numbers)}",
                "parent": parent.pk if parent else None,
            },
            page_id=(page or talk).pk,
            language="en",
        )
        comment = services.store_comment(draft=draft, reader=reader).comment
        if state == "published":
            services.approve_comments(ids=[comment.pk])
        elif state:
            services.decide_on_comments(state, ids=[comment.pk])
        comment.refresh_from_db()
        return comment

    return write


@pytest.fixture
def moderator(django_user_model):
    """An editor of the admin who may moderate comments and nothing else."""
    from django.contrib.auth.models import Permission

    user = django_user_model.objects.create_user("mod", "mod@example.org", "pw")
    user.user_permissions.set(
        Permission.objects.filter(codename__in=["access_admin", "moderate_comment"])
    )
    return user
