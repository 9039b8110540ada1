import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from django.utils.translation import ngettext

from cx_feedback.comments.spam.base import Scorer, SpamFinding, Submission
from cx_feedback.comments.spam.words_and_links import find_hosts, split_words
from cx_feedback.core.caching.shared_cache import cache

#: Days for which hashes of texts are stored.
DAYS = 7
#: Number of hashes of a text, and of equal ones for the same text. Two texts with six equal
#: hashes of ten have at least one equal pair of neighbours, by which they are found.
HASHES, SAME = 10, 6
#: Shorter texts ("Thank you so much for sharing this!") are ignored unless they have links.
WORDS = 12
#: Comments that are stored for each pair.
KEPT = 6
POINTS = (0.0, 2.0, 4.0, 4.0, 6.0)
_RUN = 2
#: A number that identifies author, text and place, and the hashes.
_Text = tuple[int, tuple[int, ...]]
_random = np.random.default_rng(20261122)
# Factors of 64 bits let the products overflow, which gives each a different order.
_FACTORS = _random.integers(2**62, 2**63, size=HASHES, dtype=np.uint64) | np.uint64(1)


class Repeats(Scorer):
    """The same or nearly the same text again, on any page and under any name.

    The same text by the same author in the same place is a second click, not a repeat. Short
    praise isn't one either. People copy texts too, so a repeat without links can only hold a
    comment.
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
    """Return a number that identifies text, author and place."""
    place = f"{s.page_id}:{s.parent_id}:{s.name}:{s.email}:{s.text}"
    return zlib.crc32(place.encode())


def _compute_min_hashes(words: list[str], text: str) -> tuple[int, ...]:
    """Return the MinHash of the pairs of words of a text."""
    runs = [" ".join(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1))]
    numbers = np.array(
        [zlib.crc32(run.encode()) for run in runs if run] or [zlib.crc32(text.encode())]
    )
    hashed = (numbers.astype(np.uint64)[:, None] * _FACTORS) >> np.uint64(24)
    return tuple(hashed.min(axis=0).tolist())
