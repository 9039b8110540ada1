"""Rate limits as a server sees them: at most ⌈rate⌉ messages in any second, at even distances."""

import datetime
import heapq
import math
import random
from bisect import bisect_left
from itertools import pairwise

import pytest
from django.utils import timezone

from cx_feedback.mail import services
from cx_feedback.mail.models import Delivery, RateLimit
from cx_feedback.mail.services import rate_limits, slot_schedule
from cx_feedback.mail.services.slot_schedule import SlotSchedule
from tests.mail.test_pacing import Clock, clock, limit, post, times  # noqa: F401

pytestmark = pytest.mark.django_db


def fullest_second(moments):
    moments = sorted(moments)
    return max(bisect_left(moments, at + 1) - place for place, at in enumerate(moments))


@pytest.mark.parametrize("per_minute", [7, 60, 61, 90, 119, 120, 600, 1000, 6000, 100_000])
def test_moments_are_so_far_apart_that_no_second_has_more(per_minute):
    apart = rate_limits.compute_interval(per_minute).total_seconds()
    late = rate_limits.MAX_DELAY.total_seconds()
    most = math.ceil(per_minute / 60)
    # The first as late as it may be, all others on time: the fullest second there can be.
    moments = [late, *(n * apart for n in range(1, 2 * most + 2))]
    assert fullest_second(moments) <= most
    assert (
        apart <= 1.0501 * max(60 / per_minute, 1 / most) + 2e-6
    )  # and hardly slower than asked for


@pytest.mark.parametrize("per_minute", [50, 60, 100, 600, 1800])
def test_no_second_has_more_than_the_limit(clock, times, per_minute):  # noqa: F811
    limit(per_minute)
    post(80)
    services.send_due()
    moments = [at for at, _domain in times]
    assert fullest_second(moments) <= math.ceil(per_minute / 60)
    gaps = [b - a for a, b in pairwise(moments)]
    # Evenly: nothing in bursts, and no more than committing takes between two claims.
    assert min(gaps) >= 60 / per_minute - 0.001
    assert (
        sorted(gaps)[len(gaps) // 2]
        <= rate_limits.compute_interval(per_minute).total_seconds() + 0.001
    )


class Worker:
    """A run that gets its messages' moments, now and then late: it sleeps too long, it hangs."""

    def __init__(self, clock, chance, slow):  # noqa: F811
        self.clock, self.chance, self.slow = clock, chance, slow
        self.now = clock.now + datetime.timedelta(seconds=chance.random())
        self.turns, self.left = SlotSchedule(), []

    def __lt__(self, other):
        return self.now < other.now

    def oversleep(self, seconds):
        self.clock.sleep(seconds + self.chance.random() ** 8 * 0.1)

    def send_one(self, deliveries):
        """Send one of its messages, or take moments for more; return what went out and when."""
        self.clock.now = self.now
        found = None
        if self.left:
            delivery = self.left.pop(0)
            self.turns.wait_for_slot(delivery)
            found = (self.clock.seconds, delivery)
            if self.chance.random() < self.slow:
                self.clock.sleep(self.chance.random())
        else:
            mine = [deliveries.pop() for _ in range(min(20, len(deliveries)))]
            slots = self.turns.reserve_slots(mine)
            self.left = sorted(
                (d for d in mine if self.turns.has_slot(d)), key=lambda d: slots.times[d.pk]
            )
            deliveries[:0] = [d for d in mine if not self.turns.has_slot(d)]
            self.clock.sleep(0.01)
        self.now = self.clock.now
        return found


@pytest.mark.parametrize("slow", [0, 0.3])
@pytest.mark.parametrize(("seed", "rates"), [(0, (600, 120)), (1, (240, 600))])
def test_several_workers_with_a_will_of_their_own_keep_both_limits(
    clock,  # noqa: F811
    monkeypatch,
    seed,
    rates,
    slow,
):
    limit(rates[0], name="provider")
    limit(rates[1], "slow.example", name="slow")
    post(45)
    post(15, "slow.example", mailing="series:2")
    deliveries = list(Delivery.objects.all())
    chance = random.Random(seed)
    chance.shuffle(deliveries)
    workers = [Worker(clock, chance, slow) for _ in range(4)]
    heapq.heapify(workers)
    sent = []
    while deliveries or any(worker.left for worker in workers):
        worker = heapq.heappop(workers)
        monkeypatch.setattr(slot_schedule.time, "sleep", worker.oversleep)
        if found := worker.send_one(deliveries):
            sent.append(found)
        heapq.heappush(workers, worker)
    everything = [at for at, _delivery in sent]
    slow_ones = [at for at, delivery in sent if delivery.address.endswith("slow.example")]
    assert (len(everything), len(slow_ones)) == (60, 15)
    assert fullest_second(everything) <= math.ceil(rates[0] / 60)
    assert fullest_second(slow_ones) <= math.ceil(rates[1] / 60)


def test_what_is_late_takes_another_moment_and_never_catches_up(clock):  # noqa: F811
    limit(600)
    post(10)
    deliveries = list(Delivery.objects.all())
    waiting = SlotSchedule()
    waiting.reserve_slots(deliveries)
    moments = []
    for place, delivery in enumerate(deliveries):
        if place == 3:
            clock.sleep(5)
        waiting.wait_for_slot(delivery)
        moments.append(clock.seconds)
    assert moments[3] > 5
    assert min(b - a for a, b in pairwise(moments)) >= 0.1
    assert RateLimit.objects.get().next_at > timezone.now()
