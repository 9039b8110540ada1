"""What the classifier sees in a text beside its words, and how it weighs that."""

import random
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from cx_feedback.comments.spam import contact_patterns, text_signs
from cx_feedback.comments.spam.appeals import describe_appeals
from cx_feedback.comments.spam.classifier import Sample
from cx_feedback.comments.spam.classifier_fitting import train_classifier
from cx_feedback.comments.spam.feature_extraction import extract_features
from cx_feedback.comments.spam.linear_model import FeatureMatrix, fit_weights
from cx_feedback.comments.spam.text_signs import (
    describe_links,
    describe_names,
    describe_numbers,
    get_host_names,
)
from cx_feedback.comments.spam.words_and_links import find_hosts, split_words


def test_links_numbers_and_names_are_told_apart():
    """What is worth something for addresses, sums and persons that nobody has seen before."""

    def find(text):
        body = text.lower()
        hosts = find_hosts(body)
        return {*describe_links(body, hosts), *describe_numbers(body), *describe_names(text)}

    shop = find("Cheap bags https://bags-now.example.shop")
    assert shop == {"ending shop", "link last", "bare link"}
    source = find("https://stats.example.org/2023/rail.pdf, page 88, says so since 1998")
    assert source == {"ending org", "link first", "deep link", "many digits", "year"}
    cure = find("Thanks to Dr Wealth I have 12,000 in 7 days")
    assert cure == {"some digits", "thousands", "duration", "titled name", "full name"}
    assert find("Ask for Maria Lopez") == {"full name"}
    assert find("The bridge is closed") == set()
    assert get_host_names(["www.cheap-meds.example.com", "sub.example.es"]) == [
        "cheap", "meds", "sub",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        (
            "thumbs up if your dog is watching",
            {"asks for approval", "asks for approval: condition"},
        ),
        ("suscríbete a mi canal porfa", {"asks for followers: own", "asks for followers: place"}),
        ("now check out my page", {"asks for a look: own", "asks for a look: place"}),
        ("vote daily for me please", {"asks for votes: own", "asks for votes: back"}),
        ("sub 4 sub", {"asks for followers: back", "begins with followers"}),
        ("por favor ayuden a nuestra familia", {"asks for help", "asks for help: own"}),
    ],
)
def test_appeals_to_readers_are_seen_without_a_link(text, asked):
    found = set(describe_appeals(split_words(text)))
    assert asked <= found
    assert "appeals 0" not in found


@pytest.mark.parametrize("text", ["I like trains", "The vote is on Sunday", "", "me gusta el pan"])
def test_the_words_of_appeals_alone_are_none(text):
    assert set(describe_appeals(split_words(text))) == {"appeals 0"}


def test_what_patterns_cannot_do_without_stands_in_all_that_they_find():
    """The quick search before each pattern changes nothing."""
    folder = Path(__file__).parent / "spam_texts"
    texts = [line.lower() for file in folder.glob("*.txt") for line in file.open(encoding="utf-8")]
    texts += [f"pay to {wallet}" for wallet in ("0x" + "ab" * 20, "bc1" + "q" * 25, "1" + "k" * 25)]
    tables = {
        "contact": contact_patterns._CONTACTS,
        "shape": contact_patterns._SHAPES,
        "offer": contact_patterns._OFFERS,
        "number": text_signs._NUMBERS,
    }
    found = set()
    for table, kinds in tables.items():
        for kind, (pattern, needed) in kinds.items():
            for text in filter(pattern.search, texts):
                found.add((table, kind))
                assert needed in text if isinstance(needed, str) else needed.search(text), text
    assert {(table, kind) for table, kinds in tables.items() for kind in kinds} == found


@pytest.mark.parametrize(
    ("pasted", "plain"),
    [
        ("I love it<br />so much &lt;3", "I love it so much <3"),
        ("It&#39;s R&amp;B", "It's R&B"),
        ("Sub please!!!!!!!!!!!!!!!", "Sub please!!!"),
    ],
)
def test_markup_and_repetitions_of_pasted_texts_say_nothing(pasted, plain):
    shown, clean = extract_features(pasted), extract_features(plain)
    assert shown.words == clean.words
    assert np.isin(clean.numbers, shown.numbers).mean() > 0.9


def test_what_belongs_to_one_kind_counts_more():
    """Ten texts have a word of their kind, and one that both have about as often."""
    texts = [Sample(f"casino tea{' coffee' * (n < 4)}", "", True) for n in range(10)]
    texts += [Sample(f"bridge tea{' coffee' * (n < 3)}", "", False) for n in range(10)]
    weights = {}
    for word in ("casino", "coffee"):
        numbers = extract_features(word).words
        weights[word] = abs(float(train_classifier(texts).model.weights[numbers[word]]))
    assert weights["casino"] > 8 * weights["coffee"]


def test_a_matrix_of_long_texts_is_not_copied():
    """Of 1,500 texts of 800 characters, teaching takes little more than their features."""
    chance = random.Random(5)
    words = ["".join(chance.choices("abcdefghilmnoprstuvz", k=7)) for _ in range(20_000)]
    texts = [" ".join(chance.choices(words, k=100)) for _ in range(300)]
    tracemalloc.start()
    matrix = FeatureMatrix.build(extract_features(text) for text in texts)
    is_spam, before = np.arange(300) % 2 == 0, tracemalloc.get_traced_memory()[0]
    assert before < 6 * matrix.places.nbytes / 4 + 5_000_000
    tracemalloc.reset_peak()
    fit_weights(matrix, is_spam, np.ones(300, bool), offset=np.zeros(300), penalty=0.1)
    needed = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    # Steps of the search by feature, and the block that is worked on; none of all features.
    assert needed < 30 * 8 * len(matrix.known) + 30_000_000


def test_texts_that_are_not_chosen_change_no_weights():
    texts = ["casino bonus", "bridge tea", "", "casino tea", "bridge"]
    matrix = FeatureMatrix.build(extract_features(text) for text in texts)
    is_spam = np.array([True, False, True, False, False])
    chosen = np.array([True, True, False, False, True])
    found = fit_weights(matrix, is_spam, chosen, offset=np.zeros(5), penalty=0.1)
    other = fit_weights(matrix, is_spam ^ ~chosen, chosen, offset=np.zeros(5), penalty=0.1)
    assert np.array_equal(found[0], other[0])
    assert found[1] == other[1]
    odds = matrix.multiply(found[0]) + found[1]
    assert odds[0] > odds[3] > odds[1]
