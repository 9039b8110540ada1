"""How much memory posting and sending a mailing takes: ``python -m benchmarks.mailing_memory N``.

Run in a process of its own, on the database that a benchmark has set up; prints mebibytes.
"""

import os
import resource
import subprocess
import sys

#: Messages of the mailing that are sent: what a run holds does not depend on what waits.
SENT = 2000


def peak(recipients: int, *, database: str) -> float:
    """Return the most memory that a process held which posted to so many, in mebibytes."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.mailing_memory", str(recipients)],
        env={
            **os.environ,
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        },
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    return float(done.stdout.split()[-1])


def main(recipients: int) -> None:
    import django

    django.setup()
    from django.conf import settings

    from cx_feedback.mail import services
    from cx_feedback.mail.services import posting

    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    posting._nudge = lambda: None
    services.post_many(
        letter=services.write_letter(subject="News for {name}", text="Hello {name}"),
        mailing=f"memory:{recipients}",
        recipients=(
            services.Recipient(f"{n}", f"r{n}@example.org", variables={"name": f"Reader {n}"})
            for n in range(recipients)
        ),
    )
    services.send_due(limit=SENT)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


if __name__ == "__main__":
    main(int(sys.argv[1]))
