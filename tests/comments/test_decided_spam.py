"""What a moderator called spam is known again with another end, or with some words exchanged."""

import pytest

from cx_feedback.comments import services
from cx_feedback.comments.models import Comment
from cx_feedback.comments.spam import AuthorRecord, Submission, known_spam
from cx_feedback.comments.spam.scorers.decided_spam import MAX_COMPARED, DecidedSpam

pytestmark = pytest.mark.django_db

SPAM = (
    "I lost all hope until a friend told me of the agency that brought my money back within "
    "three days, write to them at https://rescue-desk.example and tell them who sent you"
)


@pytest.fixture
def mark(write, moderator):
    """A function that writes texts, which a moderator then calls spam."""

    def mark(*texts, action="mark_spam"):
        ids = [write(text).pk for text in texts]
        services.decide_on_comments(action, ids=ids, moderator=moderator)
        return ids

    return mark


def ask(text, **known):
    return DecidedSpam().score(Submission(text=text, name="Ann", **known))


@pytest.mark.parametrize(
    "text",
    [
        SPAM.upper(),
        f"{SPAM} qx71 vbnm kkpo zweq",
        f"Lovely article. {SPAM}",
        SPAM.replace("lost all hope", "had given up").replace("money", "savings"),
        f"{SPAM} {' '.join(f'tail{n}' for n in range(20))}",
    ],
)
def test_the_same_with_another_end_or_some_other_words(mark, text):
    assert ask(text) is None
    mark(SPAM)
    found = ask(text)
    assert (found.points, found.only_holds, found.detail) == (4.0, False, {"times": 1})
    assert "Nearly the same text" in DecidedSpam().describe(found.detail)


def test_honest_words_and_what_nobody_called_spam_are_no_match(mark, write):
    mark(SPAM, action="approve")
    write(SPAM)
    assert ask(SPAM) is None
    mark("Thanks!", SPAM)
    assert ask("Thanks!") is None
    assert ask("My neighbour lost all hope until a friend told her of the chess club") is None
    assert ask(SPAM, verified=True, record=AuthorRecord(approved=1)) is None


def test_without_a_link_it_only_holds_and_several_count_more(mark):
    plain = SPAM.replace("at https://rescue-desk.example", "on the page of my name")
    mark(plain, f"{plain} today")
    found = ask(plain)
    assert (found.points, found.only_holds) == (6.0, True)


def test_few_rows_are_read_by_one_query(mark, django_assert_num_queries):
    mark(*[f"{SPAM} {n}" for n in range(MAX_COMPARED + 5)])
    assert Comment.objects.filter(state="spam").count() == MAX_COMPARED + 5
    ask(SPAM)  # The numbers of all are kept now.
    with django_assert_num_queries(1):
        assert ask(SPAM).detail == {"times": MAX_COMPARED}


def test_most_texts_cost_no_query(mark, django_assert_num_queries):
    mark(SPAM)
    ask("Quite another text that has no three words in a row in common with it")
    with django_assert_num_queries(0):
        assert ask("A third text of an honest reader, with words of her own about the town") is None
    with django_assert_num_queries(1):
        assert ask(SPAM)


def test_a_decision_is_known_at_once_and_so_is_its_undoing(mark, moderator):
    assert ask(SPAM) is None
    (pk,) = mark(SPAM)
    assert ask(SPAM)
    approved = services.decide_on_comments("approve", ids=[pk], moderator=moderator)
    assert ask(SPAM) is None
    services.undo_decision(batch=approved.batch, moderator=moderator)
    assert ask(SPAM)


def test_more_texts_than_are_kept_are_looked_up(mark, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(known_spam, "MAX_TEXTS", 1)
    mark(SPAM, SPAM.replace("three days", "a week of quiet waiting"))
    assert ask(SPAM).detail["times"] == 2
    with django_assert_num_queries(1):
        assert ask("A third text of an honest reader, with words of her own about the town") is None
