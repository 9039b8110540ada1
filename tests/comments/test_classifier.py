"""What the classifier says, for every mixture of what it was taught: no honest comment vanishes."""

import csv
import json
import random
import tracemalloc
import zlib
from time import process_time

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from cx_feedback.comments.spam import training_samples, trial_samples
from cx_feedback.comments.spam.bayes import (
    DEPENDENCE_FACTOR,
    MAX_STORED_WORDS,
    MAX_WORD_WEIGHT,
    BayesClassifier,
    Sample,
)
from cx_feedback.comments.spam.false_positive_rate import Rarity
from tests.shared_data import shared_file

#: Spam and honest comments that are taught.
MIXTURES = [(20, 20), (20, 60), (20, 100), (200, 350), (400, 400)]
NOUNS = ["bus", "bridge", "school", "mayor", "river", "bread", "winter", "market", "train"]
SUSTANTIVOS = ["puente", "colegio", "alcalde", "río", "pan", "invierno", "mercado", "tren"]


def mixture(spam, good, seed=1):
    """Return a classifier of so many spam and honest texts of our own, in two languages."""
    chance = random.Random(seed)
    taught = training_samples.get_training_samples()
    made = [s for s in taught if s.is_spam][:spam]
    for n in range(good):
        a, b, c = chance.sample(NOUNS if n % 2 else SUSTANTIVOS, 3)
        text = f"The {a} near the {b} needs {c} {n}" if n % 2 else f"El {a} de aquel {b} y {c} {n}"
        made.append(Sample(text, f"Reader {n}", False))
    return BayesClassifier.train(made)


@pytest.mark.parametrize("sizes", [(20, 20), (20, 100), (20, 3000), (200, 20), (1, 1), (200, 4000)])
def test_an_unseen_word_says_nothing_at_all(sizes):
    model = mixture(*sizes)
    assert model.odds("Zxqv wrtp kklm") == model.points("Zxqv wrtp kklm", "Qqxw") == 0
    known = "casino bonus bus bridge"
    assert model.odds(f"{known} zxqv") == pytest.approx(model.odds(f"zxqv {known}"))
    for word in ("qqxw", "wrtp", "kklm"):
        assert model.odds(f"zxqv {word}") == 0


def test_the_sizes_of_the_kinds_say_nothing():
    """A word that half of each kind has is no evidence, however many there are of each."""
    for spam, good in [(20, 2000), (2000, 20), (40, 40)]:
        texts = [Sample(f"common s{n}" if n % 2 else f"s{n}", "", True) for n in range(spam)]
        texts += [Sample(f"common g{n}" if n % 2 else f"g{n}", "", False) for n in range(good)]
        assert BayesClassifier.train(texts).odds("common") == 0


def test_one_word_says_no_more_than_it_may():
    texts = [Sample(f"casino word{n}", "", True) for n in range(500)]
    texts += [Sample(f"honest thing{n}", "", False) for n in range(500)]
    model = BayesClassifier.train(texts)
    assert model.odds("casino") == pytest.approx(DEPENDENCE_FACTOR * MAX_WORD_WEIGHT, abs=0.01)
    assert model.odds("honest") == -model.odds("casino")
    assert model.points("casino") < 2
    # Seen once is next to nothing, and the same text a hundred times is seen once.
    assert 0 <= model.odds("word7") < 0.5
    again = BayesClassifier.train([*texts, *[Sample("word7 again and again", "", True)] * 100])
    assert again.odds("word7") < 1


def test_what_it_says_is_measured_on_what_it_was_not_taught():
    even = np.linspace(-4, 4, 400)
    rarity = Rarity.measure(even)
    assert rarity.get_power(-10) == 0
    assert 0.5 < rarity.get_power(2.5) < 1
    assert rarity.get_power(30) > 3
    assert Rarity.measure(np.array([])).get_power(30) == 0
    assert Rarity.measure(np.array([1.0])).get_power(9) == 0
    # Honest comments that read like the spam: nobody knows it then.
    mixed = [Sample(f"buy cheap casino bonus {n}", "", n % 2 == 0) for n in range(100)]
    assert BayesClassifier.train(mixed).points("buy cheap casino bonus") < 2


def test_few_and_no_texts_of_a_kind_are_no_error():
    for texts in (
        [],
        training_samples.get_training_samples()[:5],
        training_samples.get_training_samples()[-5:],
    ):
        assert (
            BayesClassifier.train(texts).odds("casino")
            == BayesClassifier.train(texts).points("casino")
            == 0
        )
    one = BayesClassifier.train([Sample("casino", "", True), Sample("bridge", "", False)])
    assert one.points("casino") == 0  # one honest comment shows no tail


def test_the_stored_one_says_the_same_and_one_of_another_release_is_known():
    model = BayesClassifier.train(training_samples.get_training_samples())
    stored = BayesClassifier.unpacked(model.packed())
    for sample in training_samples.get_held_out_samples()[:20]:
        assert stored.odds(sample.text) == model.odds(sample.text)
        assert stored.points(sample.text) == pytest.approx(model.points(sample.text), abs=1e-4)
    assert BayesClassifier.unpacked(BayesClassifier.train([]).packed()).odds("casino") == 0
    with pytest.raises(ValueError, match="another release"):
        BayesClassifier.unpacked(zlib.compress(np.zeros(2**16, dtype="<f2").tobytes()))


def test_it_names_the_words_that_it_rests_on():
    model = BayesClassifier.train(training_samples.get_training_samples())
    text = "Free spins in the casino, near the bridge"
    assert set(model.get_telling_words(text, spam=True, most=2)) & {
        "casino",
        "free spins",
        "free",
        "spins",
    }
    assert "bridge" not in model.get_telling_words(text, spam=True)
    assert not set(model.get_telling_words(text, spam=False)) & {"casino", "free"}
    assert model.get_telling_words("Zxqv", spam=True) == []


def test_thousands_of_good_ones_make_nothing_honest_spam():
    """After a site moved in, the twentieth mark as spam made a third of the honest ones spam."""
    honest = [
        s
        for s in [*training_samples.get_held_out_samples(), *trial_samples.get_written_samples()]
        if not s.is_spam
    ]
    honest += [
        Sample(f"Nuevas palabras {n} que nadie dijo {n * 7}", "Ana", False) for n in range(99)
    ]
    for good in (200, 500, 3000):
        model = mixture(20, good)
        points = [model.points(s.text, s.name) for s in honest]
        assert sum(p >= 6 for p in points) <= len(honest) / 200
        assert sum(p >= 4 for p in points) <= len(honest) / 20
    spam = [s for s in training_samples.get_held_out_samples() if s.is_spam]
    assert sum(model.points(s.text, s.name) >= 2 for s in spam) > len(spam) * 0.5


def test_learning_and_asking_cost_little():
    chance = random.Random(5)
    words = [f"w{n}" for n in range(30_000)]
    texts = [
        Sample(" ".join(chance.choices(words, k=40)), "", is_spam)
        for is_spam in (True, False)
        for _ in range(2500)
    ]
    tracemalloc.start()
    started = process_time()
    model = BayesClassifier.train(texts)
    assert process_time() - started < 20  # 5,000 texts, traced
    assert tracemalloc.get_traced_memory()[1] < 60_000_000
    tracemalloc.stop()
    assert len(model.words) <= MAX_STORED_WORDS
    assert model.words.nbytes + model.weights.nbytes <= MAX_STORED_WORDS * 8
    assert len(model.packed()) <= MAX_STORED_WORDS * 6 + 1000
    long = " ".join(chance.choices(words, k=900))
    started = process_time()
    for _ in range(20):
        model.points(long)
    assert (process_time() - started) / 20 < 0.02


@pytest.fixture(scope="module")
def youtube():
    with shared_file("youtube_spam.csv").open(encoding="utf-8") as file:
        rows = [Sample(r["text"], "", r["label"] == "spam") for r in csv.DictReader(file)]
    return [s for s in rows if s.is_spam], [s for s in rows if not s.is_spam]


def tried(kinds, sizes, seed):
    """Return points of honest and of spam comments by a classifier that was taught others."""
    chance = random.Random(f"{sizes}{seed}")
    spam, good = (chance.sample(kind, len(kind)) for kind in kinds)
    model = BayesClassifier.train([*spam[: sizes[0]], *good[: sizes[1]]])
    return (
        [model.points(s.text) for s in good[sizes[1] :]],
        [model.points(s.text) for s in spam[sizes[0] :]],
    )


@pytest.mark.slow
def test_one_honest_comment_in_two_hundred_at_most_is_called_spam(youtube):
    """Real comments, 50 splits for each mixture; none of them was looked at for the borders."""
    wrong, honest = 0, 0
    least = {(20, 20): 0.1, (20, 60): 0.18, (20, 100): 0.22, (200, 350): 0.48, (400, 400): 0.48}
    for sizes in MIXTURES:
        at, of, caught, spam = 0, 0, 0, 0
        for seed in range(50):
            good, bad = tried(youtube, sizes, seed)
            at, of = at + sum(p >= 6 for p in good), of + len(good)
            caught, spam = caught + sum(p >= 6 for p in bad), spam + len(bad)
        assert at <= of / 200, sizes
        assert caught >= spam * least[sizes], sizes
        wrong, honest = wrong + at, honest + of
    assert wrong <= honest / 400


def test_comments_under_another_video_are_no_spam_either(youtube):
    """Taught what was said under two videos and tried on a third; and on resampled thousands."""
    wrong = honest = 0
    parts = [
        [kind[i * len(kind) // 3 : (i + 1) * len(kind) // 3] for i in range(3)] for kind in youtube
    ]
    for held in range(3):
        taught = [[s for i in range(3) if i != held for s in kind[i]] for kind in parts]
        for seed, sizes in enumerate([(20, 20), (20, 100), (150, 250)]):
            chance = random.Random(seed)
            some = [chance.sample(kind, n) for kind, n in zip(taught, sizes, strict=True)]
            model = BayesClassifier.train([*some[0], *some[1]])
            wrong += sum(model.points(s.text) >= 6 for s in parts[1][held])
            honest += len(parts[1][held])
    spam, good = (random.Random(3).sample(kind, len(kind)) for kind in youtube)
    model = BayesClassifier.train([*spam[:20], *random.Random(4).choices(good[:276], k=3000)])
    wrong += sum(model.points(s.text) >= 6 for s in good[276:])
    honest += len(good[276:])
    assert wrong <= honest / 200


def labelled(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([("label", "text"), *rows])
    return str(path)


def test_the_report_tries_one_file_on_another(tmp_path, capsys):
    taught = [
        ("spam" if s.is_spam else "ham", s.text) for s in training_samples.get_training_samples()
    ]
    held = [
        ("SPAM" if s.is_spam else "ham", s.text) for s in training_samples.get_held_out_samples()
    ]
    files = labelled(tmp_path / "a.csv", taught), labelled(tmp_path / "b.csv", held)
    call_command("cx_spam_report", "--teach", files[0], "--try", files[1])
    said = capsys.readouterr().out.strip().splitlines()
    assert said[0] == "Taught 200 spam and 200 ham, tried on 300:"
    borders = json.loads(said[-1])["borders"]
    assert set(borders) == {"spam", "hold", "challenge"}
    for found in borders.values():
        assert set(found) == {"precision", "recall", "honest_called_spam"}
    model = BayesClassifier.train([Sample(text, "", label == "spam") for label, text in taught])
    caught = sum(label == "SPAM" and model.points(text) >= 4 for label, text in held)
    assert borders["hold"]["recall"] == caught / 150 > 0.8
    assert borders["hold"]["precision"] == 1
    assert borders["hold"]["honest_called_spam"] == 0
    assert borders["challenge"]["recall"] >= borders["hold"]["recall"] >= borders["spam"]["recall"]
    # Any mixture, none at all too: what was not measured is null.
    none = labelled(tmp_path / "c.csv", [])
    call_command("cx_spam_report", teach=files[0], **{"try": none})
    borders = json.loads(capsys.readouterr().out.strip().splitlines()[-1])["borders"]
    assert borders["spam"] == {"precision": None, "recall": None, "honest_called_spam": None}
    call_command("cx_spam_report", "--teach", none, "--try", files[1])
    assert '"honest_called_spam": 0.0' in capsys.readouterr().out


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
