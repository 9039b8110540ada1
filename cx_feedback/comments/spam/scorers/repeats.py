import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.utils.translation import ngettext

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.comments.spam.texts import find_hosts, split_words
from cx_feedback.core.caching.shared_cache import cache

#: Days for which texts are remembered, by numbers that say nothing of their words.
DAYS = 7
#: Smallest hashes of a text's runs of two words; so many equal ones are the same text. Of two
#: texts with six equal ones of ten, one pair of neighbours at least is equal: found by pairs.
HASHES, SAME = 10, 6
#: Shorter texts ("Thank you so much for sharing this!") are the same by chance, unless they link.
WORDS = 12
#: Other comments remembered for each pair.
KEPT = 6
POINTS = (0.0, 2.0, 4.0, 4.0, 6.0)
_RUN = 2
#: A number for who wrote what where, and the hashes of the words.
_Text = tuple[int, tuple[int, ...]]
_random = np.random.default_rng(20261122)
# Of 64 bits, so that products overflow: the order of the products is then another for each.
_FACTORS = _random.integers(2**62, 2**63, size=HASHES, dtype=np.uint64) | np.uint64(1)


class Repeats(Scorer):
    """The same or nearly the same text again, on whatever page and under whatever name.

    The same words by the same person in the same place are a second click, not a repeat. Short
    praise is none either; and people who copy a call to sign are no program, so that a repeat
    which leads nowhere only holds.
    """

    name = "repeats"

    def score(self, submission: Submission) -> SpamFinding | None:
        text = submission.folded
        words = split_words(text)
        leads = bool(find_hosts(text))
        if len(words) < WORDS and not leads:
            return None
        mark, hashes = _compute_mark(submission), _compute_min_hashes(words, text)
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        keys = [f"cx:spam:alike:{i}:{a}:{b}" for i, (a, b) in enumerate(pairs)]
        known: dict[str, tuple[_Text, ...]] = cache.get_many(keys)
        seen = {other: theirs for texts in known.values() for other, theirs in texts}
        own = (mark, hashes)
        cache.set_many(
            {key: _append_text(known.get(key, ()), own) for key in keys}, timeout=DAYS * 86400
        )
        seen.pop(mark, None)
        times = sum(1 for theirs in seen.values() if _count_equal(theirs, hashes) >= SAME)
        if not times:
            return None
        return self.build_finding(
            POINTS[min(times, len(POINTS) - 1)], only_holds=not leads, times=times
        )

    def describe(self, detail: Mapping[str, Any]) -> str:
        times = int(detail.get("times", 0))
        words = ngettext(
            "Nearly the same text was sent %d time before.",
            "Nearly the same text was sent %d times before.",
            times,
        )
        return words % times


def _append_text(texts: tuple[_Text, ...], own: _Text) -> tuple[_Text, ...]:
    return texts if own in texts else (*texts, own)[-KEPT:]


def _count_equal(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    return sum(a == b for a, b in zip(one, other, strict=True))


def _compute_mark(s: Submission) -> int:
    """Return a number for this text of this person in this place."""
    place = f"{s.page_id}:{s.parent_id}:{s.name}:{s.email}:{s.text}"
    return zlib.crc32(place.encode())


def _compute_min_hashes(words: list[str], text: str) -> tuple[int, ...]:
    """Return the smallest hash of the text's runs of words, by each of HASHES ways (MinHash)."""
    runs = [" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))]
    numbers = np.array(
        [zlib.crc32(run.encode()) for run in runs if run] or [zlib.crc32(text.encode())]
    )
    hashed = (numbers.astype(np.uint64)[:, None] * _FACTORS) >> np.uint64(24)
    return tuple(hashed.min(axis=0).tolist())
