"""Servers that refuse or never answer, and every act of a reader, measured."""

import contextlib
import itertools
import socket
import threading
import time

import pytest
from celery import current_app
from django.test import Client

from cx_feedback.comments.models import Comment, Policy, Rule, State
from cx_feedback.core.background import task_nudges, task_publisher
from cx_feedback.core.caching import deadlines, shared_cache
from cx_feedback.newsletter.models import MailingList
from tests.conftest import OWN, celery_app
from tests.pages import make_survey, make_widget, publish
from tests.surveys.conftest import GOOD

API = "/feedback/api/v1/"
#: Seconds that an act may take longer than with all well.
AT_MOST = 0.2
_numbers = itertools.count(1)
#: So different that none repeats another.
SENTENCES = (
    "The harbour at dusk reminded me of my grandmother.",
    "Who took the second photograph, please?",
    "Trains to the coast leave every hour in summer.",
    "My children asked for this recipe again yesterday.",
    "Could you write about the old lighthouse keeper next?",
    "We met him there, long before the bridge was built.",
    "Winter mornings smell of smoke and oranges.",
    "No map shows that path any more, does it?",
    "Every chapel needs somebody who keeps its key.",
    "Bees returned to our roof after seven quiet years.",
)

_sentences = itertools.cycle(SENTENCES)


class Mute:
    """A server that takes connections and never says a word; ``asked`` counts them."""

    def __init__(self):
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._kept = []
        self.asked = 0
        self.port = self._listening.getsockname()[1]
        threading.Thread(target=self._take, daemon=True).start()

    def _take(self):
        with contextlib.suppress(OSError):
            while True:
                self._kept.append(self._listening.accept()[0])
                self.asked += 1

    def close(self):
        self._listening.close()
        for taken in self._kept:
            taken.close()


@pytest.fixture
def mute():
    server = Mute()
    yield server
    server.close()


@pytest.fixture
def refused():
    """A port at which nobody listens."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as free:
        return free.getsockname()[1]


@pytest.fixture
def slow_names(monkeypatch):
    """Name resolution that hangs, but for addresses; the list of what was looked up."""
    asked, over = [], threading.Event()
    real = socket.getaddrinfo

    def hang(host, *args, **kwargs):
        if host in (None, "127.0.0.1", "localhost"):
            return real(host, *args, **kwargs)
        asked.append(host)
        over.wait(20)
        raise socket.gaierror("no such name")

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    monkeypatch.setattr(socket, "getfqdn", lambda name="": hang(name or "this.machine"))
    yield asked
    over.set()


@pytest.fixture
def publisher(monkeypatch):
    """A publisher of the test's own, so that no breaker is open from the test before."""
    made = task_publisher.TaskPublisher()
    monkeypatch.setattr("cx_feedback.core.background.task_nudges.publisher", made)
    return made


def refuse_connection(app):
    raise ConnectionError("The test is over")


@contextlib.contextmanager
def publishing(monkeypatch, publisher):
    """Give a function that has nudges published to the broker at an address."""

    # Other threads have the default app; this one may have another that a test imported, and
    # what is set on that alone leaves the tasks of the other threads eager.
    before = current_app._get_current_object()
    celery_app.set_current()

    def use(url):
        celery_app.conf.task_always_eager = False
        monkeypatch.setenv("CELERY_BROKER_WRITE_URL", url)
        return publisher

    eager = celery_app.conf.task_always_eager
    yield use
    # On a busy machine its thread may come to a nudge after the test. It would then connect to
    # the tests' own broker, with which tasks are eager, and run the task during the next test.
    publisher._connection_of = refuse_connection
    celery_app.conf.task_always_eager = eager
    before.set_current()


@pytest.fixture
def broker(monkeypatch, publisher):
    with publishing(monkeypatch, publisher) as use:
        yield use


class Acts:
    """What readers do, each act by one request that is answered as it should be."""

    NAMES = ("answer", "score", "write", "vote", "subscribe", "visit", "answer_by_form")

    def __init__(self, article):
        self.survey, self.widget = make_survey(), make_widget()
        self.list = MailingList.objects.create(name="Friday", consent_wording="I agree.")
        self.page = publish(
            article,
            ("survey", {"survey": self.survey.pk}),
            ("nps", {"widget": self.widget.pk}),
            ("comments", {}),
        )
        self.client = Client(**OWN)
        Policy.objects.create(page=self.page, rule=Rule.OPEN)
        self.write()
        self.comment = Comment.objects.get()
        assert self.comment.state == State.PUBLISHED
        self.client = Client(**OWN)  # another reader, who did not write it
        self.client.post("/feedback/consent/", {"agree": "yes", "page": self.page.pk})

    def _post(self, path, body, status):
        response = self.client.post(API + path, body, content_type="application/json")
        assert response.status_code == status, response.content
        return response

    def answer(self):
        answers = {"q-choice": GOOD, "q-scale": 3}
        body = {"page": self.page.pk, "answers": answers}
        self._post(f"surveys/{self.survey.pk}/responses/", body, 201)

    def answer_by_form(self):
        form = {"page": self.page.pk, "answers.q-choice": GOOD, "answers.q-scale": "3"}
        response = self.client.post(f"/feedback/surveys/{self.survey.pk}/", form)
        assert response.status_code == 303, response.content

    def score(self):
        body = {"page": self.page.pk, "answers": {"score": 9}}
        self._post(f"nps/{self.widget.pk}/responses/", body, 201)

    def write(self, **more):
        text = next(_sentences)
        body = {"page": self.page.pk, "name": "Ana", "text": text, "seconds": 30, **more}
        return self._post("comments/", body, 201)

    def vote(self):
        self._post(f"comments/{self.comment.pk}/votes/", {"value": 1}, 200)

    def subscribe(self):
        body = {"email": f"ana{next(_numbers)}@example.org", "page": self.page.pk}
        self._post("subscriptions/", body, 202)

    def visit(self):
        response = self.client.post(f"{API}visits/", {}, content_type="application/json")
        assert response.status_code < 300

    def seconds(self, before=lambda: None, names=NAMES):
        """Return how long each act takes at best, by its name; ``before`` is called before each.

        The best of three: the machine may be busy, a server that hangs hangs each time.
        """
        took = {}
        for name in tuple(names) * 3:
            before()
            begun = time.perf_counter()
            getattr(self, name)()
            seconds = time.perf_counter() - begun
            took[name] = min(seconds, took.get(name, seconds))
        return took


def wait_until(holds, seconds=20):
    """Return whether ``holds()`` comes true in that time."""
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return holds()


@pytest.fixture
def acts(article):
    return Acts(article)


@pytest.fixture
def no_act_waits(acts):
    """A context: what is done inside takes every act at most ``AT_MOST`` longer."""

    def late_acts(well, ill):
        late = {name: ill[name] - well[name] for name in ill}
        return {name: seconds for name, seconds in late.items() if seconds > AT_MOST}

    def close_breakers():
        deadlines._workers.reset()  # with all of them hanging nothing would be tried
        shared_cache.cache.breaker.succeeded()
        task_nudges.publisher.breaker.succeeded()

    @contextlib.contextmanager
    def measured():
        well = acts.seconds()
        yield
        late = late_acts(well, acts.seconds(close_breakers))
        if late:  # a busy machine has a quiet moment, a server that hangs has none
            late = late_acts(well, acts.seconds(close_breakers, late))
        assert not late

    return measured
