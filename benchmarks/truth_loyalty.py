"""What brings readers back, and experiments, against the truth of simulations."""

import os
from collections import Counter

from benchmarks import truth_effects, truth_experiments
from benchmarks.results import Result
from benchmarks.truth_effects import CAUSAL, HABITUAL, MOOD, World

SITES = int(os.environ.get("SITES") or 50)
#: Sites of 60 articles without effect.
NULL_SITES = int(os.environ.get("NULL_SITES") or 20)
EXPERIMENTS = int(os.environ.get("EXPERIMENTS") or 1000)
STANDS_OUT = ("more", "fewer")


def run() -> list[Result]:
    """Return the shares of articles that stand out, and of experiments with a false verdict."""
    return [*_of_three_articles(), *_of_no_effect(), *_of_experiments()]


def _of_three_articles() -> list[Result]:
    results = []
    for where, world in (("", World()), (", no other article", truth_effects.ALONE)):
        counts: Counter[int] = Counter()
        for seed in range(SITES):
            verdicts = truth_effects.measure_site(world, seed)
            counts[CAUSAL] += verdicts.get(CAUSAL) == "more"
            for article in (HABITUAL, MOOD):
                counts[article] += verdicts.get(article) in STANDS_OUT
        goals = {CAUSAL: ">= 0.8", HABITUAL: "<= 0.1", MOOD: "<= 0.1"}
        names = {CAUSAL: "causal", HABITUAL: "habitual readers'", MOOD: "passing mood's"}
        results += [
            Result(
                "truth",
                f"{names[article]} article stands out, {SITES} sites{where}",
                counts[article] / SITES,
                "" if where and article == CAUSAL else goal,
            )
            for article, goal in goals.items()
        ]
    return results


def _of_no_effect() -> list[Result]:
    compared = false = sites = 0
    for seed in range(NULL_SITES):
        verdicts = truth_effects.measure_site(truth_effects.NO_EFFECT, 1000 + seed).values()
        compared += sum(verdict != "unknown" for verdict in verdicts)
        wrong = sum(verdict in STANDS_OUT for verdict in verdicts)
        false, sites = false + wrong, sites + bool(wrong)
    of = f"60 articles without effect, {NULL_SITES} sites"
    return [
        Result("truth", f"{of}: share that stands out", false / max(1, compared), "<= 0.05"),
        Result("truth", f"{of}: sites where any does", sites / NULL_SITES, "<= 0.05"),
        Result("truth", f"{of}: compared on a site", compared / NULL_SITES),
    ]


def _of_experiments() -> list[Result]:
    results = []
    for share, held, a_day in ((0.3, 0.5, 10.0), (0.1, 0.1, 10.0), (0.1, 0.1, 60.0)):
        for lift in (0.0, 0.05):
            found = truth_experiments.watch_experiments(
                share=share, lift=lift, held=held, readers_a_day=a_day, seed=7,
                experiments=EXPERIMENTS,
            )  # fmt: skip
            what = f"experiments, {share:.0%} come, {held:.0%} held, {a_day:.0f} a day, +{lift:.0%}"
            if not lift:
                results += [
                    Result("truth", f"{what}: false verdict", found.false_verdicts, "<= 0.05"),
                    Result("truth", f"{what}: by single looks", found.false_of_single_looks),
                    Result("truth", f"{what}: width to a single look's", found.price),
                ]
            else:
                results.append(Result("truth", f"{what}: found", found.found))
            results.append(Result("truth", f"{what}: coverage", found.coverage, ">= 0.95"))
    return results
