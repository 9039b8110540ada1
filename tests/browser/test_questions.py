"""Every type of question in one survey: by keyboard alone, with JavaScript and without it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from cx_feedback.surveys import services
from cx_feedback.surveys.models import Response, Survey
from tests.pages import publish
from tests.surveys.questions.asking import BLOCKS, items, raw

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
both_ways = pytest.mark.parametrize("javascript", [True, False], ids=["js", "plain"])

#: Type to the keys that answer it, once the focus is on its first field.
KEYS = {
    # Arrows walk the choices; where the order is random, letters and boxes are used instead.
    "choice": ["Space"],
    "choices": ["Space", "Tab", "Space"],
    "dropdown": ["Another", "Tab", "purple"],
    "rating": ["Space", "ArrowRight", "ArrowRight"],
    "scale": ["Space", "ArrowRight"],
    "nps": ["Space", "ArrowLeft"],
    "csat": ["Space", "ArrowRight", "ArrowRight", "ArrowRight"],
    "ces": ["Space", "ArrowLeft"],
    "emotion": ["Space"],
    "ranking": ["2", "Tab", "3", "Tab", "1"],
    "matrix": ["Space", "ArrowRight", "Tab", "Space"],
    "number": ["42"],
    "short_text": ["One line"],
    "text": ["Two", "Enter", "lines"],
    "email": ["ana@example.org"],
    "date": ["05312026"],
    "consent": ["Space"],
}
NAMED = ("Space", "Tab", "Enter", "ArrowRight", "ArrowLeft")


def ask(article, **changed) -> Survey:
    """Publish a survey of every type on the article."""
    stream = [raw(kind, shuffle=False, **changed) for kind in BLOCKS]
    survey = services.publish_survey(survey=Survey(title="All of them", questions=stream))
    publish(article, ("survey", {"survey": survey.pk}))
    return survey


def press(page: Page, keys: list[str]) -> None:
    """Press named keys, type the others."""
    for key in keys:
        if key in NAMED:
            page.keyboard.press(key)
        else:
            page.keyboard.type(key)


def tab_to(page: Page, kind: str) -> None:
    """Press Tab until a field of this question has the focus."""
    inside = f"(document.activeElement?.name ?? '').match(/^answers.q-{kind}(\\.|$)/)"
    for _n in range(12):
        if page.evaluate(inside):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to the question of {kind}")


@both_ways
def test_every_type_is_answered_by_keyboard_alone(open_reader, article, javascript):
    ask(article)
    page = open_reader(javascript)
    page.goto(article.url)
    page.locator("[name='answers.q-choice']").first.focus()
    for kind, keys in KEYS.items():
        tab_to(page, kind)
        press(page, keys)
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.locator(".cx-survey .cx-thanks")).to_be_visible()
    assert Response.objects.get().answers == {
        "q-choice": "red",
        "q-choices": ["red", "green"],
        "q-dropdown": {"other": "purple"},
        "q-rating": 3,
        "q-scale": 2,
        "q-nps": 10,
        "q-csat": 4,
        "q-ces": 7,
        "q-emotion": "sad",
        "q-ranking": ["cats", "ants", "bees"],
        "q-matrix": {"speed": "fair", "price": "poor"},
        "q-number": 42,
        "q-short_text": "One line",
        "q-text": "Two\nlines",
        "q-email": "ana@example.org",
        "q-date": "2026-05-31",
        "q-consent": True,
    }


@both_ways
def test_wrong_answers_of_every_sort_stay_and_are_named(open_reader, article, javascript):
    """Two in the same place, another choice without words, a row left out: the server says so."""
    ask(article, required=True)
    page = open_reader(javascript)
    page.goto(article.url)
    page.locator("form[data-cx-api*=surveys]").evaluate("form => form.noValidate = true")
    page.locator("[name='answers.q-choice'][value=':other']").check()
    for key in ("ants", "bees"):
        page.locator(f"[name='answers.q-ranking.{key}']").select_option("1")
    page.locator("[name='answers.q-matrix.price'][value=good]").check(force=True)
    page.get_by_label("Question of email").fill("ana@")
    page.get_by_role("button", name="Send").click()
    wrong = page.locator(".cx-survey :is(fieldset, .cx-field) > .cx-error")
    expect(wrong).to_have_count(len(BLOCKS))
    for words in (
        "Write your own answer",
        "Position 1 is used twice: “Ants” and “Bees”",
        "“Speed” too",
    ):
        expect(wrong.filter(has_text=words)).to_have_count(1)
    expect(page.locator("[name='answers.q-ranking.bees']")).to_have_value("1")
    expect(page.get_by_label("Question of email")).to_have_value("ana@")
    assert page.get_by_label("Question of email").evaluate("e => e.ariaInvalid") == "true"
    described = page.get_by_label("Question of email").get_attribute("aria-describedby").split()
    texts = [page.locator(f"[id='{name}']").inner_text() for name in described]
    assert texts == ["Help with email", "Write an email address, such as name@example.org."]
    assert not Response.objects.exists()
    if javascript:  # which axe needs
        found = Axe().run(page, context=".cx-survey")
        assert found.violations_count == 0, found.generate_report()


def test_a_page_is_left_when_what_it_asks_is_answered(open_reader, article):
    """What HTML alone cannot say of boxes, rankings and other words is said on their page."""
    stream = [
        raw("choices", required=True, shuffle=False),
        raw("ranking", shuffle=False),
        raw("choice", shuffle=False),
        {"type": "page_break", "id": "next", "value": {"label": "The next page"}},
        raw("short_text"),
    ]
    survey = services.publish_survey(survey=Survey(title="Two pages", questions=stream))
    publish(article, ("survey", {"survey": survey.pk}))
    page = open_reader()
    page.goto(article.url)
    boxes, places = (page.locator(f"[name^='answers.q-{name}']") for name in ("choices", "ranking"))

    def told(field):
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_role("status").first).to_have_text("Page 1 of 2")
        expect(field).to_be_focused()
        return field.evaluate("field => field.validationMessage")

    assert told(boxes.first) == "Please answer this question."
    boxes.nth(2).check()
    assert told(boxes.first) == "Choose at least 2 answers."
    boxes.first.check()
    places.nth(1).select_option("1")
    assert told(places.first) == "Give every option a position."
    for place in (0, 2):
        places.nth(place).select_option("2")
    assert told(places.first) == "Use each position only once."
    places.first.select_option("3")
    page.locator("[name='answers.q-choice'][value=':other']").check()
    words = page.locator("[name='answers.q-choice.other']")
    assert told(words)
    words.fill("Mine")
    page.get_by_role("button", name="Next").click()
    expect(page.get_by_role("status").first).to_have_text("Page 2 of 2")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".cx-survey .cx-thanks").first).to_be_visible()
    answers = Response.objects.get().answers
    assert answers["q-choices"] == ["red", "blue"]
    assert answers["q-ranking"] == ["bees", "cats", "ants"]


def test_every_type_is_accessible_on_a_phone_in_light_and_dark(open_reader, article):
    ask(article)
    for scheme in ("light", "dark"):
        page = open_reader(color_scheme=scheme)
        page.goto(article.url)
        page.locator("[value=':other']").first.check(force=True)
        found = Axe().run(page, context=".cx-survey")
        assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # Keys of a scale are as wide as one row of them allows (test_scales.py).
    small = page.locator(".cx-survey").evaluate(
        """survey => [...survey.querySelectorAll("input, select, textarea, button")]
            .map((field) => [field, (field.closest("label") ?? field).getBoundingClientRect()])
            .filter(([field, { height, width }]) =>
              height && (height < 44 || width < (field.closest(".cx-scale") ? 24 : 44)))
            .map(([field]) => field.name)"""
    )
    assert small == []


def test_random_order_keeps_the_last_choice_and_the_html(open_reader, article):
    choices = items(*(f"c{n}" for n in range(12)))
    stream = [raw(kind, choices=choices) for kind in ("choice", "dropdown")]
    survey = services.publish_survey(survey=Survey(title="Mixed", questions=stream))
    publish(article, ("survey", {"survey": survey.pk}))
    given = [f"c{n}" for n in range(12)]
    plain, page = open_reader(javascript=False), open_reader()
    for reader in (plain, page):
        reader.goto(article.url)
    for kind, field in (("choice", "input[type=radio]"), ("dropdown", "option:not([value=''])")):
        orders = []
        for reader in (plain, page):
            found = reader.locator(f"fieldset {field}, select > {field}")
            values = found.evaluate_all("fields => fields.map((field) => field.value)")
            orders.append(values)
            assert values[-1] == ":other"
        assert orders[0][:-1] == given, kind
        assert orders[1] != orders[0], kind
        assert sorted(orders[1]) == sorted(orders[0])
    expect(page.locator("option").first).to_have_text("Choose…")


SHUFFLED = ("choice", "choices", "dropdown", "emotion", "ranking", "matrix")
ORDER = """form => [...form.querySelectorAll("[data-cx-shuffle]")].map((box) =>
  [...box.children].map((item) => (item.querySelector("input, select") ?? item)).map((field) =>
    field.tagName === "SELECT" || field.closest(".cx-matrix") ? field.name : field.value))"""


def ask_in_random_order(article) -> Survey:
    """Publish a survey of two pages whose choices, rows and places come in random order."""
    many = items(*(f"c{n}" for n in range(8)))
    lists = {"ranking": "choices", "matrix": "rows"}
    stream = [raw(kind, **{lists.get(kind, "choices"): many}) for kind in SHUFFLED]
    stream.insert(3, {"type": "page_break", "id": "next", "value": {"label": "The next page"}})
    survey = services.publish_survey(survey=Survey(title="Mixed", questions=stream))
    publish(article, ("survey", {"survey": survey.pk}))
    return survey


def test_random_order_stays_after_a_reload_and_a_step_back(open_reader, article):
    ask_in_random_order(article)
    page = open_reader()
    page.goto(article.url)
    form = page.locator(".cx-survey form")
    before = form.evaluate(ORDER)
    assert len(before) == len(SHUFFLED)
    assert [sorted(order) for order in before] != before
    page.locator("[name='answers.q-choice']").nth(3).check()
    for n in (1, 4):
        page.locator("[name='answers.q-choices']").nth(n).check()
    page.get_by_role("button", name="Next").click()
    page.locator("[name^='answers.q-ranking']").nth(2).select_option("1")
    page.reload()
    expect(page.get_by_role("status").first).to_have_text("Page 2 of 2")
    assert form.evaluate(ORDER) == before, "after a reload, with answers filled in"
    page.get_by_role("button", name="Back").click()
    assert form.evaluate(ORDER) == before, "after a step back"
    tab = page.context.new_page()
    tab.goto(article.url)
    assert tab.locator(".cx-survey form").evaluate(ORDER) == before, "in another tab"
    other = open_reader()
    other.goto(article.url)
    assert other.locator(".cx-survey form").evaluate(ORDER) != before, "another reader's is another"


def test_the_seed_is_gone_with_the_response_or_after_a_week(open_reader, article):
    survey = ask_in_random_order(article)
    page = open_reader()
    page.goto(article.url)
    seeds = "Object.keys(localStorage).filter((key) => key.startsWith('cx-order'))"
    assert page.evaluate(seeds) == [f"cx-order/feedback/api/v1/surveys/{survey.pk}/responses/"]
    page.evaluate("localStorage['cx-order/old'] = JSON.stringify({ until: Date.now() - 1 })")
    page.locator("[name='answers.q-choice']").first.check()
    page.get_by_role("button", name="Next").click()
    page.reload()
    assert len(page.evaluate(seeds)) == 1, "one whose week is over is gone"
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".cx-survey .cx-thanks").first).to_be_visible()
    assert page.evaluate(seeds) == []
    # A forbidden store leaves a random order, and the form.
    page = open_reader()
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })"
    )
    page.goto(article.url)
    expect(page.get_by_role("button", name="Next")).to_be_visible()


def test_every_order_is_as_likely(open_reader, article):
    """Each of four choices stands at each place about as often, and so does each order."""
    ask_in_random_order(article)
    page = open_reader()
    page.goto(article.url)
    counted = page.evaluate(
        """async () => {
          const { mix } = await import("/static/cx_feedback/surveys/random_order.js");
          const counted = {}, names = ["q.a", "q.b", "q.c", "q.d"];
          for (let n = 0; n < 24e3; n++) {
            const seed = Math.random() * 2 ** 32 | 0;
            const order = [...names].sort((x, y) => mix(seed, x) - mix(seed, y)).join();
            counted[order] = (counted[order] ?? 0) + 1;
          }
          return Object.values(counted);
        }"""
    )
    assert len(counted) == 24
    chi_square = sum((n - 1000) ** 2 / 1000 for n in counted)
    assert chi_square < 60, counted  # 23 degrees of freedom: above 60 once in 30,000 runs
