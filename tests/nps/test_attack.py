"""The dashboard's tables, added and subtracted, tell of no group of 1 to 4 readers."""

import random

import numpy as np
import pytest
from django.contrib.auth import get_user_model
from wagtail.models import Page

from cx_feedback.core.pages.sections import get_sections
from cx_feedback.core.people.page_authors import get_page_authors
from cx_feedback.nps.results.dashboard_figures import build_dashboard
from cx_feedback.surveys.models import Response, Survey
from cx_feedback.surveys.results.results_by_page import get_results_on_page
from cx_feedback.surveys.results.tally_folding import fold_responses
from tests.site.models import ArticlePage


@pytest.fixture
def pages(home):
    """Two sections, three authors, two of whom write in both."""
    people = [get_user_model().objects.create_user(f"a{n}") for n in range(3)]
    found = []
    for slug, authors in (("news", (0, 0, 1)), ("life", (1, 1, 2, 0))):
        section = home.add_child(instance=Page(title=slug, slug=slug))
        for n, author in enumerate(authors):
            article = ArticlePage(title=f"{slug}{n}", slug=f"{slug}{n}", owner=people[author])
            found.append(section.add_child(instance=article).pk)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_no_tables_add_up_to_few_readers(widget, pages, seed):
    chance = random.Random(seed)
    weights = [chance.choice([2, 6, 20, 30]) for _page in pages]
    version = widget.versions.get(current=True).pk
    Response.objects.bulk_create(
        Response(
            survey_id=widget.pk,
            version_id=version,
            page_id=chance.choices([*pages, None], [*weights, 2])[0],
            language=chance.choices(["es", "en"], [9, 1])[0],
            answers={"score": chance.randint(0, 10)},
        )
        for _ in range(150)
    )
    fold_responses(at_most=50)
    everybody = list(Response.objects.all())
    sections, authors = get_sections(pages), get_page_authors(Page.objects.filter(pk__in=pages))
    classes = {
        "page": lambda r: r.page_id,
        "section": lambda r: sections.get(r.page_id),
        "author": lambda r: authors.get(r.page_id),
        "language": lambda r: r.language,
    }
    tables = build_dashboard(widget=widget).tables
    sums = [[1.0] * len(everybody)]
    for name, table in tables.items():
        for group in table.groups:
            sums.append([float(classes[name](r) == group.key) for r in everybody])
            assert group.score.n == sum(sums[-1])
    base = Survey.objects.get(pk=widget.pk)
    for page in pages:  # as its editor sees it
        for survey, view in get_results_on_page(page):
            assert survey.pk == base.pk
            if view.n:
                sums.append([float(r.page_id == page) for r in everybody])
    assert len(sums) > 4
    _u, s, vt = np.linalg.svd(np.array(sums), full_matrices=False)
    space = vt[s > 1e-9]
    groups = {(a, b): [] for a in classes for b in classes}
    for (a, b), found in groups.items():
        for one in {(classes[a](r), classes[b](r)) for r in everybody}:
            found.append([float((classes[a](r), classes[b](r)) == one) for r in everybody])
    for found in groups.values():
        for group in found:
            wanted = np.array(group)
            told = np.abs(wanted - space.T @ (space @ wanted)).max() < 1e-6
            assert not (told and 0 < wanted.sum() < 5)
