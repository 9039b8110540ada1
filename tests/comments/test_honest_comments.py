"""No honest comment is put aside unseen: what says little against it lets it wait at most."""

import itertools
import re
import zlib

import pytest
from django.utils import timezone, translation
from wagtail.models import Site

from cx_feedback.comments import services, spam
from cx_feedback.comments.models import Comment, CommentSettings, ModerationEvent, Rule, SpamModel
from cx_feedback.comments.spam import (
    AuthorRecord,
    SpamFinding,
    Submission,
    generated_samples,
    learning_from_decisions,
)
from cx_feedback.comments.spam.registry import get_scorers
from cx_feedback.comments.spam.words_and_links import split_words
from cx_feedback.comments.submission import page_rules
from cx_feedback.core.text.text_folding import fold_text
from tests.comments.spam_models import store_accuracy
from tests.comments.test_admission import ask_of, state_of

BORDERS = {"challenge": 2, "hold": 4, "spam": 6}
#: Spam for whoever was taught ``generated_samples``, without a link.
CASINO = "I won money in the online casino, free spins and bonus without deposit, earn money fast"
#: All that it may be said to rest on.
WORDS = {
    part
    for words in [split_words(fold_text(CASINO))]
    for part in [*words, *(f"{a} {b}" for a, b in itertools.pairwise(words))]
}


def ask(scorer, **given):
    return get_scorers()[scorer].score(Submission(**{"text": "Words", "client_hash": "o", **given}))


@pytest.mark.parametrize(
    ("points", "becomes"),
    [
        ([("a", 6, False)], True),
        ([("a", 6, True)], False),
        ([("a", 8, True), ("b", 8, True), ("c", 3.5, False)], False),
        ([("a", 2, True), ("b", 4, False)], True),
        ([("a", 1, True), ("b", 4, False)], False),
        ([("a", 9, False), ("b", -4, True)], False),
        ([], False),
    ],
)
def test_what_only_holds_never_decides(points, becomes):
    found = [SpamFinding(name, value, only_holds=only) for name, value, only in points]
    assert spam.reaches_spam(found, BORDERS) is becomes


@pytest.mark.parametrize(
    "text",
    [
        "Great!",
        "¡Gracias!",
        "Thank you so much for sharing this!",
        "¡Muchísimas gracias por contarlo tan bien, me ha encantado!",
        "👏👏👏",
        "Gran artículo, enhorabuena.",
    ],
)
def test_short_praise_by_five_people_is_no_repetition(text):
    assert [ask("repeats", text=text, name=name) for name in ("A", "B", "C", "D", "E")] == [
        None
    ] * 5


def test_a_copied_call_waits_and_a_copied_advertisement_is_put_aside():
    call = (
        "We ask the council to keep the library of our quarter open in the evenings, because "
        "there is no other place to study"
    )
    found = [ask("repeats", text=call, name=f"Neighbour {n}") for n in range(6)]
    assert [s.points if s else 0 for s in found] == [0, 2, 4, 4, 6, 6]
    assert not spam.reaches_spam([found[-1]], BORDERS)
    advert = "Cheap pills at https://pills.example"
    found = [ask("repeats", text=advert, name=f"Seller {n}") for n in range(6)]
    assert spam.reaches_spam([found[-1]], BORDERS)


@pytest.mark.parametrize(
    ("scorer", "given", "times"),
    [
        ("rate", {}, 40),
        ("burst", {}, 40),
        ("record", {"verified": True, "record": AuthorRecord(0, 9)}, 1),
        ("words", {"blocked_words": ("words",)}, 1),
        ("links", {"text": " ".join(f"https://source{n}.example/p" for n in range(9))}, 1),
    ],
)
def test_what_says_little_against_one_comment_only_holds(settings, scorer, given, times):
    settings.CX_FEEDBACK = {"RATES": {"comment": "3/d", "burst": "3/d"}}
    found = [ask(scorer, **given) for _ in range(times)][-1]
    assert found.points >= 2
    assert not spam.reaches_spam([found, SpamFinding("timing", 2.0)], BORDERS)
    assert not spam.reaches_spam([found, SpamFinding("learned", 6.0, only_holds=True)], BORDERS)
    with translation.override("en"):
        assert any(c.isdigit() or c == "“" for c in spam.describe_finding(found.as_dict()))


def test_good_records_still_speak_for_an_author():
    found = ask("record", verified=True, record=AuthorRecord(4, 0))
    assert (found.points, found.only_holds) == (-2.0, False)


@pytest.fixture
def open_talk(talk):
    CommentSettings.objects.create(site=Site.objects.get(), rule=Rule.OPEN)
    return talk


def teach(write, moderator, spam_count, good_count, imported=0):
    """Store decisions of a moderator and imported good ones, and learn."""
    taught = generated_samples.get_training_samples()
    bad = [s for s in taught if s.is_spam][:spam_count]
    good = itertools.cycle(s for s in taught if not s.is_spam)
    one = write("The first words of all")
    rows, state = [], {"markup": one.markup, "thread": one.thread, "depth": 0}
    kinds = [(s, "spam", "") for s in bad]
    kinds += [(next(good), "published", "") for _ in range(good_count)]
    kinds += [(next(good), "published", "https://old.example") for _ in range(imported)]
    for n, (sample, kind, source) in enumerate(kinds):
        rows.append(
            Comment(
                text=f"{sample.text} {n}", state=kind, source=source, external_id=source and str(n),
                author_name=sample.name, key=f"k{n:05}", path=f"k{n:05}", **state,
            )
        )  # fmt: skip
    made = Comment.objects.bulk_create(rows)
    ModerationEvent.objects.bulk_create(
        ModerationEvent(
            comment=c, moderator=moderator, action="x", from_state="pending", to_state=c.state,
            created_at=timezone.now(),
        )
        for c in made if not c.source
    )  # fmt: skip
    learnt = services.train_and_measure()
    learning_from_decisions.cache.delete(learning_from_decisions._KEY)
    return learnt


@pytest.mark.django_db
@pytest.mark.parametrize(("honest", "state"), [(1400, "pending"), (1500, "spam")])
def test_nothing_is_put_aside_before_the_promise_is_proved(client, open_talk, honest, state):
    """With no error, 1 in 500 needs 1,497 honest decisions."""
    store_accuracy(honest=honest)
    made = ask_of(client, open_talk, text=CASINO, website="https://a.example", seconds=1)
    assert (state_of(made), made.json()["state"]) == (state, "pending")
    stored = Comment.objects.get(pk=made.json()["id"])
    assert stored.spam_score >= 10
    assert stored.suspected


@pytest.mark.django_db
def test_each_site_has_its_own_promise(client, open_talk):
    store_accuracy(honest=400)
    trapped = {"website": "https://a.example", "seconds": 1}
    assert state_of(ask_of(client, open_talk, text=CASINO, **trapped)) == "pending"
    CommentSettings.objects.update(spam_promise=100)
    page_rules.clear_rules_cache()
    assert state_of(ask_of(client, open_talk, text=f"{CASINO}!", **trapped)) == "spam"


@pytest.mark.django_db
def test_what_the_shipped_model_suspects_is_named(client, open_talk):
    made = ask_of(client, open_talk, text=CASINO, website="x", seconds=1)
    stored = Comment.objects.get(pk=made.json()["id"])
    [found] = [s for s in stored.spam_findings if s["scorer"] == "learned"]
    said = spam.describe_finding(found)
    assert "Reads like advertising: “" in said
    assert {*re.findall("“([^”]+)”", said)} <= WORDS


@pytest.mark.django_db
def test_a_classifier_of_another_release_leaves_the_word_to_the_shipped_one(
    write, moderator, django_assert_num_queries
):
    teach(write, moderator, 30, 30)
    SpamModel.objects.update(weights=zlib.compress(bytes(131_072)), version="0" * 32)
    learning_from_decisions._loaded.clear()
    assert not learning_from_decisions.get_classifier().is_own
    with django_assert_num_queries(0):
        assert not learning_from_decisions.get_classifier().is_own
        assert ask("learned", text=CASINO).points > 2
    services.train_and_measure()
    learning_from_decisions.cache.delete(learning_from_decisions._KEY)
    assert learning_from_decisions.get_classifier().is_own


@pytest.mark.django_db
def test_moderators_are_told_what_is_missing(client, moderator, write):
    client.force_login(moderator)
    queue = "/admin/cx-feedback/comments/"

    def told(state="spam"):
        page = client.get(queue, {"state": state})
        assert page.status_code == 200
        return page.context["classifier"] if "data-cx-classifier" in page.content.decode() else ""

    assert "after 20 comments were marked as spam and 20 approved" in told()
    store_accuracy(honest=300)
    assert "about 1,197 more approved comments without a mistake" in told("pending")
    store_accuracy(honest=2000, wrong=3)
    assert "about 1,875 more" in told()
    store_accuracy(honest=2000)
    assert "at most 1 honest comment in 500 goes to the spam" in told()
    assert told("all") == ""


def test_stored_findings_of_an_earlier_release_are_still_read():
    assert "spam here." in spam.describe_finding(
        {"scorer": "learned", "points": 3, "detail": {"share": 0.9}}
    )
    assert "approved here." in spam.describe_finding(
        {"scorer": "learned", "detail": {"share": 0.2}}
    )
