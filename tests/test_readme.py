"""Every sentence of the README is shown by a test or a command, and this file says by which.

So is what the README leaves to the how-to pages, by how these sentences begin.
"""

import ast
import re
import tomllib
from collections.abc import Iterator

import pytest

from tests.messages import ROOT

README = ROOT / "README.md"
WHEEL = "python -m tests.wheel"
DEMO = "tests/services/test_demo.py::test_the_demo_is_ready_works_ends_and_starts_again"
WITHOUT_A_PAGE = "tests/reports/test_wagtail_2469_9928.py::"
GROUPS = "tests/core/test_default_groups.py::test_each_permission_exists"
LINKS = "tests/test_documents.py::test_links_lead_somewhere"

#: How each sentence begins (a block of code by its first line), and what shows it: tests, targets
#: of the Makefile, modules that ``.ci/run`` runs.
SHOWN_BY: dict[str, tuple[str, ...]] = {
    "Adds to the article pages of any Wagtail site": (
        "tests/browser/test_reader.py::test_answer_a_survey_and_see_the_thanks",
        "tests/browser/test_reader.py::test_answer_the_nps_question",
        "tests/browser/test_reader.py::test_comment_wait_and_be_published",
        WHEEL,
    ),
    "It works out for each reader the probability": (
        "tests/loyalty/test_services.py::test_every_reader_has_the_score_of_their_cell",
        "tests/loyalty/test_services.py::test_silent_readers_are_told_once_each",
        "tests/newsletter/test_follow_ups.py::test_an_act_is_followed_up_once",
        "tests/services/test_mail_smtp.py::"
        "test_killed_processes_leave_no_duplicate_and_no_row_unaccounted_for",
    ),
    "Then it measures whether they returned": (
        "tests/loyalty/test_returns.py::test_histories_are_as_worked_out_by_hand",
        "tests/loyalty/test_experiments.py::test_both_groups_are_counted_as_by_hand",
    ),
    "Page views are not logged": (
        "tests/test_privacy.py::test_a_read_sets_no_cookie_and_changes_nothing",
        "tests/comments/test_admission.py::test_origins_are_forgotten",
        "tests/hanging/test_akismet.py::test_what_is_sealed_is_read_by_this_site_only",
        "tests/test_article.py::test_the_html_is_the_same_for_readers_who_acted_and_who_did_not",
    ),
    "make demo    # a magazine": ("make demo", "make test", DEMO),
    "You need make and Python": (
        "tests/test_wheel.py::test_the_versions_are_the_same_wherever_they_are_named",
    ),
    "`make demo` takes some minutes": (DEMO,),
    'pip install "wagtail-cx-feedback[all]"': (WHEEL,),
    "Python 3.11 to 3.14, Django 5.2": (
        WHEEL,
        "tests/test_wheel.py::test_the_versions_are_the_same_wherever_they_are_named",
    ),
    "In the settings; leave out the last two lines": (
        "tests/core/test_rooms.py::test_an_app_is_listed_once",
    ),
    "import cx_feedback": (WHEEL, "tests/test_wheel.py::test_the_readme_makes_a_site"),
    "The URLs, before Wagtail's own": (WHEEL,),
    'path("feedback/"': (WHEEL, "tests/test_wheel.py::test_the_readme_makes_a_site"),
    "from cx_feedback.comments.blocks": (
        WHEEL,
        "tests/test_wheel.py::test_the_readme_makes_a_site",
    ),
    "The template of those pages": (
        WHEEL,
        "tests/browser/test_reader.py::test_agree_to_visits_and_change_one_s_mind",
    ),
    "{% load wagtailcore_tags": (WHEEL, "tests/test_wheel.py::test_the_readme_makes_a_site"),
    "Then `manage.py makemigrations`": (WHEEL,),
    "`manage.py cx_groups` makes": (GROUPS,),
    "`manage.py cx_work --forever` works out": (
        "tests/readers/test_jobs.py::test_it_does_every_job_of_the_beat_schedule",
        "tests/readers/test_jobs.py::test_forever_goes_on_until_it_is_told_to_end",
        "tests/services/test_worker.py::test_the_worker_knows_every_scheduled_task",
    ),
    "`manage.py cx_doctor` tries": (
        "tests/health/test_widgets.py::test_a_healthy_page",
        "tests/health/test_docs.py::test_every_problem_is_shown_by_a_test",
    ),
    "[All documents]": (LINKS,),
    "[Where to change what]": (LINKS,),
    "BSD-3-Clause": ("tests/test_readme.py::test_the_licence_is_that_of_the_package",),
}
#: What the README leaves to other documents, and what shows it there.
SHOWN_ELSEWHERE: dict[str, dict[str, tuple[str, ...]]] = {
    "docs/how-to/rooms.md": {
        "`cx_feedback.rooms()` adds what the named rooms need": (
            "tests/core/test_rooms.py::test_rooms_name_what_they_need",
            "tests/core/test_rooms.py::test_all_rooms_are_the_default_list",
        ),
        "Leave out the last two lines": ("tests/core/test_rooms.py::test_an_app_is_listed_once",),
        "The extra `all` installs what": (
            WHEEL,
            "tests/core/test_checks.py::test_each_room_has_the_extra_that_the_check_names",
        ),
        "For services there are": (
            "tests/test_readme.py::test_the_extras_are_those_of_the_package",
        ),
        "If a library is missing": ("tests/core/test_checks.py::test_a_library_that_a_room_needs",),
    },
    "docs/how-to/writing-the-field-out.md": {
        "These are all the blocks": (
            "tests/surveys/test_page.py::test_any_number_of_blocks_costs_two_queries",
        ),
        "A class of `StreamBlock`": (
            "tests/surveys/test_page.py::test_a_class_of_streamblock_has_the_block",
        ),
        "`{{ page.body }}` works too": (
            WITHOUT_A_PAGE + "test_a_comment_is_taken",
            WITHOUT_A_PAGE + "test_an_answer_stores_its_page",
            WITHOUT_A_PAGE + "test_a_page_preview_knows_its_page",
        ),
        "A page that shows the body of another page": (
            WITHOUT_A_PAGE + "test_what_is_served_within_a_page_leaves_the_page_its_place",
        ),
        "Without a page the comments show nothing": (
            WITHOUT_A_PAGE + "test_without_a_page_readers_see_nothing_and_developers_why",
            WITHOUT_A_PAGE + "test_a_preview_says_why_there_are_no_comments",
        ),
        "Each block has a template tag": (
            "tests/surveys/test_survey_access.py::"
            "test_the_form_of_a_page_brings_its_key_wherever_its_survey_was_found",
            WITHOUT_A_PAGE + "test_template_tags_know_the_page_as_well",
        ),
        "`{% cx_placed_surveys %}` shows": (
            "tests/surveys/test_placement.py::"
            "test_it_appears_on_every_page_until_it_is_unpublished",
            "tests/surveys/test_placement.py::test_sections_tags_languages_and_translations",
        ),
        "`{% cx_comment_counts articles as counts %}` counts": (
            "tests/comments/test_comment_counts.py::test_the_tag_counts_a_list_in_one_query",
            "tests/comments/test_comment_counts.py::test_the_tag_renders_what_the_block_renders",
        ),
    },
    "docs/how-to/dark-mode.md": {
        "The widgets follow the `color-scheme`": (
            "tests/browser/test_themes.py::test_a_part_of_a_page_has_its_own_scheme",
        ),
        "Everything else is set by custom properties": (
            "tests/core/test_theming.py::test_the_docs_name_every_custom_property_and_its_values",
        ),
    },
    "docs/how-to/celery.md": {
        "Celery updates results": (
            "tests/services/test_loop.py::test_cdnow_from_log_to_letters",
            "tests/services/test_loop.py::test_an_answer_is_folded_by_the_worker",
        ),
    },
    "docs/how-to/permissions.md": {
        "makes two groups": ("tests/core/test_default_groups.py::test_what_the_groups_open",),
    },
    "docs/reference/rest.md": {
        "feedback/api/v1/schema/": (
            "tests/test_schema.py::test_the_document_has_no_warnings_and_unique_names",
        ),
    },
}
ALL_PROOFS = {
    proof
    for shown in (SHOWN_BY, *SHOWN_ELSEWHERE.values())
    for proofs in shown.values()
    for proof in proofs
}
#: Where a sentence ends; the dots of versions don't end one.
END_OF_SENTENCE = re.compile(r"(?<=\.)\s+(?=[A-Z`\[*{])")
CODE = re.compile(r"^```[^\n]*\n(.*?)\n```$", re.M | re.S)


def iter_claims(text: str) -> Iterator[str]:
    """Yield the sentences of a README, and its blocks of code, without headings and pictures."""
    yield from CODE.findall(text)
    for line in CODE.sub("", text).splitlines():
        line = line.removeprefix("- ").strip()
        if line and not line.startswith(("#", "![")):
            yield from END_OF_SENTENCE.split(line)


CLAIMS = list(iter_claims(README.read_text(encoding="utf-8")))


def find_problem(proof: str) -> str:
    """Return what is wrong with a proof: a test or a command that isn't there; else ""."""
    if proof.startswith("make "):
        made = re.search(rf"^{proof.removeprefix('make ')}:", (ROOT / "Makefile").read_text(), re.M)
        return "" if made else "no such target"
    if proof.startswith("python -m "):
        return "" if f"bin/{proof}" in (ROOT / ".ci/run").read_text() else "not in .ci/run"
    path, _, name = proof.partition("::")
    if not (ROOT / path).exists():
        return "no such file"
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    return "" if name in names else "no such test"


def test_every_sentence_is_shown():
    assert len(CLAIMS) > 20
    unshown = [claim for claim in CLAIMS if not claim.startswith(tuple(SHOWN_BY))]
    assert unshown == []


def test_every_proof_is_of_a_sentence():
    assert [begins for begins in SHOWN_BY if not any(c.startswith(begins) for c in CLAIMS)] == []


@pytest.mark.parametrize("page", SHOWN_ELSEWHERE)
def test_what_the_readme_leaves_out_is_elsewhere(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [begins for begins in SHOWN_ELSEWHERE[page] if begins not in text] == []


def test_it_is_one_screen_long():
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 60


@pytest.mark.parametrize("proof", sorted(ALL_PROOFS))
def test_what_shows_it_exists(proof):
    assert find_problem(proof) == ""


@pytest.mark.parametrize(
    ("proof", "problem"),
    [
        ("make coffee", "no such target"),
        ("python -m tests.nothing", "not in .ci/run"),
        ("tests/nothing.py::test_it", "no such file"),
        ("tests/test_readme.py::test_nothing", "no such test"),
    ],
)
def test_what_does_not_exist_is_found(proof, problem):
    assert find_problem(proof) == problem


def test_a_new_sentence_is_found():
    claims = list(
        iter_claims("# Title\n\nIt sings. It dances.\n- One [link](x).\n\n```py\na\nb\n```")
    )
    assert claims == ["a\nb", "It sings.", "It dances.", "One [link](x)."]


def test_the_extras_are_those_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = (ROOT / "docs/how-to/rooms.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `\w+` \|.*\| `(\w+)` \|$", text, re.M)
    others = re.search(r"For services there are `(\w+)` and `(\w+)`", text)
    assert others
    assert {*table, *others.groups(), "all"} == {*project["optional-dependencies"]}


def test_the_licence_is_that_of_the_package():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["license"] == "BSD-3-Clause"
    assert "Redistribution and use in source and binary forms" in (ROOT / "LICENSE").read_text()
