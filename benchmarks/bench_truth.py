"""Figures against a known truth: readers, sites and experiments that are simulated.

``SITES=50 make bench ROOM=truth`` sets how many sites are simulated for each figure, ``SEEDS=20``
how many worlds for each change of a whole site.
"""

from benchmarks import site, truth_changes, truth_loyalty, truth_worlds
from benchmarks.results import Result


def run() -> list[Result]:
    """Simulate, and compare what the screens say with what is so."""
    site.setup()
    return [*truth_changes.run(), *truth_worlds.run(), *truth_loyalty.run()]
