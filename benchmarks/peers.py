"""django-newsletter and django-post_office, in an environment of their own, to the same sink.

They are installed under .bench/peers the first time, used as their documentation says, and nothing
of them is copied. Each sends the words of ``words`` with its own way of filling them in, as text
and HTML, in one process with its defaults: django-post_office fills in when it queues and then
sends by five threads with a connection each; django-newsletter sends one by one over a connection
for each. ``python -m benchmarks.peers NAME PORT COUNT`` runs there: it prints seconds.
"""

import os
import subprocess
import sys
import time
import venv
from dataclasses import dataclass
from pathlib import Path

from benchmarks import words

FOLDER = Path(".bench/peers")
PINS = [
    "Django==5.2.19",
    "django-newsletter==1.2.1",
    "django-post_office==3.12.0",
    "sorl-thumbnail==13.4.0",
    "Pillow==13.0.0",
    "psycopg[binary]==3.3.9",
    "dj-database-url==3.1.2",
]


@dataclass(frozen=True)
class Took:
    """Seconds of one mailing: until all of it stood in the database, and of sending it."""

    queueing: float
    sending: float


def measure(name: str, *, port: int, count: int, database: str) -> Took:
    """Return how long ``name`` took for ``count`` mails to the sink at ``port``."""
    done = subprocess.run(
        [_python(), "-m", "benchmarks.peers", name, str(port), str(count)],
        env={**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": ""},
        capture_output=True,  # post_office tells of every hundred
        text=True,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Took(*map(float, done.stdout.split()[-2:]))


def _python() -> str:
    python = FOLDER / "bin/python"
    ready = FOLDER / ".ready"
    if not ready.exists() or ready.read_text() != "\n".join(PINS):
        venv.create(FOLDER, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PINS], check=True)
        ready.write_text("\n".join(PINS))
    return str(python)


_UNSUBSCRIBE = "{{ site_url }}{% url 'newsletter_unsubscribe_request' newsletter.slug %}"
#: django-newsletter asks for templates of the newsletter's own where readers are to be named.
_TEMPLATES = {
    "newsletter/message/bench/message_subject.txt": words.subject("{{ subscription.name }}"),
    "newsletter/message/bench/message.txt": (
        "Hello {{ subscription.name }},\n\n"
        "{% for article in message.articles.all %}"
        "{{ article.text|striptags|safe }}{% endfor %}\n\n"
        f"No more of these: {_UNSUBSCRIBE}\n"
    ),
    "newsletter/message/bench/message.html": (
        "<html><body>\n<p>Hello {{ subscription.name }},</p>\n"
        "{% for article in message.articles.all %}{{ article.text|safe }}{% endfor %}\n"
        f'<p><a href="{_UNSUBSCRIBE}">No more of these</a></p>\n</body></html>\n'
    ),
}


def _setup(port: int) -> None:
    import dj_database_url
    import django
    from django.conf import settings

    settings.configure(
        SECRET_KEY="only for benchmarks",
        DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"])},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        USE_TZ=True,
        SITE_ID=1,
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        ROOT_URLCONF="benchmarks.peers_urls",
        NEWSLETTER_THUMBNAIL="sorl-thumbnail",
        NEWSLETTER_USE_HTTPS=True,
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {
                    "loaders": [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                ("django.template.loaders.locmem.Loader", _TEMPLATES),
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ],
                },
            }
        ],
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.sites",
            "django.contrib.admin",
            "sorl.thumbnail",
            "newsletter",
            "post_office",
        ],
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def newsletter(count: int) -> Took:
    """Send one message to ``count`` subscribers by django-newsletter's own submission."""
    from django.contrib.sites.models import Site
    from newsletter.models import Article, Message, Newsletter, Submission, Subscription

    made = Newsletter.objects.create(
        title="Bench", slug="bench", email=words.SENDER, sender="Us", send_html=True
    )
    made.site.set(Site.objects.all())
    for n in range(count):
        name, address, _url = words.recipient(n)
        Subscription.objects.create(
            newsletter=made, name_field=name, email_field=address,
            subscribed=True, activation_code=f"{n:040}",
        )  # fmt: skip
    message = Message.objects.create(title="News", slug="news", newsletter=made)
    said = "\n".join(f"<p>{paragraph}</p>" for paragraph in words.PARAGRAPHS)
    Article.objects.create(post=message, title="News", text=said, sortorder=1)
    begun = time.monotonic()
    submission = Submission.from_message(message)
    submission.prepared = True
    submission.save()
    queued = time.monotonic()
    submission.submit()
    assert submission.sent
    return Took(queued - begun, time.monotonic() - queued)


def post_office(count: int) -> Took:
    """Send ``count`` mails by django-post_office's queue."""
    from post_office import mail
    from post_office.models import STATUS, Email, EmailTemplate

    template = EmailTemplate.objects.create(
        name="news",
        subject=words.subject("{{ name }}"),
        content=words.text("{{ name }}", "{{ url }}"),
        html_content=words.html("{{ name }}", "{{ url }}"),
    )
    begun = time.monotonic()
    mail.send_many(
        [
            {
                "recipients": [address],
                "sender": words.SENDER,
                "template": template,
                "context": {"name": name, "url": url},
                "headers": words.headers(url),
            }
            for name, address, url in map(words.recipient, range(count))
        ]
    )
    queued = time.monotonic()
    mail.send_queued_mail_until_done(processes=1, log_level=0)
    assert not Email.objects.exclude(status=STATUS.sent).exists()
    return Took(queued - begun, time.monotonic() - queued)


if __name__ == "__main__":
    _setup(int(sys.argv[2]))
    took = {"newsletter": newsletter, "post_office": post_office}[sys.argv[1]](int(sys.argv[3]))
    print(took.queueing, took.sending)
