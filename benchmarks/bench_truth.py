"""Figures against a known truth: readers, sites and experiments that are simulated.

``SITES=50 make bench ROOM=truth`` sets how many sites are simulated for each figure.
"""

from benchmarks import site, truth_loyalty, truth_worlds
from benchmarks.results import Result


def run() -> list[Result]:
    """Simulate, and compare what the screens say with what is so."""
    site.setup()
    return [*truth_worlds.run(), *truth_loyalty.run()]
