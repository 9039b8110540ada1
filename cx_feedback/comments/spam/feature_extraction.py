"""The features of a text, as numbers for the classifier."""

import bisect
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from cx_feedback.comments.spam.appeals import describe_appeals
from cx_feedback.comments.spam.contact_patterns import find_contacts, find_shapes
from cx_feedback.comments.spam.text_signs import (
    describe_links,
    describe_names,
    describe_numbers,
    get_host_names,
    remove_markup,
    shorten_repetitions,
)
from cx_feedback.comments.spam.word_subjects import (
    NEUTRAL_SUBJECTS,
    READER_SUBJECTS,
    get_subjects,
)
from cx_feedback.comments.spam.words_and_links import remove_links, split_words
from cx_feedback.core.text.text_folding import fold_text

#: Words, runs and shapes are hashed to numbers below this.
FEATURE_SPACE = 2**18
#: The characters and words of a text that are read. Of a longer text those at its beginning and
#: at its end are, since spam ends with its link or number.
_BEGINNING, _END, _MAX_WORDS = 600, 200, 300
_MAX_CHARACTERS = _BEGINNING + _END
#: The lengths of the runs of letters, and the weight of each kind of feature in a text.
_RUN_LENGTHS = (3, 4, 5, 6)
_WORD_SCALE, _RUN_SCALE, _SHAPE_SCALE = 2.0, 4.0, 0.5
#: Numbers of words of a subject.
_NUMBER_WORDS = ("none", "one", "some", "some", "many")
#: Letters of other alphabets that look like Latin ones, and digits that stand for letters.
_LOOKALIKES = str.maketrans("авекмнорстухіјѕԁԛԝαβεικνορτυχ", "abekmhopctyxijsdqwabeikvoptux")
_DIGIT_LETTERS = str.maketrans("013457@$", "oieastas")
_DIGIT_WORD = re.compile(r"\b(?=[^\W\d]{0,40}+\d)(?=[^\Wa-z]{0,40}+[a-z])\w{3,40}\b")
_DIGITS = re.compile(r"\d")
_CAPITAL = re.compile("[A-Z]")
#: A Latin letter beside a Greek or Cyrillic one.
_MIXED_WORD = re.compile("[A-Za-z][\u0370-\u052f]|[\u0370-\u052f][A-Za-z]")
_PICTURE = re.compile("[\u2190-\u2bff\U0001f000-\U0001faff]")

_Array: TypeAlias = "np.ndarray[Any, np.dtype[Any]]"


@dataclass(frozen=True)
class TextFeatures:
    """The features of a text: numbers below ``FEATURE_SPACE`` and their values."""

    numbers: _Array
    values: _Array
    #: Words, pairs of words and hosts with their numbers, to name what a result rests on.
    words: dict[str, int]


def extract_features(text: str, name: str = "") -> TextFeatures:
    """Return the features of a text: words, runs of letters and shapes.

    Of a long text its beginning and its end are read, so that no text takes longer than others.
    Letters that look alike and digits within words are read as what they stand for. Each kind of
    feature has the same weight in a short text as in a long one.
    """
    text = remove_markup(text)
    if len(text) > _MAX_CHARACTERS:
        text = f"{text[:_BEGINNING]}\n{text[-_END:]}"
    body = fold_text(text)[: _MAX_CHARACTERS * 2]
    bare, hosts = remove_links(body)
    plain = _read_disguise(shorten_repetitions(bare[:_MAX_CHARACTERS]))
    words = split_words(plain)[:_MAX_WORDS]
    named = _number_words(words, hosts, name)
    digitless = _DIGITS.sub("0", plain) if _DIGITS.search(plain) else plain
    runs = _number_runs(f" {' '.join(digitless.split())} {' '.join(get_host_names(hosts))} ")
    shapes = [_number_shape(each) for each in _list_shapes(text, body, words, hosts)]
    first, last = len(named), len(named) + len(runs)
    numbers = np.empty(last + len(shapes), dtype=np.int32)
    numbers[:first], numbers[first:last], numbers[last:] = list(named.values()), runs, shapes
    values = np.empty(len(numbers), dtype=np.float32)
    values[:first] = _WORD_SCALE / math.sqrt(first or 1)
    values[first:last] = _RUN_SCALE / math.sqrt(len(runs) or 1)
    values[last:] = _SHAPE_SCALE
    return TextFeatures(numbers, values, named)


def _read_disguise(text: str) -> str:
    """Return a folded text with lookalikes and digits in words as the letters they stand for."""
    latin = text.translate(_LOOKALIKES) if _is_mixed(text) else text
    if not _DIGITS.search(latin):
        return latin
    return _DIGIT_WORD.sub(lambda match: match[0].translate(_DIGIT_LETTERS), latin)


def _is_mixed(text: str) -> bool:
    """Return whether words of a text have letters of two alphabets."""
    return not text.isascii() and _MIXED_WORD.search(text) is not None


def _number_words(words: list[str], hosts: list[str], name: str) -> dict[str, int]:
    """Return words, pairs of words, hosts and words of the name with their numbers."""
    parts = {word: f"w:{word}" for word in words}
    parts |= {f"{a} {b}": f"p:{a} {b}" for a, b in pairwise(words)}
    parts |= {host: f"h:{host}" for host in hosts[:20]}
    if name:
        for word in split_words(fold_text(name))[:8]:
            parts.setdefault(word, f"n:{word}")
    return {value: _number_key(key) for value, key in parts.items()}


def _number_key(key: str) -> int:
    return zlib.crc32(key.encode()) % FEATURE_SPACE


@lru_cache(maxsize=2000)
def _number_shape(shape: str) -> int:
    return _number_key(f"s:{shape}")


def _number_runs(text: str) -> _Array:
    """Return the numbers of all runs of letters of a text, each once."""
    letters = text.encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(letters, dtype="<u4")
    found = []
    mixed = np.full(len(codes), 2166136261, dtype=np.uint32)
    # Each run is the one before it with one more letter.
    for length in range(1, min(max(_RUN_LENGTHS), len(codes)) + 1):
        mixed = (mixed[: len(codes) - length + 1] ^ codes[length - 1 :]) * np.uint32(16777619)
        mixed ^= mixed >> np.uint32(15)
        if length in _RUN_LENGTHS:
            found.append(mixed)
    if not found:
        return np.empty(0, dtype=np.int32)
    # As np.unique, which takes six times as long for so few.
    numbers = np.sort(np.concatenate(found) & np.uint32(FEATURE_SPACE - 1))
    is_first = np.ones(len(numbers), dtype=bool)
    np.not_equal(numbers[1:], numbers[:-1], out=is_first[1:])
    return numbers[is_first].astype(np.int32)


def _list_shapes(text: str, body: str, words: list[str], hosts: list[str]) -> list[str]:
    """Return what kinds of contacts, subjects and signs a text has, in order and each once."""
    return sorted(set(_describe_shapes(text, body, words, hosts)))


def _describe_shapes(text: str, body: str, words: list[str], hosts: list[str]) -> Iterator[str]:
    contacts = find_contacts(body)
    if hosts:
        contacts.append("link")
        yield f"links {min(3, len(hosts))}"
    yield from contacts
    yield "contact" if contacts else "no contact"
    yield from find_shapes(body)
    yield from _describe_signs(text, words)
    yield from describe_links(body, hosts)
    yield from describe_numbers(body)
    yield from describe_names(text)
    yield from describe_appeals(words)
    counts = Counter(subject for word in words for subject in get_subjects(word))
    for subject, count in counts.items():
        yield subject
        yield f"{subject} {_NUMBER_WORDS[min(count, 4)]}"
        if contacts:
            yield f"{subject} with contact"
    offers = [s for s in counts if s not in READER_SUBJECTS and s not in NEUTRAL_SUBJECTS]
    yield f"offers {min(4, len(offers))}"
    yield f"reader {min(5, sum(counts[subject] for subject in READER_SUBJECTS))}"
    yield from (f"{s} and {n}" for s in offers for n in NEUTRAL_SUBJECTS if n in counts)


def _describe_signs(text: str, words: list[str]) -> Iterator[str]:
    shouted = len(_CAPITAL.findall(text)) if text.isascii() else sum(map(str.isupper, text))
    if shouted > 10 and shouted * 2 > len(text) - text.count(" "):
        yield "capitals"
    marks = text.count("!")
    if marks > 1:
        yield "exclamations" if marks < 5 else "many exclamations"
    if "?" in text:
        yield "question mark"
    if _is_mixed(text):
        yield "mixed alphabets"
    if _DIGITS.search(text) and _DIGIT_WORD.search(text.lower()):
        yield "digits in words"
    if not text.isascii() and _PICTURE.search(text):
        yield "picture"
    yield f"length {bisect.bisect((4, 10, 25, 60), len(words))}"
