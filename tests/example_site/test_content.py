"""The magazine's texts are complete: twins, front matter, and everything that they name."""

import re

import pytest

from example_site.building.content import (
    CONTENT_DIR,
    body_blocks,
    read_folder,
    read_text,
    read_yaml,
)
from example_site.drawing.motifs import MOTIFS
from example_site.drawing.portraits import LOOKS

pytestmark = pytest.mark.slow  # a whole site, with its own pins

ARTICLES = sorted(path.stem for path in (CONTENT_DIR / "es" / "articles").glob("*.md"))
PAGES = sorted(path.stem for path in (CONTENT_DIR / "es" / "pages").glob("*.md"))
BOTH = {"title", "tags", "lead", "alt"}
SPANISH = BOTH | {"weeks_ago", "author", "category", "motif", "related"}
ENGLISH = BOTH | {"slug"}


def twins(folder, key):
    """Return a text in Spanish and in English."""
    return [read_text(CONTENT_DIR / code / folder / f"{key}.md") for code in ("es", "en")]


def named(key):
    """Return the keys of what a file of the content declares."""
    return {entry[key[1]] for entry in read_yaml(key[0])}


def resolve(name, argument):
    """Answer as the site does, or fail: every directive names something that exists."""
    if name == "survey":
        assert argument in named(("surveys.yaml", "key"))
    elif name == "nps":
        assert argument in named(("nps.yaml", "key"))
    else:
        assert (name, argument) in {("comments", ""), ("subscribe", "")}
    return argument


def test_there_are_at_least_twelve_articles():
    assert len(ARTICLES) >= 12


@pytest.mark.parametrize("folder", ["articles", "pages"])
def test_every_spanish_text_has_its_english_twin(folder):
    spanish, english = (read_folder(code, folder) for code in ("es", "en"))
    assert spanish.keys() == english.keys()
    slugs = [text.fields["slug"] for text in english.values()]
    assert len(set(slugs)) == len(slugs)


@pytest.mark.parametrize("key", ARTICLES)
def test_an_articles_front_matter_is_complete(key):
    for text, wanted in zip(twins("articles", key), (SPANISH, ENGLISH), strict=True):
        assert text.fields.keys() == wanted
        assert all(text.fields[name] not in ("", None, []) for name in wanted)
        assert len(text.fields["alt"]) <= 255
    assert re.fullmatch(r"[a-z0-9-]+", key)


@pytest.mark.parametrize("key", ARTICLES)
def test_what_an_article_names_exists(key):
    fields = twins("articles", key)[0].fields
    assert fields["author"] in named(("people.yaml", "slug"))
    assert fields["category"] in named(("categories.yaml", "key"))
    assert fields["motif"] in MOTIFS
    assert set(fields["related"]) <= set(ARTICLES) - {key}


@pytest.mark.parametrize(
    ("folder", "key"),
    [("articles", key) for key in ARTICLES] + [("pages", key) for key in PAGES],
)
def test_twins_are_built_alike(folder, key):
    kinds = [[block["type"] for block in body_blocks(text, resolve)] for text in twins(folder, key)]
    assert kinds[0] == kinds[1]


@pytest.mark.parametrize("key", ARTICLES)
def test_an_article_is_written_out_and_asks_its_readers(key):
    for text in twins("articles", key):
        assert len(text.body.split()) > 400
        kinds = {block["type"] for block in body_blocks(text, resolve)}
        assert "comments" in kinds
        assert kinds & {"survey", "nps"}


def test_no_two_articles_share_a_picture():
    motifs = [twins("articles", key)[0].fields["motif"] for key in ARTICLES]
    assert len(set(motifs)) == len(motifs)


def test_authors_and_categories_speak_both_languages():
    for person in read_yaml("people.yaml"):
        assert person["slug"] in LOOKS
        for code in ("es", "en"):
            assert person[code]["role"]
            assert person[code]["biography"]
    for category in read_yaml("categories.yaml"):
        for code in ("es", "en"):
            assert category[code].keys() == {"name", "slug", "description"}


def test_the_front_page_shows_an_article_that_exists():
    assert read_folder("es", "pages")["home"].fields["featured"] in ARTICLES


def test_conversations_stand_below_articles_that_exist():
    for key in read_yaml("simulated.yaml")["comments"]:
        language, _slash, slug = key.rpartition("/")
        assert language in {"", "en"}
        assert slug in ARTICLES
