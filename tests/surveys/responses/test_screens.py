"""The editors' screens of single responses: the list, one response, decisions, tags, notes."""

import datetime
import re

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cx_feedback.nps.services import submit_score
from cx_feedback.readers.privacy.person_requests import erase_person, export_person
from cx_feedback.readers.services import create_reader
from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, ResponseNote, ResponseTag
from cx_feedback.surveys.results.value_counts import count_values
from cx_feedback.surveys.services.response_deletion import delete_responses
from cx_feedback.surveys.services.response_notes import get_content_mark
from cx_feedback.surveys.services.response_states import mark_responses
from tests.pages import make_widget
from tests.surveys.conftest import BAD, GOOD, change, stream

pytestmark = pytest.mark.django_db
SPACE = "wagtailsnippets_cx_feedback_surveys_survey"
ALL = ("view_responses", "view_texts", "change_response", "delete_response")


def url(name, survey, *args):
    return reverse(f"{SPACE}:results_{name}", args=[survey.pk, *args])


@pytest.fixture
def of(client, django_user_model):
    """Return a function that logs in an account with these codenames."""

    def log_in(*codenames, name="ana"):
        user = django_user_model.objects.create_user(name, f"{name}@example.org", "x")
        user.user_permissions.set(
            Permission.objects.filter(codename__in=["access_admin", *codenames])
        )
        client.force_login(user)
        return client

    return log_in


def shown(response):
    """Return the ids of the responses in a list."""
    found = re.findall(r"/responses/(\d+)/", response.content.decode())
    return [int(pk) for pk in dict.fromkeys(found)]


@pytest.fixture
def some(survey, answer):
    """Responses of several kinds, the oldest first."""
    start = timezone.now() - datetime.timedelta(days=10)
    given = [
        (GOOD, {"q-text": "A plain text"}, 1, "en"),
        (BAD, {"q-scale": 5}, 2, "en"),
        (GOOD, {"q-scale": 2, "q-text": "Árbol y más"}, 2, "es"),
        (BAD, {}, None, ""),
    ]
    return [
        answer(
            choice,
            more=more,
            page_id=page,
            language=language,
            at=start + datetime.timedelta(days=n),
        )
        for n, (choice, more, page, language) in enumerate(given)
    ]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", [3, 2, 1, 0]),
        ("page=2", [2, 1]),
        ("language=es", [2]),
        ("answer=q-choice:c-bad", [3, 1]),
        ("answer=q-choice:c-good&answer=q-scale:2", [2]),
        ("text=1", [2, 0]),
        ("q=arbol", [2]),
        ("q=nothing", []),
        ("state=test", []),
        ("state=counted&page=1", [0]),
        ("tag=Bug", [1]),
        ("tag=other", []),
        ("version=999999", []),
        ("since=1999-01-01&until=1999-01-02", []),
    ],
)
def test_the_filters(of, survey, some, query, wanted):
    ResponseTag.objects.create(response=some[1], survey=survey, name="bug")
    page = of(*ALL).get(f"{url('responses', survey)}?{query}")
    assert shown(page) == [some[n].pk for n in wanted]


def test_versions_are_a_filter_and_the_words_those_of_then(of, survey, answer):
    old = answer()
    raw = stream()
    raw[0]["value"]["label"] = "Was it good?"
    del raw[1]
    change(survey, raw)
    new = answer()
    client = of(*ALL)
    first, second = (
        client.get(f"{url('responses', survey)}?version={r.version_id}") for r in (old, new)
    )
    assert (shown(first), shown(second)) == ([old.pk], [new.pk])
    told = client.get(url("response", survey, old.pk)).content.decode()
    assert "How was it?" in told
    assert "Asked today: Was it good?" in told
    assert told.count("no longer asked") == 1
    told = client.get(url("response", survey, new.pk)).content.decode()
    assert "How was it?" not in told
    assert "How easy?" not in told  # it was gone before the answer


def test_texts_are_for_those_who_may_see_texts(of, survey, some):
    client = of("view_responses")
    for path in (url("responses", survey), url("response", survey, some[0].pk)):
        page = client.get(path).content.decode()
        assert "Good" in page
        assert "A plain text" not in page
    assert "Words that your account may not see" in page
    assert shown(client.get(f"{url('responses', survey)}?q=arbol")) == [r.pk for r in some[::-1]]
    client = of("view_responses", "view_texts", name="bo")
    for path in (url("responses", survey), url("response", survey, some[0].pk)):
        assert "A plain text" in client.get(path).content.decode()


def test_pages_by_key(of, survey, answer):
    at = timezone.now()
    rows = [answer(at=at - datetime.timedelta(hours=n // 3)).pk for n in range(60)]
    ordered = list(Response.objects.order_by("-created_at", "-pk").values_list("pk", flat=True))
    client, seen, path = of(*ALL), [], url("responses", survey)
    pages = []
    while path:
        page = client.get(path)
        pages.append(shown(page))
        seen += pages[-1]
        found = re.search(r'rel="next"[^>]* href="([^"]+)"', page.content.decode())
        path, last = found and found[1].replace("&amp;", "&"), page
    assert seen == ordered
    assert sorted(seen) == sorted(rows)
    back = re.search(r'rel="prev"[^>]* href="([^"]+)"', last.content.decode())[1]
    assert shown(client.get(back.replace("&amp;", "&"))) == pages[-2]
    assert shown(client.get(f"{url('responses', survey)}?before=nonsense")) == ordered[:25]


def test_neighbours_within_the_filters(of, survey, some):
    client = of(*ALL)
    page = client.get(f"{url('response', survey, some[1].pk)}?answer=q-choice:c-bad")
    assert f"/responses/{some[3].pk}/?answer=" in page.content.decode()
    assert 'rel="next"' not in page.content.decode()
    page = client.get(url("response", survey, some[1].pk)).content.decode()
    assert f'rel="prev" href="{url("response", survey, some[2].pk)}"' in page
    assert f'rel="next" href="{url("response", survey, some[0].pk)}"' in page


def test_translations_are_listed_together(of, survey, answer, locales):
    from wagtail.models import Locale

    spanish, _ = Locale.objects.get_or_create(language_code="es")
    translated = survey.copy_for_translation(spanish)
    translated = services.publish_survey(survey=translated)
    first = answer()
    second = services.submit_response(survey_id=translated.pk, answers={"q-choice": GOOD})
    third = answer()
    page = of(*ALL).get(url("responses", survey))
    assert shown(page) == [third.pk, second.pk, first.pk]
    assert client_ok(page)


def client_ok(page):
    return page.status_code == 200


def test_the_first_page_takes_few_queries(of, survey, some, answer):
    for _ in range(30):
        answer(more={"q-text": "x"}, page_id=1)
    client = of(*ALL, "view_results")
    client.get(url("responses", survey))
    with CaptureQueriesContext(connection) as captured:
        client.get(url("responses", survey))
    ours = [query for query in captured.captured_queries if "cx_feedback_surveys" in query["sql"]]
    assert len(ours) == 5  # the rest is the frame of the admin: menu, account
    with CaptureQueriesContext(connection) as captured:
        client.get(url("responses", survey), headers={"X-Requested-With": "XMLHttpRequest"})
    assert len(captured) <= 10  # without the frame


def test_marking_from_the_list(of, survey, some):
    client = of(*ALL)
    values = [f"{row.pk}:counted" for row in some[:2]]
    mark_responses(survey=survey, seen={some[1].pk: "counted"}, state="spam")
    back = f"{url('responses', survey)}?page=2"
    done = client.post(
        url("responses_mark", survey),
        {"response": [*values, "99999:counted", "x"], "state": "test", "next": back},
        follow=True,
    )
    assert done.redirect_chain == [(back, 302)]
    text = done.content.decode()
    assert "1 response is marked as a test" in text
    assert f"{some[1].pk} (Spam)" in text
    assert "99999 had already been deleted" in text
    assert count_values(survey_ids=[survey.pk])["", "", ""] == 2
    client.post(url("responses_mark", survey), {"response": f"{some[0].pk}:test", "state": "x"})
    assert Response.objects.get(pk=some[0].pk).state == "test"
    away = client.post(
        url("responses_mark", survey),
        {"response": f"{some[0].pk}:test", "state": "counted", "next": "https://evil.example/"},
    )
    assert away["Location"] == url("responses", survey)


def test_a_deletion_asks_for_a_reason(of, survey, some):
    client = of(*ALL)
    asked = {"response": f"{some[0].pk}:counted", "next": url("responses", survey)}
    page = client.post(url("responses_delete", survey), asked)
    assert "Delete 1 response?" in page.content.decode()
    page = client.post(url("responses_delete", survey), {**asked, "reason": " "})
    assert page.status_code == 400
    assert "Give a reason" in page.content.decode()
    assert Response.objects.filter(pk=some[0].pk).exists()
    done = client.post(url("responses_delete", survey), {**asked, "reason": "Twice"}, follow=True)
    assert "1 response was deleted" in done.content.decode()
    done = client.post(url("responses_delete", survey), {**asked, "reason": "Twice"}, follow=True)
    assert "had already been deleted by somebody else" in done.content.decode()
    gone = client.get(url("response", survey, some[0].pk))
    assert gone.status_code == 410
    assert "Reason: Twice" in gone.content.decode()
    assert client.get(url("response", survey, 999_999)).status_code in (302, 404)


def test_tags(of, survey, some):
    client = of(*ALL)
    tag = url("responses_tag", survey)
    asked = {"response": [f"{r.pk}:counted" for r in some[:2]]}
    client.post(tag, {**asked, "tag": "  Broken   link "})
    client.post(tag, {"response": f"{some[2].pk}:counted", "tag": "broken LINK"})
    assert set(ResponseTag.objects.values_list("name", flat=True)) == {"Broken link"}
    assert ResponseTag.objects.count() == 3
    page = client.post(tag, {**asked, "tag": "x" * 41}, follow=True)
    assert "at most 40 characters" in page.content.decode()
    client.post(tag, {"response": f"{some[0].pk}:counted", "remove": "Broken link"})
    assert ResponseTag.objects.count() == 2
    page = client.get(url("responses", survey))
    assert page.content.decode().count('<span class="cx-tag">Broken link</span>') == 2


def test_notes_are_written_changed_and_deleted_by_their_author(of, survey, some):
    client, row = of(*ALL), some[0]
    notes, mark = url("response_notes", survey, row.pk), get_content_mark(row)
    client.post(notes, {"act": "add", "text": "Call her", "seen": mark})
    note = ResponseNote.objects.get()
    assert (note.text, note.author.username) == ("Call her", "ana")
    client.post(notes, {"act": "change", "note": note.pk, "text": "Called her"})
    assert "Called her" in client.get(url("response", survey, row.pk)).content.decode()
    empty = client.post(notes, {"act": "change", "note": note.pk, "text": ""})
    assert empty.status_code == 400
    assert "Write a note." in empty.content.decode()
    other = of(*ALL, name="bo")
    for act in ("change", "delete"):
        refused = other.post(notes, {"act": act, "note": note.pk, "text": "mine now"})
        assert refused.status_code == 410
    assert (
        "mine now"
        in other.post(
            notes, {"act": "change", "note": note.pk, "text": "mine now"}
        ).content.decode()
    )
    note.refresh_from_db()
    assert note.text == "Called her"
    ResponseNote.objects.update(author=refused.wsgi_request.user)
    other.post(notes, {"act": "delete", "note": note.pk})
    assert not ResponseNote.objects.exists()


def test_a_note_on_a_response_that_was_erased_is_given_back(of, survey, answer):
    client, reader = of(*ALL), create_reader()
    row = answer(reader=reader, more={"q-text": "I am Eve"})
    notes, mark = url("response_notes", survey, row.pk), get_content_mark(row)
    row.notes.create(survey=survey, text="Eve wrote before")
    row.tags.create(survey=survey, name="eve")
    told = export_person(reader_ids=[reader.pk])["responses"][0]
    assert told["tags"] == ["eve"]
    assert told["notes"][0]["text"] == "Eve wrote before"
    erase_person(reader_ids=[reader.pk])
    assert not ResponseNote.objects.exists()
    assert not ResponseTag.objects.exists()
    page = client.post(notes, {"act": "add", "text": "Eve again", "seen": mark})
    assert page.status_code == 409
    assert "has been erased meanwhile" in page.content.decode()
    assert "Eve again</textarea>" in page.content.decode()
    assert not ResponseNote.objects.exists()
    row.refresh_from_db()
    delete_responses(survey=survey, seen={row.pk: "counted"}, reason="asked for")
    page = client.post(notes, {"act": "add", "text": "Eve & more", "seen": mark})
    assert page.status_code == 410
    assert "Eve &amp; more</textarea>" in page.content.decode()


def test_the_reader_is_for_those_who_may_see_readers(of, survey, answer):
    reader = create_reader()
    first, second = answer(reader=reader), answer(reader=reader)
    path = url("response", survey, first.pk)
    page = of(*ALL).get(path).content.decode()
    assert "Reader" not in page.split('id="cx-about"')[1].split("</section>")[0]
    page = of(*ALL, "view_reader", name="bo").get(path).content.decode()
    assert f"/readers/{reader.pk}/" in page
    assert url("response", survey, second.pk) in page


def test_rights_show_only_what_may_be_done(of, survey, some):
    page = of("view_responses").get(url("responses", survey)).content.decode()
    assert 'type="checkbox" name="response"' not in page
    assert "formaction" not in page
    page = of("view_responses", "delete_response", name="bo").get(url("responses", survey))
    assert 'name="state"' not in page.content.decode()
    assert url("responses_delete", survey) in page.content.decode()


def test_texts_and_nps_reasons_lead_to_the_whole_response(of, survey, some):
    path = f"{reverse(f'{SPACE}:results_texts', args=[survey.pk])}"
    link = url("response", survey, some[0].pk)
    assert link in of(*ALL, "view_results").get(path).content.decode()
    page = of("view_results", "view_texts", name="bo").get(path).content.decode()
    assert "A plain text" in page
    assert link not in page
    widget = make_widget()
    row = submit_score(widget_id=widget.pk, score=2, reason="It is slow")
    space = "wagtailsnippets_cx_feedback_nps_npswidget"
    page = of(*ALL, "view_results", name="cleo").get(reverse(f"{space}:results", args=[widget.pk]))
    whole = reverse(f"{space}:results_response", args=[widget.pk, row.pk])
    assert whole in page.content.decode()
    client = of(*ALL, name="dan")
    assert shown(client.get(reverse(f"{space}:results_responses", args=[widget.pk]))) == [row.pk]
    assert "It is slow" in client.get(whole).content.decode()


def test_the_tab_stands_among_the_results(of, survey, some):
    client = of("view_responses")
    page = client.get(url("responses", survey)).content.decode()
    assert "Cross-tab" not in page
    listed = client.get("/admin/cx-feedback/surveys/")
    assert url("responses", survey) in listed.content.decode()
    assert of("view_results", name="bo").get(url("responses", survey)).status_code == 302
    page = client.get(reverse(f"{SPACE}:results", args=[survey.pk])).content.decode()
    assert url("responses", survey) not in page
