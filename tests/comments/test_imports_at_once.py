"""Imports at the same time, among readers who write: nothing doubles, counters are exact."""

import io

from django.core.management import call_command

from cx_feedback.comments import services
from cx_feedback.comments.imports import comment_writer
from cx_feedback.comments.models import Comment, ImportedPage, Mention, Thread
from cx_feedback.comments.services.counters import rebuild_counters
from cx_feedback.comments.submission import comment_input
from tests.comments.files import comment, item, wxr
from tests.threads import AT_ONCE, in_threads

pytestmark = AT_ONCE


def test_the_same_file_at_once_while_readers_write(article, tmp_path, monkeypatch):
    monkeypatch.setattr(comment_writer, "BATCH_SIZE", 20)
    said = [comment(n, parent=n - 1 if n % 7 else 0) for n in range(1, 120)]
    ping = comment(200, type="pingback")
    (tmp_path / "f.xml").write_bytes(wxr(item(*said, ping, slug="an-article")))

    def bring():
        out = io.StringIO()
        call_command("cx_import_wordpress", str(tmp_path / "f.xml"), match_only=True, stdout=out)

    def write():
        for number in range(15):
            data = {"name": "Eva", "text": f"Words {number}"}
            draft = comment_input.parse_comment(data, page_id=article.pk)
            posted = services.store_comment(draft=draft)
            if not posted.repeated:
                services.approve_comments(ids=[posted.comment.pk])

    in_threads(bring, bring, bring, write, write)
    assert Comment.objects.exclude(source="").count() == 119
    assert Comment.objects.filter(source="").count() == 15
    assert (Mention.objects.count(), ImportedPage.objects.count()) == (1, 1)
    assert Thread.objects.get().published == 134
    assert rebuild_counters() == 0
