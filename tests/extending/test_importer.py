"""``docs/extending/adding-an-importer.md``: what its script makes is imported, once."""

import io

import pytest
from django.core.management import call_command

from cx_feedback.comments.models import Comment
from tests.comments.conftest import talk  # noqa: F401
from tests.extending.guides import load_example

pytestmark = pytest.mark.django_db
CSV = """id,url,parent,name,date,text
7,https://old.example/posts/{slug}/,,Ana,2024-05-01T10:11:12+02:00,"A first one, with a comma"
9,https://old.example/posts/{slug}/,7,Bea,2024-05-02T10:11:12+02:00,An answer
11,https://old.example/posts/gone/,,Cora,2024-05-03T10:11:12+02:00,On a page that is not here
"""


def test_the_importer_of_the_guide(talk, tmp_path, capsys):  # noqa: F811
    script, file = load_example("adding-an-importer.md", "convert_comments.py"), tmp_path / "c.json"
    made = io.StringIO()
    script.main(io.StringIO(CSV.format(slug=talk.slug)), made)
    file.write_text(made.getvalue(), encoding="utf-8")
    for _ in range(2):
        call_command("cx_import_comments", str(file), report=str(tmp_path / "report.jsonl"))
    first, second = Comment.objects.order_by("path")
    assert (first.text, first.author_name, first.state) == (
        "A first one, with a comma", "Ana", "published",
    )  # fmt: skip
    assert (second.text, second.parent_id) == ("An answer", first.pk)
    assert '"no-page"' in (tmp_path / "report.jsonl").read_text(encoding="utf-8")
