"""All requests share one instance of each serializer; under 8 threads answers stay their own."""

import sys
from datetime import UTC, datetime

import pytest
from django.http import QueryDict
from django.utils import translation

from cx_feedback.comments.api.serializers import CommentListSerializer
from cx_feedback.comments.models import Comment
from cx_feedback.comments.submission.flag_input import FlagSerializer
from cx_feedback.comments.submission.vote_input import VoteSerializer
from cx_feedback.core.api.serializers import _get_instance
from cx_feedback.core.errors import InvalidInput
from tests.threads import in_threads

THREADS, ROUNDS = 8, 40
NO_REASON = {
    "en": "Choose a reason for your report.",
    "es": "Elige el motivo de la denuncia.",
}


@pytest.fixture(autouse=True)
def switch_often():
    """Let threads take turns within a serializer, from its first use on."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    _get_instance.cache_clear()
    yield
    sys.setswitchinterval(before)


def build_found(n):
    """Return what a view would answer; every second one leaves out what may be left out."""
    comments = [
        {
            "comment": Comment(
                pk=100 * n + place,
                author_name=f"Author {n}",
                html=f"<p>{n}</p>",
                up=n,
                created_at=datetime(2026, 1, 1 + n, tzinfo=UTC),
            ),
            **({"checking": True} if n % 2 else {}),
        }
        for place in range(n + 1)
    ]
    return {"page": n, "comments": comments, **({"next": f"after {n}"} if n % 2 else {})}


def test_answers_are_those_of_an_instance_of_their_own():
    def build(n):
        found = build_found(n)
        alone = CommentListSerializer().to_representation(found)

        def job():
            assert all(CommentListSerializer.build(found) == alone for _ in range(ROUNDS))

        return job

    in_threads(*map(build, range(THREADS)))


def test_requests_are_read_in_the_language_of_each():
    def read(n):
        language = ("en", "es")[n % 2]
        given = {"reason": "spam", "text": f"Words {n}"}

        def job():
            with translation.override(language):
                for _ in range(ROUNDS):
                    assert FlagSerializer.read(given) == given
                    with pytest.raises(InvalidInput) as refused:
                        FlagSerializer.read({"reason": str(n)})
                    assert refused.value.fields == {"reason": [NO_REASON[language]]}

        return job

    in_threads(*map(read, range(THREADS)))


def test_forms_and_json_are_read_beside_each_other():
    def read(n):
        value = n % 3 - 1
        form, json = QueryDict(f"value={value}"), {"value": str(value), "reaction": n}

        def job():
            for _ in range(ROUNDS):
                assert VoteSerializer.read(form) == {"value": value, "reaction": None}
                assert VoteSerializer.read(json) == {"value": str(value), "reaction": n}

        return job

    in_threads(*map(read, range(THREADS)))
