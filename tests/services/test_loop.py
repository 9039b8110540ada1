"""The loop on real input: who came when, who fell silent, and exactly one letter to each.

The log of CDNOW is imported as visits; some of its people are subscribers of the newsletter; a
real worker posts and sends what the editors' rule asks for.
"""

import csv

import pytest
from django.core.management import call_command

from cx_feedback.loyalty import services as loyalty
from cx_feedback.mail import tasks as mail
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import tasks as newsletter
from cx_feedback.newsletter.models import FollowUpRule, MailingList, Subscription
from cx_feedback.readers.models import Reader
from cx_feedback.surveys.models import Response, Tally
from tests.conftest import OWN
from tests.pages import make_survey
from tests.services.conftest import wait_for
from tests.shared_data import shared_file

pytestmark = [pytest.mark.services]
LAST_DAY = "1998-06-30"


@pytest.fixture
def silent_rule(transactional_db) -> FollowUpRule:
    letter = MailingList.objects.create(name="Letter", from_email="site@example.org")
    return FollowUpRule.objects.create(
        name="We miss you",
        active=True,
        trigger=FollowUpRule.Trigger.SILENT,
        mailing_list=letter,
        subject="It has been a while, {name|dear reader}",
        body="<p>What would bring you back?</p>",
    )


def subscribe_some(tmp_path, every: int) -> set[str]:
    """Import each ``every``-th reader as a subscriber; return the addresses."""
    ids = list(Reader.objects.order_by("external_id").values_list("external_id", flat=True))
    path = tmp_path / "subscribers.csv"
    with path.open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["email", "reader", "consent_date"])
        rows.writerows([f"p{i}@example.org", i, "1998-01-01"] for i in ids[::every])
    call_command("cx_import_subscribers", str(path), list="Letter", consent_wording="Yes.")
    return {f"p{i}@example.org" for i in ids[::every]}


def run_tasks_twice() -> None:
    """Queue every task of writing back two times, as a broker that delivers twice would."""
    for task in (
        newsletter.find_missed_activities,
        newsletter.dispatch_follow_ups,
        mail.send_due_deliveries,
        mail.recover_expired_leases,
    ) * 2:
        task.delay()


def settled() -> bool:
    """Return whether nothing is left to post or to send."""
    open_states = (Delivery.State.PENDING, Delivery.State.CLAIMED, Delivery.State.SENDING)
    return not Delivery.objects.filter(state__in=open_states).exists()


def test_cdnow_from_log_to_letters(worker, sink, silent_rule, tmp_path):
    log = shared_file("cdnow_master.txt")
    call_command(
        "cx_import_activity", str(log), reader_column="1", date_column="2", date_format="%Y%m%d"
    )
    assert Reader.objects.count() == 23_570
    subscribed = subscribe_some(tmp_path, every=10)
    assert Subscription.objects.filter(state="confirmed").count() == len(subscribed)

    call_command("cx_score_loyalty", "--as-of", LAST_DAY)
    at_risk = Reader.objects.filter(tier="at_risk").values_list("external_id", flat=True)
    wanted = {f"p{i}@example.org" for i in at_risk} & subscribed
    assert 20 < len(wanted) < len(subscribed)
    run_tasks_twice()
    wait_for(lambda: len(sink.messages) >= len(wanted) and settled(), seconds=120)

    call_command("cx_score_loyalty", "--as-of", LAST_DAY)
    loyalty.announce_silences()
    run_tasks_twice()
    wait_for(settled)
    assert sorted(m["To"] for m in sink.messages) == sorted(wanted)
    assert {m["List-Unsubscribe-Post"] for m in sink.messages} == {"List-Unsubscribe=One-Click"}


@pytest.mark.broker
def test_an_answer_is_folded_by_the_worker(worker, client, article):
    survey = make_survey()
    response = client.post(
        f"/feedback/api/v1/surveys/{survey.pk}/responses/",
        {"page": article.pk, "answers": {"q-choice": "c-good"}},
        content_type="application/json",
        **OWN,
    )
    assert response.status_code == 201
    # No call here: the nudge that the answer itself sent on commit does it.
    wait_for(lambda: Response.objects.filter(folded=True).exists())
    assert Tally.objects.filter(survey=survey).exists()
