"""One night of the spam classifier in a process of its own, so that its memory is its own too.

``python -m benchmarks.spam_night fill 100000 900`` decides so many comments of about so many
characters; ``python -m benchmarks.spam_night run`` prints the figures of a night as JSON.
"""

import datetime
import json
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.memory import read_peak_memory

#: One decision in so many is spam, and the rows that are stored at once.
SPAM_EACH, ROWS = 5, 5_000


def main(what: str, *rest: str) -> None:
    import django

    django.setup()
    if what == "fill":
        _fill(*map(int, rest))
    else:
        print(json.dumps(_run()))


def _fill(decisions: int, characters: int) -> None:
    """Store comments on one page with the decision of one moderator each."""
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    from benchmarks import site
    from cx_feedback.comments.models import Comment, ModerationEvent, Thread

    call_command("migrate", verbosity=0, run_syncdb=True)
    moderator = get_user_model().objects.create_user("moderator")
    thread = Thread.objects.create(page=site.make_article())
    for begin in range(0, decisions, ROWS):
        comments = list(_make_comments(thread, begin, min(ROWS, decisions - begin), characters))
        Comment.objects.bulk_create(comments)
        ModerationEvent.objects.bulk_create(
            ModerationEvent(
                comment=comment,
                moderator=moderator,
                from_state="pending",
                to_state=comment.state,
                action="spam" if comment.state == "spam" else "approve",
                created_at=comment.created_at,
            )
            for comment in comments
        )


def _make_comments(thread: Any, begin: int, number: int, characters: int) -> Iterator[Any]:
    """Yield comments of words that few others have, spam with a link and words of its own."""
    from django.utils import timezone

    from cx_feedback.comments.models import Comment, thread_paths

    first = timezone.now() - datetime.timedelta(days=30)
    for n in range(begin, begin + number):
        now = first + datetime.timedelta(seconds=n)  # keys of one moment could be the same
        dice, is_spam = random.Random(n), n % SPAM_EACH == 0
        text = " ".join(_draw_words(dice, characters, "loan casino win crypto" if is_spam else ""))
        yield Comment(
            thread=thread,
            **thread_paths.build_position(None, thread_paths.new_key(now)),
            author_name=f"Ana {n}",
            text=f"{text} https://site{n % 500}.example.shop/" if is_spam else text,
            state="spam" if is_spam else "published",
            created_at=now,
            spam_findings=[{"scorer": "links", "points": 2.0, "detail": {}}] if is_spam else [],
        )


def _draw_words(dice: random.Random, characters: int, kind: str) -> Iterator[str]:
    """Yield words, as frequent as those of a language, until there are enough characters."""
    own = kind.split()
    while characters > 0:
        rank = int(dice.paretovariate(0.8)) % 40_000
        word = dice.choice(own) if own and dice.random() < 0.1 else _spell(rank)
        characters -= len(word) + 1
        yield word


def _spell(rank: int) -> str:
    """Return a word of its own for each rank."""
    letters = []
    while rank or not letters:
        rank, place = divmod(rank, 60)
        letters.append("bcdfglmnprst"[place % 12] + "aeiou"[place // 12])
    return "".join(letters)


def _run() -> dict[str, float]:
    from cx_feedback.comments.services.spam_measurement import train_and_measure

    begun = time.process_time()
    result = train_and_measure()
    assert result.model is not None
    return {"seconds": time.process_time() - begun, "megabytes": read_peak_memory()}


if __name__ == "__main__":
    main(*sys.argv[1:])
