"""A browser without scripts: opens pages, fills in their forms, follows where it is sent."""

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

from django.test import Client

OWN = {"HTTP_SEC_FETCH_SITE": "same-origin"}


@dataclass
class Form:
    """A form of a page: where it goes, and what it holds before anybody fills it in."""

    action: str
    method: str
    #: What is sent unless changed, by name.
    values: dict[str, str] = field(default_factory=dict)
    #: All names that can be filled in, those of unchecked boxes and of buttons too.
    names: set[str] = field(default_factory=set)


class Page(HTMLParser):
    """What a browser keeps of an HTML page: its words, its links and its forms."""

    def __init__(self, address: str, text: str) -> None:
        super().__init__()
        self.address, self.text = address, text
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._templates, self._area = 0, ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._templates += tag == "template"
        if self._templates:
            return
        if tag == "a" and "href" in found:
            self.links.append(urljoin(self.address, found["href"]))
        elif tag == "form":
            action = urljoin(self.address, found.get("action") or self.address)
            self.forms.append(Form(action, found.get("method", "get")))
        elif tag in ("input", "textarea", "select", "button") and self.forms:
            self._fill(self.forms[-1], tag, found)

    def handle_endtag(self, tag: str) -> None:
        self._templates -= tag == "template"
        self._area = "" if tag == "textarea" else self._area

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].values[self._area] += data.removeprefix("\n")

    def _fill(self, form: Form, tag: str, found: dict[str, str]) -> None:
        name, kind = found.get("name", ""), found.get("type", "")
        if not name:
            return
        form.names.add(name)
        if tag == "textarea":
            form.values[name] = ""
            self._area = name
        elif tag == "input" and (kind not in ("radio", "checkbox") or "checked" in found):
            form.values[name] = found.get("value", "on" if kind == "checkbox" else "")

    def form(self, action: str, **having: str) -> Form:
        """Return the first form whose address contains ``action`` and whose values are these."""
        for form in self.forms:
            if action in form.action and having.items() <= form.values.items():
                return form
        raise AssertionError(f"no form to {action} {having} in {self.address}:\n{self.text}")


class Browser:
    """One reader's browser, or an account's."""

    def __init__(self, account: Any = None) -> None:
        self.client = Client(enforce_csrf_checks=True, HTTP_HOST="localhost", **OWN)
        if account is not None:
            self.client.force_login(account)

    def open(self, address: str, status: int = 200) -> Page:
        """Return the page at ``address``."""
        response = self.client.get(address, follow=True)
        assert response.status_code == status, f"{address}: {response.status_code}"
        body = b"".join(response) if response.streaming else response.content
        return Page(address, body.decode())

    def submit(self, form: Form, status: int = 200, **values: str) -> Page:
        """Fill in ``values``, press the button, return the page that follows."""
        assert form.method == "post", form
        assert values.keys() <= form.names, f"{values.keys() - form.names} not in {form}"
        response = self.client.post(form.action, {**form.values, **values}, follow=True)
        assert response.status_code == status, (
            f"{form.action}: {response.status_code} {response.content.decode()[-2000:]}"
        )
        last = response.redirect_chain[-1][0] if response.redirect_chain else form.action
        return Page(urljoin(form.action, last), response.content.decode())

    def rest(self, address: str, body: Any = None, *, status: int = 201, method: str = "") -> Any:
        """Send ``body`` as JSON, or get; return what is answered."""
        method = method or ("get" if body is None else "post")
        data = None if body is None else json.dumps(body)
        send = getattr(self.client, method)
        response = (
            send(address) if data is None else send(address, data, content_type="application/json")
        )
        assert response.status_code == status, (
            f"{address}: {response.status_code} {response.content.decode()[-2000:]}"
        )
        return json.loads(response.content) if response.content else None
