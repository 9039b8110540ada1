"""Issues: rendered, tried, scheduled, posted once; digests that fill themselves."""

import datetime
import re
from html import unescape as html_unescape

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone, translation
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale, PageViewRestriction, Site

from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import services, tasks
from cx_feedback.newsletter.issues.blocks import get_scale_choices
from cx_feedback.newsletter.issues.issue_renderer import (
    get_article,
    render_issue,
    render_public_issue,
)
from cx_feedback.newsletter.models import Digest, Issue, MailingList, NewsletterSettings, Topic
from cx_feedback.nps.models import NPSWidget
from cx_feedback.surveys import services as surveys
from cx_feedback.surveys.models import Response, Survey
from tests.newsletter.conftest import send
from tests.surveys.conftest import stream

pytestmark = pytest.mark.django_db
ADMIN = "/admin/cx-feedback/issues/"


@pytest.fixture
def issue(mailing_list):
    """Make an issue of raw blocks."""

    def make(*parts, **values):
        raw = [{"type": kind, "value": value} for kind, value in parts] or [
            {"type": "text", "value": "<p>Hello {name}, <b>read</b> this.<br>Soon.</p>"}
        ]
        made = Issue(**{"mailing_list": mailing_list, "subject": "The news", **values})
        made.body = made.body.stream_block.to_python(raw)
        made.save()
        return made

    return make


def test_all_parts_in_html_and_in_plain_text(issue, article, settings):
    settings.CX_FEEDBACK = {"NEWSLETTER_BASE_URL": "https://news.example"}
    Locale.objects.get_or_create(language_code="en")
    survey = surveys.publish_survey(survey=Survey(title="Your visit", questions=stream()))
    image = Image.objects.create(title="A boat", file=get_test_image_file())
    made = issue(
        ("heading", "This & that"),
        ("text", "<p>Hello {name|friend}, see <a href='/about/'>us</a>.</p><ul><li>One</li></ul>"),
        ("articles", {"pages": [article.pk], "pictures": True}),
        ("picture", {"image": image.pk, "alt": 'A boat "at" sea', "link": "https://x.example/"}),
        ("button", {"label": "Come", "page": article.pk, "link": ""}),
        ("question", {"words": "How was it?", "answers": f"{survey.translation_key}:q-choice"}),
        ("line", None),
        preheader="What is new",
        language="en",
    )
    parts = render_issue(made)
    for words in (
        "This &amp; that",
        "{name|friend}",
        "What is new",
        'alt="A boat &quot;at&quot; sea"',
    ):
        assert words in parts.html
    for address in ("/about/", article.url, f"/feedback/surveys/{survey.pk}/ask/?q=q-choice"):
        assert f'href="https://news.example{address.split("?")[0]}' in parts.html
    assert f"https://news.example{image.get_rendition('width-1072|format-jpeg').url}" in parts.html
    # Nothing is fetched by who reads it but the pictures that the editor chose.
    assert "fonts.g" not in parts.html
    assert "<link" not in parts.html
    assert "prefers-color-scheme: dark" in parts.html
    for words in ("This & that", "Hello {name|friend}", "- One", article.title, "Come <https://news",
                  "Good <https://news.example/feedback/surveys/", 'A boat "at" sea'):  # fmt: skip
        assert words in " ".join(parts.text.split())
    assert "<td" not in parts.text
    assert "friend" in render_public_issue(made).text


def test_what_readers_cannot_see_stays_out(issue, article):
    PageViewRestriction.objects.create(page=article, restriction_type="login")
    made = issue(("articles", {"pages": [article.pk]}))
    assert article.title not in render_issue(made).html


def test_it_goes_once_to_who_is_subscribed_for_it(issue, subscribe, mailing_list):
    sport, art = (Topic.objects.create(mailing_list=mailing_list, name=n) for n in ("Sport", "Art"))
    made = issue(language="es")
    made.topics.set([sport])
    made.save()
    rows = {
        name: subscribe(f"{name}@example.org", language=language)
        for name, language in (("all", "es"), ("sport", "es-mx"), ("art", "es"), ("en", "en"))
    }
    rows["sport"].topics.set([sport, art])
    rows["art"].topics.set([art])
    gone = subscribe("gone@example.org", language="es")
    services.unsubscribe(subscription_id=gone.pk)
    subscribe("other@example.org", language="es", to=MailingList.objects.create(name="Other"))
    assert services.schedule_issue(issue_id=made.pk).recipients == 2
    for _ in range(2):
        tasks.post_issues()
    messages = [*send(), *send()]
    assert sorted(m.to[0] for m in messages) == ["all@example.org", "sport@example.org"]
    assert messages[0].extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    with pytest.raises(InvalidInput) as caught:
        services.schedule_issue(issue_id=made.pk)
    assert "has been sent already" in str(caught.value.fields)


def test_who_leaves_before_it_is_sent_gets_nothing(issue, subscribe):
    row, _stays = subscribe("a@example.org"), subscribe("b@example.org")
    services.schedule_issue(issue_id=issue().pk)
    services.unsubscribe(subscription_id=row.pk)
    # At once, as the page says, not when its turn comes.
    assert Delivery.objects.get(address="a@example.org").state == Delivery.State.CANCELLED
    assert [m.to[0] for m in send()] == ["b@example.org"]


def test_who_leaves_by_the_link_of_a_mail_in_doubt_has_it(client, issue, subscribe):
    subscribe("a@example.org")
    services.schedule_issue(issue_id=issue().pk)
    tasks.post_issues()
    (message,) = send()
    Delivery.objects.update(state=Delivery.State.IN_DOUBT, sent_at=None)
    client.post(message.extra_headers["List-Unsubscribe"].strip("<>"))
    assert Delivery.objects.get().state == Delivery.State.SENT
    assert Delivery.objects.get().reports.get().kind == "unsubscribed"


def test_a_scheduled_issue_waits_for_its_time_and_can_be_called_back(issue, subscribe):
    made, at = issue(), timezone.now() + datetime.timedelta(hours=3)
    subscribe()
    services.schedule_issue(issue_id=made.pk, at=at)
    assert tasks.post_issues() == 0
    services.unschedule_issue(issue_id=made.pk)
    assert services.post_scheduled_issues(now=at) == 0
    services.schedule_issue(issue_id=made.pk, at=at)
    subscribe("late@example.org")
    assert services.post_scheduled_issues(now=at) == 1
    assert Delivery.objects.count() == 2


def test_what_is_wrong_is_said_before_and_nothing_goes_out(issue, subscribe):
    made = issue(("text", "<p>Hello {nmae}</p>"))
    with pytest.raises(InvalidInput) as caught:
        services.schedule_issue(issue_id=made.pk)
    assert "{nmae} is not a placeholder" in str(caught.value.fields)
    assert "Nobody would get it" in str(caught.value.fields)
    with pytest.raises(ValidationError, match="nmae"):
        made.full_clean()
    # Scheduled, then broken by a list that nobody is on any more.
    row, good = subscribe(), issue()
    at = timezone.now() + datetime.timedelta(hours=1)
    services.schedule_issue(issue_id=good.pk, at=at)
    services.unsubscribe(subscription_id=row.pk)
    assert services.post_scheduled_issues(now=at) == 0
    good.refresh_from_db()
    assert (good.state, "Nobody" in good.problem) == ("draft", True)
    assert not Delivery.objects.filter(mailing__startswith="issue:").exists()


@pytest.mark.parametrize(
    ("part", "values", "broken", "words"),
    [
        # A place where nobody looks for placeholders.
        (
            ("button", {"label": "Come", "page": None, "link": "https://x.example/{nmae}"}),
            {}, False, "{nmae} is not a placeholder.",
        ),
        (("line", None), {"subject": "{list} " * 12}, False, "the subject is longer than"),
        (("line", None), {}, True, "This email can't be generated: the renderer broke"),
    ],
)  # fmt: skip
def test_what_only_rendering_finds_is_said_before_anything_goes_out(
    issue, subscribe, mailing_list, monkeypatch, admin_client, part, values, broken, words
):
    mailing_list.name = "The Friday letter of the whole town and its villages"
    mailing_list.save()
    subscribe()
    made = issue(part, **values)
    if broken:

        def fail(*args):
            raise ValueError("the renderer broke")

        monkeypatch.setattr("mrml.to_html", fail)
    for act in (
        lambda: services.schedule_issue(issue_id=made.pk),
        lambda: services.send_test_issue(issue=made, address="ed@example.org"),
    ):
        with pytest.raises(InvalidInput) as caught:
            act()
        assert words in str(caught.value.fields)
    assert words in html_unescape(admin_client.get(f"{ADMIN}send/{made.pk}/").content.decode())
    Issue.objects.update(state=Issue.State.SCHEDULED, send_at=timezone.now())
    assert services.post_scheduled_issues() == 0
    assert words in Issue.objects.get().problem
    assert not Delivery.objects.exists()


def test_a_test_goes_to_one_address_as_often_as_asked(issue):
    made = issue()
    for _ in range(2):
        services.send_test_issue(issue=made, address="ed@example.org")
    assert [m.subject for m in send()] == ["[Test] The news"] * 2
    with pytest.raises(InvalidInput):
        services.send_test_issue(issue=made, address="ed@example.org\nBcc: all@example.org")


def test_an_editor_tries_and_sends(admin_client, issue, subscribe):
    made = issue()
    subscribe()
    url = f"{ADMIN}send/{made.pk}/"
    html = admin_client.get(url).content.decode()
    assert "1 subscriber of “Friday letter” would get it now." in html
    admin_client.post(url, {"do": "test", "address": "ed@example.org"})
    assert (
        "This time is in the past."
        in admin_client.post(url, {"do": "send", "at": "2020-01-01 10:00"}).content.decode()
    )
    admin_client.post(url, {"do": "send", "at": "2100-01-01 10:00"})
    assert "to whoever is subscribed then" in admin_client.get(url).content.decode()
    admin_client.post(url, {"do": "back"})
    admin_client.post(url, {"do": "send", "at": ""})
    send()
    assert [m.subject for m in mail.outbox] == ["[Test] The news", "The news"]
    # What went out is shown, not changed.
    edit = admin_client.get(f"{ADMIN}edit/{made.pk}/")
    assert edit.url == url
    assert "it went to 1 subscriber" in admin_client.get(url).content.decode()


def test_the_archive_and_its_feed_are_anybody_s(client, issue, subscribe, mailing_list):
    subscribe()
    made, private, draft = issue(subject="Open"), issue(in_archive=False), issue(subject="Draft")
    for one in (made, private):
        services.schedule_issue(issue_id=one.pk)
    page = client.get(made.get_archive_path())
    assert page.status_code == 200
    assert not page.cookies
    assert "Cookie" not in page.headers.get("Vary", "")
    assert "ana@example.org" not in page.content.decode()
    # Its own styles are let through, and no script, whatever the site's policy says.
    assert "style-src 'unsafe-inline'" in page["Content-Security-Policy"]
    assert "default-src 'none'" in page["Content-Security-Policy"]
    for hidden in (private, draft):
        path = reverse("cx_feedback:newsletter-issue", args=[hidden.key])
        assert client.get(path).status_code == 404
    for name in ("newsletter-archive", "newsletter-feed"):
        listed = client.get(reverse(f"cx_feedback:{name}", args=[mailing_list.pk])).content.decode()
        assert "Open" in listed
        assert "Draft" not in listed


def test_the_archive_and_its_feed_show_the_subject_that_most_got(client, issue, mailing_list):
    issue(
        subject="Hello {name|reader}", other_subject="{list}, {name}",
        state=Issue.State.POSTED, posted_at=timezone.now(),
    )  # fmt: skip
    for winner, shown_as in (("a", "Hello reader"), ("b", mailing_list.name)):
        Issue.objects.update(winner=winner)
        for name in ("newsletter-archive", "newsletter-feed"):
            url = reverse(f"cx_feedback:{name}", args=[mailing_list.pk])
            listed = client.get(url).content.decode()
            titles = re.findall(r"<title>([^<]*)</title>|<a [^>]*>([^<]*)</a>", listed)
            assert any(shown_as in title for pair in titles for title in pair), titles
            assert "{" not in listed


def test_what_went_out_stays_as_it_was(client, admin_client, issue, subscribe, article):
    subscribe()
    old, page = article.title, "One more step, {name|dear reader}"
    made = issue(("articles", {"pages": [article.pk]}), ("text", f"<p>{page}</p>"))
    services.schedule_issue(issue_id=made.pk)
    (message,) = send()
    type(article).objects.filter(pk=article.pk).update(title="Another title")
    for shown_as in (
        client.get(made.get_archive_path()).content.decode(),
        html_unescape(admin_client.get(f"{ADMIN}send/{made.pk}/").content.decode()),
    ):
        assert old in shown_as
        assert "Another title" not in shown_as
        assert "One more step, dear reader" in shown_as
    # Nothing of the one who got it, and no link that belongs to somebody.
    archived = client.get(made.get_archive_path()).content.decode()
    own = re.findall(r"/feedback/newsletter/(?:unsubscribe|preferences)/[^\s>]+", message.body)
    assert len(own) == 2
    assert not any(link in archived for link in own)
    assert (
        f'href="http://localhost{reverse("cx_feedback:newsletter-preferences-request")}"'
        in archived
    )
    copied = admin_client.get(f"{ADMIN}copy/{made.pk}/")
    assert copied.status_code == 200


def test_a_test_s_archive_is_kept_with_both_subjects(client, issue, subscribe, article):
    NewsletterSettings.objects.create(
        site=Site.objects.get(is_default_site=True), track_clicks=True
    )
    subscribe()
    made = issue(("articles", {"pages": [article.pk]}), other_subject="Better")
    services.schedule_issue(issue_id=made.pk)
    type(article).objects.update(title="Another title")
    for winner, title in (("a", "The news"), ("b", "Better")):
        Issue.objects.update(winner=winner)
        html = client.get(made.get_archive_path()).content.decode()
        assert f"<title>{title}</title>" in html
        assert "Another title" not in html
        assert "/mail/go/" not in html


@pytest.mark.parametrize("language", ["", "en"])
def test_a_mail_of_no_language_is_written_in_that_of_the_site(
    issue, subscribe, settings, language, client
):
    settings.LANGUAGE_CODE = "es"
    subscribe(language="")
    made = issue(language=language)
    for admin_s in ("en", "es"):
        with translation.override(admin_s):
            words = "Darme de baja" if not language else "Unsubscribe"
            assert words in render_public_issue(made).text
            assert f'lang="{language or "es"}"' in render_public_issue(made).html
            assert [mode for mode, _words in made.preview_modes] == ["", "text"]


@pytest.mark.parametrize("description", ["Two boats in the harbour", ""])
def test_the_picture_of_an_article_says_what_it_shows_or_where_it_leads(
    article, description, monkeypatch
):
    image = Image.objects.create(
        title="IMG_2043", description=description, file=get_test_image_file()
    )
    monkeypatch.setattr(type(article), "image", image, raising=False)
    shown_as = get_article(article, "https://news.example")
    assert shown_as.picture.startswith("https://news.example/")
    assert shown_as.alt == (description or article.title)


def test_topics_stand_under_their_lists_and_only_if_there_are_any(admin_client, mailing_list):
    add = f"{ADMIN}add/"
    assert 'id="id_topics"' not in admin_client.get(add).content.decode()
    other = MailingList.objects.create(name="Monday letter")
    theirs = Topic.objects.create(mailing_list=other, name="Wine")
    ours = Topic.objects.create(mailing_list=mailing_list, name="Wine")
    page = admin_client.get(add).content.decode()
    places = [
        page.index(words, page.index('id="id_topics"'))
        for words in (mailing_list.name, f'value="{ours.pk}"', other.name, f'value="{theirs.pk}"')
    ]
    assert places == sorted(places)
    assert '<select name="mailing_list"' in page


def test_a_press_in_a_mail_chooses_and_stores_nothing(client):
    Locale.objects.get_or_create(language_code="en")
    survey = surveys.publish_survey(
        survey=Survey(title="Your visit", open_by_address=True, questions=stream())
    )
    url = reverse("cx_feedback:survey-ask", args=[survey.pk])
    html = client.get(f"{url}?q=q-choice&v=c-bad").content.decode()
    (chosen,) = (tag for tag in html.split("<input") if "checked" in tag.split(">")[0])
    assert 'value="c-bad"' in chosen
    assert not Response.objects.exists()
    for odd in ("?q=q-choice&v=<script>", "?q=nothing&v=1", "", "?q=q-scale&v=99999999999999"):
        page = client.get(url + odd)
        assert page.status_code == 200
        assert b"<script>alert" not in page.content
        assert b"v=<script>" not in page.content
    assert client.get("/feedback/surveys/999999/ask/").status_code == 404


def test_a_score_pressed_in_a_mail_counts_once_confirmed(client, issue):
    widget = surveys.publish_survey(survey=NPSWidget(title="Under articles", thanks="We read it."))
    (word,) = [
        word
        for _group, questions in get_scale_choices()
        for word, _label in questions
        if word.startswith(f"{widget.translation_key}:")
    ][:1]
    parts = render_issue(issue(("question", {"words": "How likely?", "answers": word})))
    links = re.findall(r'<a class="point" href="([^"]*)"[^>]*>([^<]*)</a>', parts.html)
    scores = [html_unescape(words).split()[0] for _url, words in links]
    assert scores == [str(n) for n in range(11)]
    assert all(html_unescape(url) in parts.text for url, _words in links)
    url = html_unescape(links[9][0]).removeprefix("http://localhost")
    for _scanner in range(2):
        html = client.get(url).content.decode()
        (chosen,) = (tag for tag in html.split("<input") if "checked" in tag.split(">")[0])
        assert 'value="9"' in chosen
        assert not Response.objects.exists()
    form = html[html.index("<form") : html.index("</form>")]
    assert "<button" in form
    action = re.search(r'action="([^"]*)"', form)[1]
    name = re.search(r'name="([^"]*)"', chosen)[1]
    key = re.search(r'name="key" value="([^"]*)"', form)[1]
    client.post(action, {name: "9", "key": key}, headers={"Sec-Fetch-Site": "same-origin"})
    assert Response.objects.count() == 1


@pytest.fixture
def digest(mailing_list):
    def make(**values):
        return Digest.objects.create(
            **{
                "name": "Weekly",
                "active": True,
                "mailing_list": mailing_list,
                "subject": "New this week",
                "intro": "Good <day>.",
                "frequency": "day",
                "hour": 0,
                "included_until": timezone.now() - datetime.timedelta(days=2),
                **values,
            }
        )

    return make


def published(article, days):
    type(article).objects.filter(pk=article.pk).update(
        first_published_at=timezone.now() - datetime.timedelta(days=days)
    )


def test_a_digest_fills_itself_once_and_is_skipped_when_empty(digest, article, subscribe):
    made = digest()
    subscribe()
    published(article, 30)
    assert services.fill_digests() == 0
    published(article, 1.2)
    assert services.fill_digests() == 1
    for _ in range(2):
        assert tasks.post_issues() == 0
    (message,) = [*send(), *send()]
    assert message.subject == "New this week"
    assert article.title in message.body
    assert "Good <day>." in message.body
    made.refresh_from_db()
    assert made.included_until == made.get_last_due_time(timezone.now())
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    assert services.fill_digests(now=tomorrow) == 0


def test_a_digest_of_a_topic_looks_into_its_section(digest, article, subscribe, mailing_list):
    elsewhere = article.get_parent().add_child(
        instance=type(article)(title="Elsewhere", slug="elsewhere")
    )
    topic = Topic.objects.create(mailing_list=mailing_list, name="A", section=elsewhere)
    made = digest(min_articles=1)
    made.topics.set([topic])
    made.save()
    subscribe()
    published(article, 1.2)
    published(elsewhere, 1.2)
    assert services.fill_digests() == 1
    (message,) = send()
    assert "Elsewhere" in message.body
    assert article.title not in message.body


def test_a_digest_of_several_topics_puts_articles_under_their_names(
    digest, article, subscribe, mailing_list
):
    made, parent = digest(min_articles=1), article.get_parent()
    for title in ("Wine", "Bread {fresh}", "Nothing new"):
        page = parent.add_child(instance=type(article)(title=f"Of {title}", slug=title[:4].lower()))
        made.topics.add(Topic.objects.create(mailing_list=mailing_list, name=title, section=page))
        published(page, 30 if title == "Nothing new" else 1.2)
    made.save()
    subscribe()
    assert services.fill_digests() == 1, Issue.objects.first().problem
    kinds = [(part.block_type, part.value) for part in Issue.objects.get().body][-4:]
    assert [kind for kind, _value in kinds] == ["heading", "articles"] * 2
    assert [value for kind, value in kinds if kind == "heading"] == ["Wine", "Bread (fresh)"]
    (message,) = send()
    assert "Of Bread (fresh)" in message.body


@pytest.mark.parametrize(
    ("frequency", "now", "due"),
    [
        ("day", "2026-11-22T07:59", "2026-11-21T08:00"),
        ("day", "2026-11-22T08:00", "2026-11-22T08:00"),
        ("week", "2026-11-22T10:00", "2026-11-20T08:00"),
        ("week", "2026-11-20T07:00", "2026-11-13T08:00"),
        ("month", "2026-11-01T07:00", "2026-10-01T08:00"),
        ("month", "2026-11-22T07:00", "2026-11-01T08:00"),
        # By the clock on the wall, on both sides of the change of summer time.
        ("day", "2026-10-25T09:00", "2026-10-25T08:00"),
        ("day", "2026-03-29T09:00", "2026-03-29T08:00"),
    ],
)
def test_when_a_digest_is_due(frequency, now, due):
    at, expected = (timezone.make_aware(datetime.datetime.fromisoformat(t)) for t in (now, due))
    assert Digest(frequency=frequency, weekday=4, hour=8).get_last_due_time(at) == expected
