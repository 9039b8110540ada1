"""Readers of a survey who know nothing but what their page or the REST API tells them.

Each notes what it answered in the words that it saw; nothing here looks into the database.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from bs4 import BeautifulSoup
from django.test import Client

from tests.conftest import OWN


@dataclass
class Question:
    """A question as it was seen: its label, and the words of each answer by what is sent for it."""

    key: str
    label: str
    #: Form field or JSON value by the words beside it; None for a text.
    offered: dict[str, Any] | None


@dataclass
class Reader:
    """One reader; ``pick`` says which of the answers on offer it takes."""

    survey_id: int
    pick: int
    number: int
    client: Client = field(default_factory=Client)
    #: (label of the question, words of the answer), as they were seen.
    noted: dict[str, tuple[str, str]] = field(default_factory=dict)
    done: bool = False

    @property
    def headers(self):
        # Without scripts equal answers of one browser are a repetition.
        return {"HTTP_USER_AGENT": f"Reader {self.number}", **OWN}

    def choose(self, question):
        """Return the answer to send, and note it in words."""
        if question.offered is None:
            self.noted[question.key] = (question.label, "words")
            return "words"
        words = list(question.offered)
        chosen = words[(self.pick + len(question.key)) % len(words)]
        self.noted[question.key] = (question.label, chosen)
        return question.offered[chosen]

    def open_form(self):
        page = self.client.get(f"/feedback/surveys/{self.survey_id}/ask/", **self.headers)
        self.form = read_form(page.content.decode())
        self.done = self.form is None  # closed

    def post_json(self, url, body):
        response = self.client.post(url, json.dumps(body), "application/json", **self.headers)
        assert response.status_code == 201, response.content.decode()
        self.done = True


def read_form(html):
    """Return the form of a page, None for one without."""
    return BeautifulSoup(html, "html.parser").find("form", id=lambda name: name is not None)


def read_questions(form):
    """Return the questions in a form, or a part of it, by key."""
    found = {}
    for box in form.find_all(attrs={"data-cx-q": True}):
        key, label = box["data-cx-q"], box.find(["legend", "label"])
        radios = box.find_all("input", type="radio")
        if radios:
            offered = {}
            for radio in radios:
                words = tag_of(radio.find_parent("label").get_text(" ", strip=True))
                if radio.get("data-cx-type") == "number":
                    words = f"{words}/{radios[-1]['value']}"
                offered[words] = radio["value"]
            found[key] = Question(key, tag_of(label.get_text(" ", strip=True)), offered)
        elif box.find("textarea"):
            found[key] = Question(key, tag_of(label.get_text(" ", strip=True)), None)
    return found


def tag_of(label):
    """Return the first word of a label, which editors never change."""
    return label.split()[0]


def hidden_fields(form, *, scripts):
    """Return the hidden fields that are sent, as numbers where the page's script makes them so."""
    found = {}
    for box in form.find_all("input", type="hidden"):
        kind = box.get("data-cx-type")
        if scripts and kind == "skip":
            continue
        value = int(box["value"]) if scripts and kind == "number" else box["value"]
        found.setdefault(box["name"], []).append(value)
    return found


class WithScripts(Reader):
    """Has the whole survey on the page, and sends it at once."""

    def begin(self):
        self.open_form()

    def go_on(self):
        questions, flow = read_questions(self.form), self.form.find("script")
        items = json.loads(flow.string) if flow else [{"key": key} for key in questions]
        body = {name: values[0] for name, values in hidden_fields(self.form, scripts=True).items()}
        body["answers"] = given = {}
        page = True
        for item in items:  # as splitIntoPages in routing.js
            rules = item.get("show_if", {}).get("rules", ())
            shown = all(given.get(rule["question"]) == rule["value"] for rule in rules)
            if item.get("page_break"):
                page = shown
            elif shown and page and item["key"] in questions:
                value = self.choose(questions[item["key"]])
                given[item["key"]] = int(value) if value.isdigit() else value
        self.post_json(self.form["data-cx-api"], body)


class WithoutScripts(Reader):
    """Posts each form that it is given."""

    def begin(self):
        self.open_form()

    def go_on(self):
        for hidden in self.form.find_all("template"):
            hidden.decompose()
        data = hidden_fields(self.form, scripts=False)
        for key, question in read_questions(self.form).items():
            data[f"answers.{key}"] = self.choose(question)
        response = self.client.post(self.form["action"], data, **self.headers)
        assert response.status_code in (200, 303), response.content.decode()
        self.form = read_form(response.content.decode())
        self.done = self.form is None


class Program(Reader):
    """Asks over REST, and says the version that it was told."""

    says_version = True

    def begin(self):
        url = f"/feedback/api/v1/surveys/{self.survey_id}/"
        self.survey = self.client.get(url, **self.headers).json()

    def go_on(self):
        given, page = {}, True
        for asked in self.survey["questions"]:
            rules = asked["show_if"]["rules"]
            shown = all(given.get(rule["question"]) == rule["value"] for rule in rules)
            if asked["type"] == "page_break":
                page = shown
            elif shown and page and asked["asks"] and self.describe(asked).offered != {}:
                given[asked["key"]] = self.choose(self.describe(asked))
        body = {"answers": given}
        if self.says_version:
            body["version"] = self.survey["version"]
        self.post_json(f"{self.survey['url']}responses/", body)

    def describe(self, asked):
        offered = None
        if asked["type"] == "choice":
            offered = {tag_of(one["label"]): one["key"] for one in asked["options"]["choices"]}
        elif asked["type"] == "scale":
            low, high = asked["options"]["low"], asked["options"]["high"]
            offered = {f"{n}/{high}": n for n in range(low, high + 1)}
        return Question(asked["key"], tag_of(asked["label"]), offered)


class ProgramWithoutVersion(Program):
    """Asks over REST, and names no version."""

    says_version = False


KINDS = (WithScripts, WithoutScripts, Program, ProgramWithoutVersion)
