"""Run the probe, each part after the other."""

import logging
import shutil
import sys
import time

import django


def main() -> None:
    django.setup()
    import wagtail
    from django.conf import settings
    from django.db import connection

    from . import admin, commands, content, readers, tutorial

    python = ".".join(map(str, sys.version_info[:2]))
    where = f"Python {python}, Django {django.__version__}, Wagtail {wagtail.__version__}"
    # Of 400 and 405 nothing needs to be said: they are asked for.
    logging.getLogger("django.request").setLevel(logging.ERROR)
    shutil.rmtree(settings.EMAIL_FILE_PATH, ignore_errors=True)
    began = time.monotonic()
    followed = tutorial.follow()
    content.make_accounts()
    page = content.publish_article()
    readers.answer_survey(page.pk)
    readers.answer_nps(page.pk)
    readers.comment(page.pk)
    readers.act_on_comments()
    readers.consent()
    readers.subscribe()
    readers.read_on()
    content.fill_admin(page)
    addresses = admin.open_all()
    names = commands.run_all(followed)
    print(
        f"{where}, {connection.vendor}: readers' acts, {addresses} admin addresses and"
        f" {len(names)} commands in {time.monotonic() - began:.0f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
