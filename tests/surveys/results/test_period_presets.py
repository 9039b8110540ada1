"""Pairs of periods to compare at a press."""

import datetime
import re

import pytest
from django.utils import timezone

from cx_feedback.surveys.results.period_presets import get_period_presets, get_publication_day
from tests.surveys.conftest import BAD, GOOD, change, stream
from tests.surveys.questions.asking import raw

DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    "today",
    [datetime.date(2026, 1, 1), datetime.date(2028, 2, 29), datetime.date(2026, 3, 31)]
    + [datetime.date(2027, 12, 20) + DAY * n for n in range(80)],
)
def test_periods_follow_each_other_and_end_today(today):
    published = today - 3 * DAY
    for preset in get_period_presets(today=today, published=published):
        (first, last), (start, end) = preset.before, preset.after
        assert first <= last < start <= end == today
        if "same days" not in preset.label:
            assert last + DAY == start
            assert last - first == end - start


def test_the_days_of_presets():
    found = get_period_presets(today=datetime.date(2026, 3, 31), published=None)
    assert [[f"{day:%d.%m.%y}" for day in (*preset.before, *preset.after)] for preset in found] == [
        ["18.03.26", "24.03.26", "25.03.26", "31.03.26"],
        ["31.01.26", "01.03.26", "02.03.26", "31.03.26"],
        ["01.02.26", "28.02.26", "01.03.26", "31.03.26"],
        ["01.01.25", "31.03.25", "01.01.26", "31.03.26"],
    ]


@pytest.mark.django_db
def test_since_the_last_publication(survey):
    assert get_publication_day(survey_ids=[survey.pk]) is None
    change(survey, stream(raw("nps")))
    survey.versions.filter(number=2).update(
        created_at=datetime.datetime(2026, 3, 4, 23, 30, tzinfo=datetime.UTC)
    )
    # In the time zone of the site it is the next day already.
    assert get_publication_day(survey_ids=[survey.pk]) == datetime.date(2026, 3, 5)


@pytest.mark.django_db
def test_a_press_compares_and_keeps_filters(admin_client, survey, answer):
    for number in range(80):
        days = datetime.timedelta(days=number % 14)
        answer(GOOD if number % 3 else BAD, language="en", at=timezone.now() - days)
    url = f"/admin/cx-feedback/surveys/results/{survey.pk}/compare/"
    html = admin_client.get(url, {"language": "en"}).content.decode()
    links = re.findall(r'href="([^"]*before_since=[^"]*)"', html)
    assert len(links) == 4
    assert all("language=en" in link for link in links)
    compared = admin_client.get(links[0].replace("&amp;", "&")).content.decode()
    assert 'aria-current="true"' in compared
    assert "How was it?" in compared
