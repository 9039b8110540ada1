"""What the scorers find, and say in words."""

import pytest
from django.core.checks import run_checks
from django.utils import translation

from cx_feedback.comments import spam
from cx_feedback.comments.spam import (
    AuthorRecord,
    Scorer,
    SpamFinding,
    Submission,
)
from cx_feedback.comments.spam.registry import get_scorers
from cx_feedback.comments.spam.scorers.links import Links

GOOD = "I was at the market on Saturday and the cheese was gone by eleven, sadly."


def found(scorer, **given):
    """Return the points and the words of one scorer, (0, "") for nothing."""
    submission = Submission(**{"text": GOOD, "page_id": 1, "client_hash": "o", **given})
    signal = get_scorers()[scorer].score(submission)
    return (signal.points, spam.describe_finding(signal.as_dict())) if signal else (0, "")


@pytest.mark.parametrize(
    ("scorer", "given", "least", "most", "says"),
    [
        ("trap", {}, 0, 0, ""),
        ("trap", {"trapped": True}, 10, 10, "hidden field"),
        ("timing", {"seconds": 40}, 0, 0, ""),
        ("timing", {"seconds": 1}, 2, 2, "about 1 second after"),
        ("timing", {"seconds": 5, "text": "x" * 900}, 1, 1, "900 characters in 5 seconds"),
        ("timing", {}, 0.5, 0.5, "without JavaScript"),
        ("timing", {"client_hash": ""}, 0, 0, ""),
        ("links", {}, 0, 0, ""),
        ("links", {"text": "See notes.txt, v1.2 and 3.5 kg"}, 0, 0, ""),
        ("links", {"text": "As in https://example.org/a?b=1"}, 2, 2, "1 link (example.org)"),
        ("links", {"text": "go to cheap-pills.shop now"}, 2, 2, "cheap-pills.shop"),
        ("links", {"text": "hxxp " + "http://a.example/ " * 5}, 8, 8, "5 links (a.example)"),
        ("links", {"text": "[url=http://a.example]x[/url]"}, 5, 5, "another system"),
        ("links", {"name": "www.casino.example"}, 3, 3, "address of a site"),
        ("links", {"text": "Write me on WhatsApp +34 600 123 456"}, 2, 2, "chat"),
        ("links", {"text": "visit bestseo dot com today"}, 2, 2, "hides a site's address"),
        ("links", {"text": "Call +52 55 1234 5678 for a quote"}, 2, 2, "by phone"),
        ("links", {"text": "pay first: loan.firm@mail.example"}, 2, 2, "phone, mail"),
        ("links", {"text": "It was +3 degrees, 2+2 is 4, @ana said 900 000 111"}, 0, 0, ""),
        (
            "links",
            {"text": "https://a.example", "verified": True, "record": AuthorRecord(approved=1)},
            1,
            1,
            "1 link",
        ),
        ("words", {"blocked_words": ("cheese",)}, 2, 2, "“cheese”"),
        ("words", {"blocked_words": ("chees",)}, 0, 0, ""),
        ("words", {"blocked_words": ("chees*",)}, 2, 2, "“chees”"),
        ("words", {"blocked_words": ("market  on Saturday",)}, 2, 2, "market on saturday"),
        ("words", {"blocked_words": ("CHEESE",), "text": "ｃｈｅ\u200bese"}, 2, 2, "cheese"),
        ("words", {"blocked_words": ("a.b", "(")}, 0, 0, ""),
        ("record", {"record": AuthorRecord(3, 0)}, 0, 0, ""),
        (
            "record",
            {"record": AuthorRecord(3, 0), "verified": True},
            -1.5,
            -1.5,
            "3 comments approved",
        ),
        ("record", {"record": AuthorRecord(0, 2), "verified": True}, 3, 3, "2 comments refused"),
    ],
)
def test_what_a_scorer_finds(scorer, given, least, most, says):
    points, words = found(scorer, **given)
    assert least <= points <= most
    assert says in words


def test_nearly_the_same_text_is_a_repeat_wherever_it_is_sent():
    text = "Amazing article my friend, I made a lot of money at home with this method, ask me how"
    assert found("repeats", text=text, name="A") == (0, "")
    # A second click, or the second try with a solved challenge.
    assert found("repeats", text=text, name="A") == (0, "")
    assert found("repeats", text=text.replace("friend", "dear"), name="B", page_id=2)[0] == 2
    points, words = found("repeats", text=text.upper() + " !!", name="C", page_id=3)
    assert (points, "2 times before" in words) == (4, True)
    assert found("repeats", text=GOOD, name="D") == (0, "")
    for name in "EF":
        assert found("repeats", text="Thanks, Ana!", name=name) == (0, "")


def test_many_from_one_address_and_a_flood_on_the_site(settings):
    settings.CX_FEEDBACK = {"RATES": {"comment": "3/d", "burst": "10/d"}}
    mine = [found("rate", client_hash="mine") for _ in range(5)]
    assert [points for points, _words in mine] == [0, 0, 0, 1, 2]
    assert "5 comments" in mine[-1][1]
    assert found("rate", client_hash="other")[0] == found("rate", client_hash="")[0] == 0
    flood = [found("burst", client_hash=str(n))[0] for n in range(21)]
    assert (flood[:10], flood[10:20], flood[20:]) == ([0] * 10, [2] * 10, [4])
    assert found("burst", verified=True)[0] == 0


def test_after_a_flood_guests_wait_for_a_while_whatever_else_speaks_for_them(settings, monkeypatch):
    settings.CX_FEEDBACK = {"RATES": {"burst": "3/m"}}
    clock = [1_800_000_000]
    monkeypatch.setattr("cx_feedback.core.http.throttles.time.time", lambda: clock[0])
    burst = get_scorers()["burst"]

    def ask(**known):
        return burst.score(Submission(text="Words", client_hash="a", **known))

    assert [ask() for _ in range(3)] == [None] * 3
    assert ask().hold
    clock[0] += 60
    quiet = ask()
    assert (quiet.hold, quiet.points, quiet.detail) == (True, 2.0, {"count": 4})
    assert ask(verified=True) is None


class Shouting(Scorer):
    name = "shouting"
    reads_words = True

    def score(self, submission):
        return self.build_finding(1.5) if submission.text.isupper() else None

    def describe(self, detail):
        return "In capitals."


class Broken(Scorer):
    name = "trap"

    def score(self, submission):
        raise RuntimeError("no network")

    def describe(self, detail):
        raise RuntimeError("no words")


@pytest.fixture
def own(settings):
    paths = [f"{__name__}.Shouting", f"{__name__}.Broken"]
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "COMMENTS_SCORERS": paths}


def test_a_site_adds_its_own_and_replaces_ours(own, caplog):
    signals = spam.score_submission(Submission(text="BUY", trapped=True))
    assert [s.as_dict() for s in signals] == [
        {"scorer": "shouting", "points": 1.5, "detail": {}},
    ]
    assert spam.describe_finding(signals[0].as_dict()) == "In capitals."
    assert "'trap' failed and was skipped" in caplog.text
    assert spam.describe_finding({"scorer": "trap", "detail": {}}) == "trap"


def test_an_unknown_signal_is_named():
    assert spam.describe_finding({"scorer": "gone", "points": 1}) == "gone"
    assert spam.describe_finding({"scorer": "rate", "detail": None})
    assert spam.describe_finding({}) == ""


def test_points_add_up():
    assert (
        spam.sum_points([SpamFinding("a", 1.25), SpamFinding("b", -0.5), SpamFinding("c", 2)])
        == 2.75
    )
    assert spam.sum_points([]) == 0


def test_reasons_are_told_in_spanish():
    with translation.override("es"):
        assert spam.describe_finding({"scorer": "trap", "detail": {}}).startswith("Se rellenó")
        for name in get_scorers():
            assert spam.describe_finding({"scorer": name, "detail": {}}) != name


class Numbered(Scorer):
    name = 7


@pytest.mark.parametrize(
    "path",
    ["tests.nowhere.Scorer", f"{__name__}.GOOD", f"{__name__}.Numbered", "nodots", ""],
)
def test_a_wrong_path_is_an_error_of_the_check(settings, path):
    settings.CX_FEEDBACK = {"COMMENTS_SCORERS": [path]}
    assert [e.id for e in run_checks(tags=["cx_feedback"])] == ["cx_feedback.E041"]


@pytest.mark.parametrize(
    ("text", "offers"),
    [
        ("Call me: +34 600 123 456.", True),
        ("+1 (555) 123-4567", True),
        ("+34600123456", True),
        ("whatsapp 600 123 456", True),
        ("telegram: @buy_now", True),
        ("write to ana.b+c@mail.example.org", True),
        ("-----ana@example.org", True),
        ("cheap-pills dot com", True),
        ("pills (dot) shop", True),
        ("pillsdotcom", True),
        ("It is +5 degrees, +10 at noon, 2-3 days", False),
        ("a-a-a-a-a dot", False),
        ("the code is +34600123456abc", False),
        ("@ana said so", False),
    ],
)
def test_what_is_an_offer_of_contact(text, offers):
    signal = Links().score(Submission(text=text))
    assert bool(signal and signal.detail["offer"]) == offers
