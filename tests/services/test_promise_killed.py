"""Workers that are killed while they remind and count again double no mail and forget none."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.db import connection

from cx_feedback.conversations.models import Conversation, PromiseClock, PromiseNotice
from cx_feedback.conversations.promise.recalculation import find_stale_clocks
from cx_feedback.mail.models import Delivery
from tests.conversations.promise.test_clocks import at, begin, make_promise

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

SEED, WORKERS, KILLS, CONVERSATIONS = 20, 3, 9, 150
WORK = """
import django
django.setup()
from cx_feedback.conversations import tasks
from cx_feedback.conversations.promise import recalculation
recalculation.BATCH_SIZE = 7
tasks.recalculate_due_times()
tasks.send_promise_notices()
"""


def start_worker():
    database = connection.settings_dict
    url = "postgres://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    return subprocess.Popen([sys.executable, "-c", WORK], env=environment)


def test_each_mail_is_queued_once_whoever_is_killed():
    chance, users = random.Random(SEED), get_user_model().objects
    group = Group.objects.create(name="Chiefs")
    users.create_user("ana", "ana@paper.example").groups.add(group)
    users.create_user("eva", "eva@paper.example").groups.add(group)
    ben = users.create_superuser("ben", "ben@paper.example")
    promise = make_promise(closing=None, remind_before=60, escalate_after=0, escalate_to=group)
    for _number in range(CONVERSATIONS):
        begin(at(1, 9), assignee=ben)
    promise.calendar.closing_days = "2026-06-02"
    promise.calendar.save()

    def count_left():
        due = PromiseClock.objects.exclude(remind_at=None, escalate_at=None).count()
        return due + find_stale_clocks().count()

    everything, killed = count_left(), 0
    workers = [start_worker() for _number in range(WORKERS)]
    end = time.monotonic() + 300
    while (left := count_left()) and time.monotonic() < end:
        # As many kills in each part of the work, whatever the speed of the machine.
        done = everything - left
        if killed < KILLS and done >= everything * (killed + chance.random()) / (KILLS + 1):
            number = chance.randrange(WORKERS)
            workers[number].send_signal(signal.SIGKILL)
            killed += 1
        for number, worker in enumerate(workers):
            if worker.poll() is not None:
                workers[number] = start_worker()
        time.sleep(0.02)
    for worker in workers:
        worker.kill()
        worker.wait(30)
    assert (count_left(), killed) == (0, KILLS)
    assert PromiseNotice.objects.count() == 2 * CONVERSATIONS
    addresses = list(Delivery.objects.values_list("address", flat=True))
    assert {one: addresses.count(one) for one in addresses} == dict.fromkeys(
        ("ana@paper.example", "ben@paper.example", "eva@paper.example"), CONVERSATIONS
    )
    assert set(Conversation.objects.values_list("due_at", flat=True)) == {at(1, 19)}
