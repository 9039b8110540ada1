"""The features of a text, as numbers for the classifier."""

import bisect
import math
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from cx_feedback.comments.spam.contact_patterns import find_contacts, find_shapes
from cx_feedback.comments.spam.word_splitting import LINK_PATTERN, find_hosts, split_words
from cx_feedback.comments.spam.word_subjects import (
    NEUTRAL_SUBJECTS,
    READER_SUBJECTS,
    get_subjects,
)
from cx_feedback.comments.spam.word_vectors import DIMENSIONS, compute_text_vector
from cx_feedback.core.text.text_folding import fold_letters, fold_text

#: Words, runs and shapes are hashed to numbers below this; behind them are those of the meaning.
_HASH_SPACE = 2**18
FEATURE_SPACE = _HASH_SPACE + DIMENSIONS
#: A text's characters and words that are read, and the characters whose runs are read.
_MAX_CHARACTERS, _MAX_WORDS, _MAX_RUN_CHARACTERS = 2000, 300, 800
#: The lengths of the runs of letters, and the weight of each kind of feature in a text.
_RUN_LENGTHS = (2, 3, 4, 5, 6)
_WORD_SCALE, _RUN_SCALE, _SHAPE_SCALE, _MEANING_SCALE = 2.0, 3.0, 0.35, 1.5
_MEANING_NUMBERS = np.arange(_HASH_SPACE, FEATURE_SPACE, dtype=np.int64)
#: Letters of other alphabets that look like Latin ones, and digits that stand for letters.
_LOOKALIKES = str.maketrans("авекмнорстухіјѕԁԛԝαβεικνορτυχ", "abekmhopctyxijsdqwabeikvoptux")
_DIGIT_LETTERS = str.maketrans("013457@$", "oieastas")
_DIGIT_WORD = re.compile(r"\b(?=\w{0,40}\d)(?=\w{0,40}[a-z])\w{3,40}\b")
_DIGITS = re.compile(r"\d")
_SPACE = re.compile(r"\s+")
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
    """Return the features of a text: words, runs of letters, shapes and meaning.

    Letters that look alike and digits within words are read as what they stand for. Each kind of
    feature has the same weight in a short text as in a long one.
    """
    body = fold_text(text)[: _MAX_CHARACTERS * 2]
    hosts = find_hosts(body)
    bare = LINK_PATTERN.sub(" ", body)[:_MAX_CHARACTERS]
    plain = _read_disguise(bare)
    words = split_words(plain)[:_MAX_WORDS]
    named = _number_words(words, hosts, name)
    runs = _number_runs(f" {_SPACE.sub(' ', _DIGITS.sub('0', plain)).strip()} ")
    meaning = compute_text_vector(words)
    shapes = _number(sorted(set(_describe_shapes(text, body, plain, words, hosts))), "s")
    words_found = np.fromiter(named.values(), np.int64, len(named))
    numbers = np.concatenate([words_found, runs, shapes, _MEANING_NUMBERS[: len(meaning)]])
    values = np.empty(len(numbers), dtype=np.float32)
    first, last = len(named), len(named) + len(runs)
    end = last + len(shapes)
    values[:first] = _WORD_SCALE / math.sqrt(first or 1)
    values[first:last] = _RUN_SCALE / math.sqrt(len(runs) or 1)
    values[last:end] = _SHAPE_SCALE
    values[end:] = _MEANING_SCALE * meaning
    return TextFeatures(numbers, values, named)


def _read_disguise(text: str) -> str:
    """Return a folded text with lookalikes and digits in words as the letters they stand for."""
    latin = text if text.isascii() else text.translate(_LOOKALIKES) if _is_mixed(text) else text
    return _DIGIT_WORD.sub(lambda match: match[0].translate(_DIGIT_LETTERS), latin)


def _is_mixed(text: str) -> bool:
    """Return whether words of a text have letters of two alphabets."""
    return _MIXED_WORD.search(text) is not None


def _number_words(words: list[str], hosts: list[str], name: str) -> dict[str, int]:
    """Return words, pairs of words, hosts and words of the name with their numbers."""
    parts = {word: f"w:{word}" for word in words}
    parts |= {f"{a} {b}": f"p:{a} {b}" for a, b in pairwise(words)}
    parts |= {host: f"h:{host}" for host in hosts[:20]}
    if name:
        for word in split_words(fold_text(name))[:8]:
            parts.setdefault(word, f"n:{word}")
    return {value: zlib.crc32(key.encode()) % _HASH_SPACE for value, key in parts.items()}


def _number(values: list[str], kind: str) -> _Array:
    keys = (zlib.crc32(f"{kind}:{value}".encode()) % _HASH_SPACE for value in values)
    return np.fromiter(keys, np.int64, len(values))


def _number_runs(text: str) -> _Array:
    """Return the numbers of all runs of letters of a text."""
    letters = text[:_MAX_RUN_CHARACTERS].encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(letters, dtype="<u4")
    found = []
    mixed = np.full(len(codes), 2166136261, dtype=np.uint32)
    # Each run is the one before it with one more letter.
    for length in range(1, min(max(_RUN_LENGTHS), len(codes)) + 1):
        mixed = (mixed[: len(codes) - length + 1] ^ codes[length - 1 :]) * np.uint32(16777619)
        mixed ^= mixed >> np.uint32(15)
        if length in _RUN_LENGTHS:
            found.append(mixed.astype(np.int64) % _HASH_SPACE)
    if not found:
        return np.empty(0, dtype=np.int64)
    return np.concatenate(found)


def _describe_shapes(
    text: str, body: str, plain: str, words: list[str], hosts: list[str]
) -> Iterator[str]:
    """Yield what kinds of contacts, subjects and signs a text has."""
    contacts = find_contacts(body)
    if hosts:
        contacts.append("link")
        yield f"links {min(3, len(hosts))}"
    yield from contacts
    yield "contact" if contacts else "no contact"
    yield from find_shapes(body)
    yield from _describe_signs(text, words)
    counts = _count_subjects(words)
    for subject, count in counts.items():
        yield subject
        yield f"{subject} {'many' if count > 3 else 'some' if count > 1 else 'one'}"
        if contacts:
            yield f"{subject} with contact"
    offers = [s for s in counts if s not in READER_SUBJECTS and s not in NEUTRAL_SUBJECTS]
    yield f"offers {min(4, len(offers))}"
    yield f"reader {min(5, sum(counts.get(subject, 0) for subject in READER_SUBJECTS))}"
    yield from (f"{s} and {n}" for s in offers for n in NEUTRAL_SUBJECTS if n in counts)


def _describe_signs(text: str, words: list[str]) -> Iterator[str]:
    shouted = sum(map(str.isupper, text))
    if shouted > 10 and shouted * 2 > len(text) - text.count(" "):
        yield "capitals"
    marks = text.count("!")
    if marks > 1:
        yield "exclamations" if marks < 5 else "many exclamations"
    if "?" in text:
        yield "question mark"
    if _MIXED_WORD.search(text):
        yield "mixed alphabets"
    if _DIGIT_WORD.search(text.lower()):
        yield "digits in words"
    if _PICTURE.search(text):
        yield "picture"
    length = len(words)
    yield f"length {bisect.bisect((4, 10, 25, 60), length)}"


def _count_subjects(words: list[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for word in words:
        for subject in get_subjects(word if word.isascii() else fold_letters(word)):
            counts[subject] = counts.get(subject, 0) + 1
    return counts
