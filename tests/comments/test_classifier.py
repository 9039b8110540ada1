"""What the classifier says: of texts that it was not taught, and as rarely as it says."""

import csv
import json
import random
import tracemalloc
from time import process_time

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from cx_feedback.comments.spam import generated_samples
from cx_feedback.comments.spam.classifier import (
    MAX_STORED_WEIGHTS,
    Sample,
    TextClassifier,
    compute_points,
)
from cx_feedback.comments.spam.classifier_fitting import measure_recall_at, train_classifier
from cx_feedback.comments.spam.false_positive_rate import Rarity
from cx_feedback.comments.spam.feature_extraction import extract_features
from cx_feedback.comments.spam.prior import load_prior
from tests.shared_data import shared_file
from tests.spam_prior import TAUGHT, build_prior, read_texts

#: A share of the honest comments of one in two hundred.
SHARE = 0.005


def judge(samples, *, prior=True, seed=1):
    """Return the labels and held-out points of samples, as the nightly task makes them."""
    taught = train_classifier(samples, load_prior() if prior else None, seed=seed)
    return np.array([s.is_spam for s in samples]), taught.held_out_points


def test_the_texts_that_measure_were_not_taught():
    taught = {s.text.casefold() for s in read_texts(*TAUGHT)}
    assert len(taught) > 4300
    for name in ("set_en", "set_es", "held_en", "held_es"):
        held = read_texts(name)
        assert len(held) > 200
        assert min(sum(s.is_spam is kind for s in held) for kind in (True, False)) > 90
        assert not taught & {s.text.casefold() for s in held}


@pytest.mark.slow
def test_the_shipped_model_is_made_of_its_texts():
    """Anybody can make the file again; a text that was changed without it is found here."""
    made = TextClassifier.unpack(build_prior())
    shipped = load_prior()
    for sample in read_texts("set_en", "set_es"):
        features = extract_features(sample.text)
        assert made.compute_odds(features) == pytest.approx(shipped.compute_odds(features), abs=0.1)
    assert len(shipped.pack()) < 250_000


def test_the_own_model_learns_what_the_shipped_one_does_not_know():
    """Two words tell the spam, one in each text; a shipped model knows one of them."""
    known = [Sample(f"casino {n}", "", True) for n in range(40)]
    known += [Sample(f"garden {n}", "", False) for n in range(40)]
    prior = train_classifier(known).model
    texts = [Sample(f"{('casino', 'quilt')[n % 2]} {n}", "", True) for n in range(80)]
    texts += [Sample(f"{('garden', 'bench')[n % 2]} {n}", "", False) for n in range(80)]
    numbers = extract_features("casino quilt").words

    def compare(prior):
        weights = train_classifier(texts, prior).model.weights
        return weights[numbers["quilt"]] / weights[numbers["casino"]]

    assert compare(None) == pytest.approx(1, abs=0.1)
    assert compare(prior) > 1.3


@pytest.mark.parametrize("name", ["set_en", "set_es", "held_en", "held_es", *TAUGHT])
def test_a_full_stop_tells_nothing(name):
    """Whoever writes such texts ends the honest ones with one, and no spam."""
    kinds = [
        [s.text.endswith(".") for s in read_texts(name) if s.is_spam is k] for k in (False, True)
    ]
    assert abs(np.mean(kinds[0]) - np.mean(kinds[1])) < 0.15


@pytest.mark.parametrize(
    ("name", "least"), [("set_en", 0.8), ("set_es", 0.8), ("held_en", 0.78), ("held_es", 0.78)]
)
def test_the_shipped_model_ranks_from_the_first_day(name, least):
    held = read_texts(name)
    odds = np.array([load_prior().compute_odds(extract_features(s.text)) for s in held])
    assert measure_recall_at(odds, np.array([s.is_spam for s in held]), 0.03) >= least


def test_a_text_is_judged_by_a_model_without_it():
    """The same honest text many times does not vouch for itself."""
    samples = [Sample(f"bridge of the town number {n}", "", False) for n in range(40)]
    samples += [Sample(f"casino bonus number {n}", "", True) for n in range(40)]
    odd = Sample("casino bonus for everybody", "", False)
    labels, points = judge([*samples, *[odd] * 5], prior=False)
    assert (points[-5:] > 0).all()
    assert (points[:40] <= 0).all()
    assert labels.sum() == 40


def test_the_numbers_of_the_two_kinds_say_nothing():
    chance = random.Random(7)
    for spam, good in [(40, 400), (400, 40)]:
        words = ["".join(chance.choices("bcdfgklmnprstvz", k=6)) for _ in range(spam + good)]
        texts = [Sample(f"alpha beta {word}", "", n < spam) for n, word in enumerate(words)]
        model = train_classifier(texts).model
        # Of ten times as many texts, the logarithm of the odds would be 2.3.
        assert abs(model.compute_odds(extract_features("alpha beta"))) < 1.5


def test_few_and_no_texts_of_a_kind_leave_the_word_to_the_shipped_model():
    taught = generated_samples.get_training_samples()
    for texts in ([], taught[:5], taught[-5:]):
        model = train_classifier(texts, load_prior()).model
        assert model.prior_share == 1
        assert model.score_text("casino bonus, free spins") > 2
        assert train_classifier(texts).model.score_text("casino bonus") == 0


def test_the_shipped_model_fades_with_decisions_that_say_otherwise():
    """A site on gambling, where honest comments read like advertisements elsewhere."""
    honest = [f"The casino bonus number {n} has free spins, click and play" for n in range(200)]
    spam = [f"Our orthopaedic chair number {n} relaxes your back" for n in range(200)]
    samples = [Sample(t, "", False) for t in honest] + [Sample(t, "", True) for t in spam]
    text = "This casino bonus has free spins"
    shipped = [load_prior().compute_odds(extract_features(t[0])) for t in (honest, spam)]
    assert shipped[0] > shipped[1]
    assert TextClassifier.build_empty(load_prior()).score_text(text) > 1
    model = train_classifier(samples, load_prior()).model
    assert model.prior_share < 1
    assert model.score_text(text) < 0
    assert model.score_text("An orthopaedic chair for your back") > 2


def test_points_say_how_rare_such_odds_are():
    even = Rarity.measure(np.linspace(-4, 4, 4000))
    assert compute_points(3.9, even) > compute_points(3, even) > 0
    assert compute_points(-50, even) == -1.5
    assert compute_points(1000, even) == 8
    assert compute_points(5, Rarity.measure(np.array([]))) == 0
    tail = Rarity.measure(-np.log(np.random.default_rng(1).uniform(size=100_000)))
    assert compute_points(np.log(500), tail) == pytest.approx(6, abs=0.2)


def test_the_stored_one_says_the_same_and_damage_is_found():
    model = train_classifier(generated_samples.get_training_samples(), load_prior()).model
    packed = model.pack()
    stored = TextClassifier.unpack(packed, load_prior())
    for sample in generated_samples.get_held_out_samples()[:20]:
        given = model.score_text(sample.text)
        assert stored.score_text(sample.text) == pytest.approx(given, abs=0.05)
    for damaged in (b"", packed[:20], packed[:-1], b"cx2\n" + packed[4:], packed[:-9] + b"x" * 9):
        with pytest.raises(ValueError, match=r"another release|checksum"):
            TextClassifier.unpack(damaged)


def test_it_names_the_words_that_it_rests_on():
    model = train_classifier(generated_samples.get_training_samples(), load_prior()).model
    text = extract_features("Free spins in the casino, near the bridge")
    spam = model.get_telling_words(text, spam=True)
    assert set(spam) & {"casino", "spins", "free spins", "free"}
    assert not set(spam) & set(model.get_telling_words(text, spam=False))
    assert model.get_telling_words(extract_features("Zxqv"), spam=True) == []


def test_of_a_long_text_beginning_and_end_are_read():
    """So no text takes longer than others, and a contact behind a long story is seen."""
    story, contact = "the bridge of the town was closed all winter " * 100, "+34 600 111 222"
    plain = extract_features(story)
    assert len(plain.numbers) < 4000
    assert len(extract_features(story * 20).numbers) == len(plain.numbers)
    assert len(extract_features(story + "ﷺ" * 20_000).numbers) < 4000
    model = load_prior()
    for placed in (f"{contact} {story}", f"{story} {contact}"):
        assert model.compute_odds(extract_features(placed)) > model.compute_odds(plain) + 0.3
    middle = extract_features(f"{story} {contact} {story}")
    assert model.compute_odds(middle) == pytest.approx(model.compute_odds(plain), abs=0.2)


@pytest.mark.slow
def test_learning_and_asking_cost_little():
    chance = random.Random(5)
    words = [f"w{n}" for n in range(30_000)]
    texts = [Sample(" ".join(chance.choices(words, k=40)), "", n % 2 == 0) for n in range(1500)]
    tracemalloc.start()
    started = process_time()
    model = train_classifier(texts).model
    assert process_time() - started < 60  # traced
    assert tracemalloc.get_traced_memory()[1] < 200_000_000
    tracemalloc.stop()
    assert len(model.pack()) <= MAX_STORED_WEIGHTS * 6 + 1000
    long = " ".join(chance.choices(words, k=3000))
    started = process_time()
    for _ in range(20):
        model.score_text(long)
    assert (process_time() - started) / 20 < 0.02


@pytest.fixture(scope="module")
def youtube():
    with shared_file("youtube_spam.csv").open(encoding="utf-8") as file:
        return [Sample(r["text"], "", r["label"] == "spam") for r in csv.DictReader(file)]


@pytest.mark.slow
def test_real_comments_are_ranked(youtube):
    """Cross-validated, no word of them is in the shipped model."""
    recalls, wrong = [], 0
    for seed in range(5):
        labels, points = judge(youtube, seed=seed)
        recalls.append(measure_recall_at(points, labels, SHARE))
        wrong += int((points[~labels] >= 6).sum())
    assert np.mean(recalls) >= 0.85, recalls
    assert wrong <= 5 * 552 / 500


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sizes", "least"), [((100, 100), 0.35), ((200, 350), 0.5), ((400, 400), 0.5)]
)
def test_from_200_decisions_on_few_honest_comments_reach_the_border(youtube, sizes, least):
    """By the tail of 100 honest ones, the border of one in 500 is set with much caution."""
    kinds = [[s for s in youtube if s.is_spam is kind] for kind in (True, False)]
    wrong = honest = caught = spam = 0
    for seed in range(8):
        chance = random.Random(f"{sizes}{seed}")
        both = [chance.sample(kind, len(kind)) for kind in kinds]
        taught = [s for kind, size in zip(both, sizes, strict=True) for s in kind[:size]]
        model = train_classifier(taught, load_prior()).model
        rest = [[model.score_text(s.text) for s in k[n:]] for k, n in zip(both, sizes, strict=True)]
        caught, spam = caught + sum(p >= 6 for p in rest[0]), spam + len(rest[0])
        wrong, honest = wrong + sum(p >= 6 for p in rest[1]), honest + len(rest[1])
    assert wrong <= honest / 150
    assert caught >= spam * least


def labelled(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("label", "text"), *rows])
    return str(path)


@pytest.mark.slow
def test_the_report_tries_one_file_on_another(tmp_path, capsys):
    taught = [
        ("spam" if s.is_spam else "ham", s.text) for s in generated_samples.get_training_samples()
    ]
    held = [
        ("SPAM" if s.is_spam else "ham", s.text) for s in generated_samples.get_held_out_samples()
    ]
    files = labelled(tmp_path / "a.csv", taught), labelled(tmp_path / "b.csv", held)
    call_command("cx_spam_report", "--teach", files[0], "--try", files[1])
    said = capsys.readouterr().out.strip().splitlines()
    assert said[0] == "Taught 200 spam and 200 ham, tried on 300:"
    found = json.loads(said[-1])
    borders = found["borders"]
    assert set(borders) == {"spam", "hold", "challenge"}
    for figures in borders.values():
        assert set(figures) == {"precision", "recall", "honest_called_spam"}
    samples = [Sample(text, "", label == "spam") for label, text in taught]
    model = train_classifier(samples, load_prior()).model
    caught = sum(label == "SPAM" and model.score_text(text) >= 4 for label, text in held)
    assert borders["hold"]["recall"] == caught / 150 > 0.8
    assert borders["hold"]["precision"] >= 0.98
    assert borders["challenge"]["recall"] >= borders["hold"]["recall"] >= borders["spam"]["recall"]
    assert found["ranking"]["honest_called_spam"] == SHARE
    assert found["ranking"]["recall"] >= 0.85
    # Any mixture, none at all too: what was not measured is null.
    none = labelled(tmp_path / "c.csv", [])
    call_command("cx_spam_report", teach=files[0], **{"try": none})
    found = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert found["borders"]["spam"] == {
        "precision": None, "recall": None, "honest_called_spam": None,
    }  # fmt: skip
    assert found["ranking"]["recall"] is None
    call_command("cx_spam_report", "--teach", none, "--try", files[1])
    assert json.loads(capsys.readouterr().out.strip().splitlines()[-1])["ranking"]["recall"] > 0.3


def test_the_report_says_what_is_wrong_with_a_file(tmp_path):
    good = labelled(tmp_path / "good.csv", [("ham", "Hello")])
    wrong = labelled(tmp_path / "wrong.csv", [("ham", "Hello"), ("good", "Hello")])
    bare = tmp_path / "bare.csv"
    bare.write_bytes(b"words\nHello\n")
    binary = tmp_path / "binary.csv"
    binary.write_bytes(b"text,label\n\xff\xfe,spam\n")
    for given, said in [
        ((good,), "go together"),
        ((good, wrong), r"wrong.csv, line 3: the label must be spam or ham, not “good”"),
        ((bare, good), "bare.csv: the first line must name the columns"),
        ((binary, good), "binary.csv: 'utf-8'"),
        ((good, tmp_path / "none.csv"), "none.csv"),
    ]:
        options = dict(zip(("teach", "try"), map(str, given), strict=False))
        with pytest.raises(CommandError, match=said):
            call_command("cx_spam_report", **options)
