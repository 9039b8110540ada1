"""What each act leaves in the browser and in the visit days; docs/explanation/privacy.md."""

import datetime

import pytest
from django.utils import timezone

from cx_feedback.comments.models import Comment
from cx_feedback.loyalty import services as loyalty
from cx_feedback.loyalty.models import Attitude, Silence
from cx_feedback.loyalty.reports.attitudes import update_attitudes
from cx_feedback.loyalty.reports.segment_readers import get_segment
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import services as newsletter
from cx_feedback.newsletter.models import FollowUp, KnownTier, MailingList
from cx_feedback.readers import services as readers
from cx_feedback.readers.imports.activity_log import Visit
from cx_feedback.readers.imports.services import import_activity
from cx_feedback.readers.models import Consent, Reader, VisitDay
from tests.comments.conftest import talk, write  # noqa: F401
from tests.conftest import OWN, consenting
from tests.loyalty.conftest import END, magazine, weeks_before  # noqa: F401
from tests.newsletter.conftest import link_in, mailing_list, rule, run_twice, send  # noqa: F401
from tests.pages import make_survey, make_widget
from tests.surveys.conftest import GOOD

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/"
GPC = {"HTTP_SEC_GPC": "1"}
SESSION, DAY, LONG, NONE = "session", 86_400, 400 * 86_400, "none"


@pytest.fixture
def site(write):  # noqa: F811
    comment = write("First", name="Bo", state="published")
    MailingList.objects.get_or_create(name="Friday letter")
    return comment.thread.page, make_survey(), make_widget(), comment


def _rest(client, path, body, **how):
    return client.post(API + path, body, content_type="application/json", **OWN, **how)


def _confirm(client, site, **how):
    newsletter.subscribe(email="ana@example.org")
    (message,) = send()
    return client.post(link_in(message, "confirm"), **OWN, **how)


ACTS = {
    "answer, REST": lambda c, s, **h: _rest(
        c, f"surveys/{s[1].pk}/responses/", {"page": s[0].pk, "answers": {"q-choice": GOOD}}, **h
    ),
    "answer, form": lambda c, s, **h: c.post(
        f"/feedback/surveys/{s[1].pk}/", {"page": s[0].pk, "answers.q-choice": GOOD}, **OWN, **h
    ),
    "NPS, REST": lambda c, s, **h: _rest(
        c, f"nps/{s[2].pk}/responses/", {"page": s[0].pk, "answers": {"score": 9}}, **h
    ),
    "NPS, form": lambda c, s, **h: c.post(
        f"/feedback/nps/{s[2].pk}/", {"page": s[0].pk, "answers.score": "9"}, **OWN, **h
    ),
    "comment, REST": lambda c, s, **h: _rest(
        c, "comments/", {"page": s[0].pk, "name": "Ana", "text": "My words"}, **h
    ),
    "comment, form": lambda c, s, **h: c.post(
        "/feedback/comments/post/",
        {"page": s[0].pk, "name": "Ana", "text": "My words"}, **OWN, **h,
    ),
    "vote": lambda c, s, **h: _rest(c, f"comments/{s[3].pk}/votes/", {"value": 1}, **h),
    "flag": lambda c, s, **h: _rest(c, f"comments/{s[3].pk}/flags/", {"reason": "spam"}, **h),
    "subscription": _confirm,
    "consent, REST": lambda c, s, **h: c.patch(
        API + "me/", {"visits": True}, content_type="application/json", **OWN, **h
    ),
    "consent, form": lambda c, s, **h: c.post("/feedback/consent/", {"agree": "yes"}, **OWN, **h),
    "visit": lambda c, s, **h: _rest(c, "visits/", {"page": s[0].pk}, **h),
}  # fmt: skip
#: Act to how long the cookie lives: as docs/explanation/privacy.md has it.
LIVES = {
    "answer, REST": SESSION, "answer, form": SESSION, "NPS, REST": SESSION, "NPS, form": SESSION,
    "comment, REST": DAY, "comment, form": DAY, "vote": DAY, "flag": DAY,
    "subscription": SESSION, "consent, REST": LONG, "consent, form": LONG, "visit": NONE,
}  # fmt: skip


def life(response):
    assert response.status_code < 400, response.content
    cookie = response.cookies.get("cx_reader")
    return NONE if cookie is None else cookie["max-age"] or SESSION


@pytest.mark.parametrize("act", ACTS)
def test_without_consent_no_act_counts_a_day_or_leaves_a_lasting_cookie(client, site, act):
    assert life(ACTS[act](client, site)) == LIVES[act]
    assert VisitDay.objects.exists() is (LIVES[act] == LONG)
    if LIVES[act] != LONG:
        assert not Reader.objects.exclude(last_day=None).exists()


@pytest.mark.parametrize("act", ACTS)
def test_a_known_reader_without_consent_counts_no_day_either(client, site, act):
    reader = readers.create_reader()
    client.cookies["cx_reader"] = reader.key.hex
    found = life(ACTS[act](client, site))
    assert found == (LIVES[act] if LIVES[act] in (DAY, LONG) else NONE)
    assert VisitDay.objects.exists() is (LIVES[act] == LONG)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("act", ACTS)
def test_with_gpc_no_act_counts_a_day_or_leaves_a_lasting_cookie(client, site, act, known):
    if known:
        client.cookies["cx_reader"] = consenting().key.hex
    assert life(ACTS[act](client, site, **GPC)) in (SESSION, DAY, NONE)
    assert not VisitDay.objects.exists()
    assert not Reader.objects.exclude(last_day=None).exists()


@pytest.mark.parametrize("act", sorted(ACTS.keys() - {"vote", "flag"}))
def test_with_consent_an_act_counts_its_day(client, site, act):
    client.cookies["cx_reader"] = consenting().key.hex
    assert life(ACTS[act](client, site)) in (NONE, LONG)
    assert VisitDay.objects.get().day == timezone.localdate()


def test_an_account_that_comments_gets_no_cookie(client, django_user_model, site):
    client.force_login(django_user_model.objects.create_user("ana", first_name="Ana"))
    body = {"page": site[0].pk, "name": "Ana", "text": "My words"}
    assert "cx_reader" not in _rest(client, "comments/", body).cookies


def test_withdrawing_ends_the_lasting_cookie_with_the_session(client, site):
    ACTS["consent, REST"](client, site)
    response = client.post("/feedback/consent/", {"agree": "no"}, **OWN)
    assert life(response) == SESSION


def test_a_browser_with_gpc_is_told_that_nothing_is_recorded(client, site):
    body = {"agree": "yes", "page": site[0].pk}
    response = client.post("/feedback/consent/", body, **OWN, **GPC)
    assert response["Location"].endswith("#cx-consent-gpc")
    response = ACTS["consent, REST"](client, site, **GPC)
    assert response.json() == {"visits": False, "scoring": True}
    assert not Consent.objects.exists()
    assert not Reader.objects.filter(counts_visits=True).exists()


def test_who_is_forgotten_has_no_cookie_any_more(client, site):
    ACTS["answer, REST"](client, site)
    response = client.delete(API + "me/", **OWN)
    assert response.status_code == 204
    assert response.cookies["cx_reader"]["max-age"] == 0
    assert not Reader.objects.exists()
    client.cookies["cx_reader"] = "0" * 32  # of nobody: taken away as well
    assert client.delete(API + "me/", **OWN).cookies["cx_reader"]["max-age"] == 0
    client.cookies["cx_reader"] = "0" * 32
    refused = client.delete(API + "me/")
    assert (refused.status_code, len(refused.cookies)) == (403, 0)  # from nobody knows where


def test_an_old_link_that_proves_an_address_is_no_key(client, site, settings):
    from wagtail.models import Site

    from cx_feedback.comments.models import CommentSettings
    from cx_feedback.comments.submission import verification_mail

    CommentSettings.objects.update_or_create(
        site=Site.objects.get(), defaults={"rule": "trusted", "free_after": 1}
    )
    reader = readers.create_reader()
    comment = Comment.objects.create(
        thread=site[3].thread, reader=reader, author_name="Ana", author_email="ana@example.org",
        text="w", html="w", state="awaiting", key="k", path="k",
    )  # fmt: skip
    url = f"/feedback/comments/verify-email/{verification_mail.make_token(comment)}/"
    assert life(client.post(url, **OWN)) == DAY
    client.cookies.clear()
    again = client.post(url, **OWN)
    assert again.status_code == 200
    assert not again.cookies


def choose(client, **body):
    return client.patch(API + "me/", body, content_type="application/json", **OWN)


class TestObjection:
    def test_all_that_scores_are_made_of_goes_and_the_rest_stays(self, client, site):
        ACTS["consent, REST"](client, site)
        ACTS["comment, REST"](client, site)
        _confirm(client, site)
        Reader.objects.filter(counts_visits=True).update(tier="loyal")
        reader = Reader.objects.get(counts_visits=True)
        Silence.objects.create(reader=reader, last_day=END, fell_silent_on=END, probability=0.1)
        Attitude.objects.create(reader=reader, nps_class="promoter")
        KnownTier.objects.create(reader=reader, tier="loyal")
        Delivery.objects.update(reader=reader, tier="loyal")
        assert choose(client, scoring=False).json() == {"visits": False, "scoring": False}
        for model in (VisitDay, Silence, Attitude, KnownTier):
            assert not model.objects.exists(), model
        assert not Delivery.objects.exclude(tier="").exists()
        reader.refresh_from_db()
        assert (reader.tier, reader.last_day, reader.active_periods) == ("", None, 0)
        assert Comment.objects.filter(reader=reader).exists()
        assert reader.subscriptions.filter(state="confirmed").exists()
        told = client.get(API + "me/").json()["readers"][0]
        assert told["objects_to_scoring"]
        assert {c["purpose"]: c["withdrawn_at"] is None for c in told["consents"]} == {
            "visits": False, "no_scoring": True,
        }  # fmt: skip

    def test_no_run_finds_who_objects(self, magazine):  # noqa: F811
        loyalty.score_readers(as_of=END)
        silent = list(Silence.objects.values_list("reader_id", flat=True)[:3])
        before = loyalty.score_readers(as_of=END)
        for pk in silent:
            readers.object_to_scoring(reader=Reader.objects.get(pk=pk), wording="No.")
        loyalty.score_readers(as_of=END - datetime.timedelta(days=1))
        after = loyalty.score_readers(as_of=END)
        loyalty.find_silences()
        assert sum(before.tiers.values()) - sum(after.tiers.values()) == len(silent)
        assert not Silence.objects.filter(reader__in=silent).exists()
        assert not get_segment(fit=after.fit).filter(pk__in=silent).exists()
        assert set(Reader.objects.filter(pk__in=silent).values_list("tier", flat=True)) == {""}

    def test_who_objects_during_a_run_gets_no_silence(self, magazine, monkeypatch):  # noqa: F811
        from cx_feedback.loyalty.scoring import tier_transitions

        found, move = [], tier_transitions._apply_changes

        def objects_first(cursor, *args, **kwargs):
            cursor.execute("SELECT reader_id FROM cx_moving WHERE tier IN ('at_risk', 'lost')")
            found.append(cursor.fetchone()[0])
            readers.object_to_scoring(reader=Reader.objects.get(pk=found[0]), wording="No.")
            return move(cursor, *args, **kwargs)

        monkeypatch.setattr(tier_transitions, "_apply_changes", objects_first)
        loyalty.score_readers(as_of=END)
        assert not Silence.objects.filter(reader=found[0]).exists()
        assert Reader.objects.get(pk=found[0]).tier == ""

    def test_what_they_say_makes_no_attitude(self, reader):
        readers.object_to_scoring(reader=reader, wording="No.")
        readers.record_act(reader=reader, kind="nps", detail={"class": "promoter", "score": 9})
        assert update_attitudes() == 0
        assert not VisitDay.objects.exists()

    def test_an_imported_log_brings_no_day_back(self):
        lines = [Visit(0, "ana", END), Visit(1, "bo", END)]
        import_activity(lines=iter(lines))
        ana = Reader.objects.get(external_id="ana")
        readers.object_to_scoring(reader=ana, wording="No.")
        import_activity(lines=iter([Visit(0, "ana", weeks_before(1)), *lines]), kind="visit")
        assert {d.reader.external_id for d in VisitDay.objects.all()} == {"bo"}
        ana.refresh_from_db()
        assert ana.last_day is None

    def test_rules_about_scores_send_nothing_any_more(self, rule, site, client):  # noqa: F811
        from cx_feedback.core import signals

        rule(trigger="fell_silent", wait=3, wait_unit="days")
        _confirm(client, site)
        reader = Reader.objects.get(email="ana@example.org")
        signals.reader_fell_silent.send(
            Reader, reader_id=reader.pk, silence_id=1, since=END, probability=0.1
        )
        assert FollowUp.objects.get().state == "waiting"
        readers.object_to_scoring(reader=reader, wording="No.")
        row = FollowUp.objects.get()
        assert (row.state, row.reason) == ("skipped", "They object to being scored.")
        assert run_twice() == []

    def test_by_plain_form_and_taken_back_by_agreeing(self, client, site):
        ACTS["consent, form"](client, site)
        data = {"scoring": "no", "page": site[0].pk, "lang": "es"}
        response = client.post("/feedback/consent/", data, **OWN)
        assert response["Location"].endswith("#cx-scoring-refused")
        reader = Reader.objects.get()
        assert (reader.objects_to_scoring, reader.counts_visits) == (True, False)
        assert reader.consents.get(purpose="no_scoring").wording.startswith("No estimar nada")
        ACTS["visit"](client, site)
        assert not VisitDay.objects.exists()
        ACTS["consent, form"](client, site)
        reader.refresh_from_db()
        assert (reader.objects_to_scoring, reader.counts_visits) == (False, True)
        assert VisitDay.objects.count() == 1

    def test_scored_again_only_with_consent(self, client, site):
        ACTS["consent, REST"](client, site)
        choose(client, scoring=False)
        assert choose(client, scoring=True).json() == {"visits": False, "scoring": True}
        ACTS["visit"](client, site)
        assert not VisitDay.objects.exists()

    def test_against_an_agreement_in_the_same_breath(self, client, site):
        ACTS["consent, REST"](client, site)
        answer = choose(client, visits=True, scoring=False)
        assert answer.json() == {"visits": False, "scoring": False}

    @pytest.mark.parametrize("body", [{"scoring": "no"}, {"visits": 1}, {}])
    def test_nonsense_is_refused_by_its_name(self, client, body):
        response = choose(client, **body)
        assert response.status_code == 400
        assert list(response.json()["errors"]) == [*body, "visits"][:1]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_consent_says_what_is_done(lang):
    from django.template import Context, Template
    from django.utils import translation

    with translation.override(lang):
        html = Template("{% load cx_feedback_readers %}{% cx_consent %}").render(Context())
    said = {
        "en": ("estimate whether I will come back", "write to me when I stay away", "at risk"),
        "es": ("estimar si volveré", "escribirme cuando deje de venir", "en riesgo"),
    }
    for words in (*said[lang], "<details>", "Global Privacy Control", 'name="scoring"'):
        assert words in html
    for untrue in ("profile", "perfil", "Only the days", "Solo los días"):
        assert untrue not in html
