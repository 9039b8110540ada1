"""The report of a mutation run, and the survivors that are known."""

from collections import Counter, defaultdict
from pathlib import Path

#: Each mutant that may survive, with the reason.
KNOWN = Path(__file__).with_name("survivors.json")
#: The share of the mutants that change behaviour.
GOAL = 0.9


def report(outcomes: list[tuple[str, bool]], listed: dict[str, str]) -> int:
    """Print a table by module and what is wrong with it; return the exit status.

    ``outcomes`` are the mutants, each with whether it has survived, ``listed`` the reasons of those
    that may.
    """
    modules: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mutant, survived in outcomes:
        reason = listed.get(mutant, "new")
        kind = "noticed" if not survived else "same" if reason.startswith("same:") else "survived"
        modules[mutant.partition(":")[0]][kind] += 1
    print(f"{'mutants':>7} {'noticed':>7} {'same':>7} {'survived':>8}")
    for module, n in [*modules.items(), ("together", sum(modules.values(), Counter[str]()))]:
        counts = f"{n.total():7} {n['noticed']:7} {n['same']:7} {n['survived']:8}"
        print(f"{counts}  {module}")
    share = n["noticed"] / max(n.total() - n["same"], 1)
    print(f"\nNoticed: {share:.1%} of those that change behaviour (goal {GOAL:.0%}).")
    survivors = {mutant for mutant, survived in outcomes if survived}
    noticed = {mutant for mutant, survived in outcomes if not survived} - survivors
    new, needless = sorted(survivors - listed.keys()), sorted(noticed & listed.keys())
    for mutant in new:
        print(f"- Survived without a reason, add a test: {mutant}")
    for mutant in needless:
        print(f"- Noticed, take it off the list: {mutant}")
    for mutant in sorted(listed.keys() - survivors - noticed):
        print(f"- Listed but not drawn: {mutant}")
    return int(share < GOAL or bool(new or needless))
