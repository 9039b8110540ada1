"""How much memory a mailing takes: ``python -m benchmarks.mailing_memory PORT N``.

Posts to N recipients and sends all of it to the sink at PORT, in a process of its own, on the
database that a benchmark has set up; prints mebibytes.
"""

import os
import subprocess
import sys
import time


def peak(recipients: int, *, database: str, port: int) -> float:
    """Return the most memory that a process held which wrote to so many, in mebibytes."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.mailing_memory", str(port), str(recipients)],
        env={
            **os.environ,
            "DATABASE_URL": database,
            "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        },
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    print(done.stdout, end="", flush=True)
    return float(done.stdout.split()[-1])


def main(port: int, recipients: int) -> None:
    import django

    django.setup()
    from benchmarks import bench_mail
    from benchmarks.memory import read_peak_memory
    from cx_feedback.mail import services

    bench_mail.use(port)
    begun = time.monotonic()
    bench_mail.post(f"memory:{recipients}", recipients)
    posted = time.monotonic()
    assert services.send_due().sent == recipients
    ended = time.monotonic()
    print(
        f"{recipients:,} recipients: posted in {posted - begun:.0f} s, "
        f"sent in {ended - posted:.0f} s, MiB",
        read_peak_memory(),
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
