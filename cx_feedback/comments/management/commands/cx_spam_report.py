"""``cx_spam_report``: precision and recall of the spam classifier."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cx_feedback.comments.spam import learning, reporting, samples, written
from cx_feedback.comments.spam.bayes import Bayes, Sample
from cx_feedback.core import conf

#: The classifier alone, and with the scorer of links: what reads words without asking anybody.
WAYS = (("classifier", reporting.by_classifier), ("with links", reporting.by_words))


class Command(BaseCommand):
    """Prints how well the classifier tells spam from the rest."""

    help = (
        "Teach the spam classifier a fixed set of our own writing and print precision and recall "
        "on two fixed held-out sets, a generated one and a harder one; then the same on this "
        "site's own decisions, the newest fifth held out. With --learn the site's classifier is "
        "learnt anew as well. Writes nothing else; can be run at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--learn", action="store_true", help="learn from all decisions now")

    def handle(self, *args: Any, learn: bool = False, **options: Any) -> None:
        taught = samples.taught()
        self._print("Fixed set (generated, see spam/samples.py)", taught, samples.held_out())
        self._print("Fixed set, written one by one (spam/written.py)", taught, written.written())
        taught, held = reporting.parted(learning.samples())
        kinds = [sum(s.is_spam is kind for s in taught) for kind in (True, False)]
        if min(kinds) < learning.FEWEST:
            self.stdout.write(
                f"This site's decisions: too few ({kinds[0]} spam, {kinds[1]} good; "
                f"{learning.FEWEST} of each are needed)."
            )
        else:
            self._print("This site's decisions", taught, held)
        if learn:
            learnt = learning.learn()
            done = "learnt" if learnt.model else "too few, nothing learnt"
            self.stdout.write(f"{learnt.spam} spam, {learnt.good} good: {done}.")

    def _print(self, title: str, taught: list[Sample], held: list[Sample]) -> None:
        model = Bayes.trained(taught)
        self.stdout.write(f"{title}: {len(taught)} taught, {len(held)} held out")
        for name, by in WAYS:
            for border, points in conf.get("COMMENTS_SCORES").items():
                found = reporting.report(model, held, points=points, by=by)
                self.stdout.write(
                    f"  {name}, {points:g} points ({border}): "
                    f"precision {_share(found.precision)}, recall {_share(found.recall)} "
                    f"({found.caught} caught, {found.missed} missed, {found.wrong} wrongly)"
                )


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
