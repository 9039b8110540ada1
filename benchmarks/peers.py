"""django-newsletter and django-post_office, in an environment of their own, to the same sink.

They are installed under .bench/peers the first time, used as their documentation says, and nothing
of them is copied. ``python -m benchmarks.peers NAME PORT COUNT`` runs there: it prints seconds.
"""

import os
import subprocess
import sys
import time
import venv
from pathlib import Path

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


def seconds(name: str, *, port: int, count: int, database: str) -> float:
    """Return how long ``name`` took to send ``count`` mails to the sink at ``port``."""
    done = subprocess.run(
        [_python(), "-m", "benchmarks.peers", name, str(port), str(count)],
        env={**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": ""},
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return float(done.stdout.split()[-1])


def _python() -> str:
    python = FOLDER / "bin/python"
    ready = FOLDER / ".ready"
    if not ready.exists() or ready.read_text() != "\n".join(PINS):
        venv.create(FOLDER, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PINS], check=True)
        ready.write_text("\n".join(PINS))
    return str(python)


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
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
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


def newsletter(count: int) -> float:
    """Send one message to ``count`` subscribers by django-newsletter's own submission."""
    from django.contrib.sites.models import Site
    from django.utils import timezone
    from newsletter.models import Article, Message, Newsletter, Submission, Subscription

    made = Newsletter.objects.create(
        title="Bench", slug="bench", email="us@example.org", sender="Us", send_html=True
    )
    made.site.set(Site.objects.all())
    people = [
        Subscription.objects.create(
            newsletter=made, name_field=f"Reader {n}", email_field=f"r{n}@example.org",
            subscribed=True, activation_code=f"{n:040}",
        )
        for n in range(count)
    ]  # fmt: skip
    message = Message.objects.create(title="News", slug="news", newsletter=made)
    Article.objects.create(
        post=message, title="News", text="What came out this week. " * 40, sortorder=1
    )
    submission = Submission.objects.create(
        newsletter=made, message=message, prepared=True, publish_date=timezone.now()
    )
    submission.subscriptions.set(people)
    begun = time.monotonic()
    submission.submit()
    return time.monotonic() - begun


def post_office(count: int) -> float:
    """Send ``count`` mails by django-post_office's queue, in one process."""
    from post_office import mail
    from post_office.models import STATUS, Email, EmailTemplate

    template = EmailTemplate.objects.create(
        name="news",
        subject="News for {{ name }}",
        content="Hello {{ name }}\n" + "What came out this week.\n" * 40,
        html_content="<p>Hello {{ name }}</p>" + "<p>What came out this week.</p>" * 40,
    )
    mail.send_many(
        [
            {
                "recipients": [f"r{n}@example.org"],
                "sender": "us@example.org",
                "template": template,
                "context": {"name": f"Reader {n}"},
            }
            for n in range(count)
        ]
    )
    begun = time.monotonic()
    mail.send_queued_mail_until_done(processes=1, log_level=0)
    assert not Email.objects.exclude(status=STATUS.sent).exists()
    return time.monotonic() - begun


if __name__ == "__main__":
    _setup(int(sys.argv[2]))
    print({"newsletter": newsletter, "post_office": post_office}[sys.argv[1]](int(sys.argv[3])))
