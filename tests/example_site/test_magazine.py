"""The magazine is built from its files, once, and every address of it answers."""

import json
import re
import sqlite3
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.comments.files import comment, item, wxr
from tests.example_site.surroundings import ROOT, environment

pytestmark = pytest.mark.slow  # a whole site, with its own pins

PATIENCE = 300


def run(folder: Path, *command: str) -> str:
    """Run Python on the example site and return what it said; fails with its last words."""
    done = subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def state(folder: Path) -> dict[str, object]:
    """Return all rows of the database and all files in the libraries."""
    connection = sqlite3.connect(folder / "db.sqlite3")
    files = sorted((folder / "media").rglob("*"))
    found: dict[str, object] = {"rows": list(connection.iterdump())}
    connection.close()
    found["files"] = {
        str(path): sha256(path.read_bytes()).hexdigest() for path in files if path.is_file()
    }
    return found


def test_the_magazine_is_built_once_and_answers_everywhere(tmp_path):
    first = run(tmp_path, "manage.py", "build_magazine", "--migrate")
    assert "things made" in first
    built = state(tmp_path)
    again = run(tmp_path, "manage.py", "build_magazine", "--migrate")
    assert "Everything is there already." in again
    assert state(tmp_path) == built

    seen = json.loads(run(tmp_path, "-m", "tests.example_site.walk"))
    pages, kinds = seen["pages"], seen["kinds"]
    assert {address: code for address, code in pages.items() if code != 200} == {}
    for address in (
        "/es/articulos/",
        "/en/articles/",
        "/es/articulos/categoria/volver/",
        "/en/articles/category/coming-back/",
        "/es/articulos/autor/ines-arrabal/",
        "/en/articles/author/ines-arrabal/",
        "/es/guia/",
        "/en/guide/",
        "/es/boletin/",
        "/en/newsletter/",
    ):
        assert kinds.get(address) == "text/html", address
    for address in ("/es/articulos/rss/", "/en/articles/rss/"):
        assert kinds.get(address) == "application/rss+xml", address
    assert any("/etiqueta/" in address for address in pages)
    assert "application/pdf" not in kinds.values()  # the guide comes by mail

    assert len(seen["articles"]) >= 24
    assert set(seen["articles"]) <= pages.keys()
    assert seen["inline"] == {}
    assert seen["without_policy"] == []
    assert seen["cookies"] == []

    assert seen["nps_status"] == 201
    assert seen["answered_cookies"] == ["cx_reader"]
    assert seen["differing"] == []

    check_moving_in(tmp_path)


def check_moving_in(folder: Path) -> None:
    """Bring a WordPress blog into the magazine, and follow the old addresses."""
    posts = [
        item(comment(5, "Dicho hace tiempo"), slug="vuelve", title="Vuelve", excerpt="Un motivo."),
        item(comment(6), id=2, type="page", slug="quienes", title="Quienes somos"),
        item(comment(7), id=3, slug="secreta", title="Secreta", password="x"),
        item(
            comment(8),
            id=4,
            slug="",
            title="",
            content="",
            status="draft",
            link="https://x.example/?p=4",
        ),
    ]
    (folder / "blog.xml").write_bytes(wxr(*posts))
    for made, known in ((4, 0), (0, 4)):
        said = run(folder, "manage.py", "cx_import_wordpress", str(folder / "blog.xml"))
        figures = dict(re.findall(r"^(\S.*?) +(\d+)$", said, re.MULTILINE))
        assert figures["Páginas creadas"] == str(made)
        assert figures["Comentarios nuevos"] == str(made)
        assert figures["Conocidos de una importación anterior"] == str(known)
    seen = run(folder, "-c", FOLLOW, "/vuelve/", "/quienes/", "/secreta/").splitlines()
    assert seen == [
        "200 /es/articulos/vuelve/ Dicho hace tiempo",
        "200 /es/quienes/ Words",
        "404",
        "Eva Díaz, Ideas & más, lealtad, Un motivo.",
        "4 live: 2",
    ]


FOLLOW = """
import sys, django
django.setup()
from django.test import Client
from cx_feedback.comments.models import ImportedPage
from example_site.magazine.models import ArticlePage
for address in sys.argv[1:]:
    response = Client().get(address, follow=True, HTTP_HOST="localhost")
    words = ("Dicho hace tiempo", "Words")
    shown = [w for w in words if w in response.content.decode()]
    print(*[response.status_code, *[a for a, _ in response.redirect_chain[-1:]], *shown[:1]]
          if response.status_code == 200 else [response.status_code])
page = ArticlePage.objects.get(slug="vuelve")
print(f"{page.author}, {page.category}, {page.tags.get()}, {page.lead}")
pages = [row.page for row in ImportedPage.objects.select_related("page")]
print(len(pages), "live:", sum(page.live for page in pages))
"""
