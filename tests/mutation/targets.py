"""What is mutated: modules whose mistakes nobody would see, and the tests that must see them."""

from pathlib import Path

PACKAGE = Path("cx_feedback")
_SCORES = ["tests/surveys/test_scores_and_intervals.py", "tests/core/test_statistics.py"]
_FLOW = [
    "tests/surveys/flow",
    "tests/surveys/test_services.py",
    "tests/surveys/responses/test_states.py",
    "tests/surveys/test_readers_in_the_middle.py",
]
_QUOTAS = [
    "tests/surveys/flow/test_places.py",
    "tests/surveys/responses/test_states.py",
    "tests/surveys/test_versions.py",
]
_STATES = [
    "tests/comments/test_services.py",
    "tests/comments/test_admission.py",
    "tests/comments/test_revisions.py",
    "tests/comments/test_rest_decisions.py",
    "tests/comments/test_admin.py",
    "tests/comments/test_objections.py",
    "tests/comments/test_acts.py",
    "tests/comments/test_decided_spam.py",
]
_RULES = ["tests/comments/test_policies.py", "tests/comments/test_services.py"]
_INITIAL = ["tests/comments/test_admission.py", "tests/comments/test_revisions.py"]
_ELIGIBILITY = [
    "tests/newsletter/test_follow_ups.py",
    "tests/newsletter/test_quiet.py",
    "tests/newsletter/test_conditions.py",
    "tests/newsletter/test_dry_run.py",
    "tests/newsletter/test_experiments.py",
]
_TIERS = [
    "tests/loyalty/test_tiers.py",
    "tests/loyalty/test_tier_transitions.py",
    "tests/loyalty/test_services.py",
    "tests/loyalty/test_runs.py",
]
_DISCLOSURE = [
    "tests/surveys/results/test_blocks.py",
    "tests/surveys/results/test_disclosure.py",
    "tests/surveys/results/test_small_bars.py",
]

#: Modules to the tests that are run against their mutants.
TARGETS: dict[str, list[str]] = {
    "surveys/results/scores_and_intervals.py": _SCORES,
    "core/statistics.py": _SCORES,
    "surveys/flow/condition_operators.py": _FLOW,
    "surveys/flow/endings.py": _FLOW,
    "surveys/flow/quotas_by_version.py": _QUOTAS,
    "surveys/flow/quotas.py": _QUOTAS,
    "surveys/flow/routing.py": _FLOW,
    "comments/services/transitions.py": _STATES,
    "comments/services/decisions.py": _STATES,
    "comments/services/revisions.py": _STATES,
    "comments/submission/initial_state.py": _INITIAL,
    "comments/submission/auto_close.py": _RULES,
    "comments/submission/page_rules.py": _RULES,
    "newsletter/rules/follow_up_eligibility.py": _ELIGIBILITY,
    "newsletter/rules/hold_back.py": _ELIGIBILITY,
    "newsletter/rules/quiet_hours.py": _ELIGIBILITY,
    "loyalty/scoring/tier_rules.py": _TIERS,
    "loyalty/scoring/tier_transitions.py": _TIERS,
    "surveys/results/disclosure/__init__.py": _DISCLOSURE,
    "surveys/results/disclosure/small_cells.py": _DISCLOSURE,
    "surveys/results/disclosure/day_blocks.py": _DISCLOSURE,
    "surveys/results/disclosure/groups.py": _DISCLOSURE,
    "surveys/results/answer_disclosure.py": _DISCLOSURE,
}
