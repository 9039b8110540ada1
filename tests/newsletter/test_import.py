"""Subscribers from a file, with their consent, again and again."""

import pytest
from django.core.management import CommandError, call_command

from cx_feedback.newsletter import services
from cx_feedback.newsletter.models import MailingList, Subscription, Topic
from cx_feedback.readers.models import Reader

pytestmark = pytest.mark.django_db
HEAD = "email,reader,language,list,consent_wording,consent_date\n"


@pytest.fixture
def run(tmp_path, mailing_list, capsys):
    """Run the command on these lines; return what it wrote."""

    def call(text, *options):
        path = tmp_path / "subscribers.csv"
        path.write_text(text)
        call_command("cx_import_subscribers", str(path), *options)
        written = capsys.readouterr()
        return written.out, written.err

    return call


def test_confirmed_with_the_consent_of_the_file_and_repeatable(run):
    Reader.objects.create(external_id="00001")
    text = (
        HEAD
        + "Ana@Example.org,00001,es-MX,Friday letter,Sí quiero.,2025-03-31\n"
        + "zoe@example.org,,en,Friday letter,Yes.,2025-04-01 12:30\n"
    )
    out, err = run(text)
    assert "Added 2, changed 0" in out
    assert err == ""
    row = Subscription.objects.get(email="ana@example.org")
    assert (row.state, row.language, row.consent_wording) == ("confirmed", "es", "Sí quiero.")
    assert row.consent_source == "import"
    assert row.consent_at.isoformat().startswith("2025-03-30T22:00")  # midnight in Madrid
    assert (row.reader.external_id, row.reader.email) == ("00001", "ana@example.org")
    out, _ = run(text)
    assert "Added 0, changed 0, unchanged 2" in out
    assert Subscription.objects.count() == 2


def test_who_unsubscribed_stays_so(run):
    text = HEAD + "ana@example.org,,es,Friday letter,Yes.,2025-03-31\n"
    run(text)
    services.unsubscribe(subscription_id=Subscription.objects.get().pk)
    out, _ = run(text)
    assert "skipped because unsubscribed 1" in out
    assert Subscription.objects.get().state == "unsubscribed"
    services.subscribe(email="ana@example.org")  # a stranger, say: nobody confirms it
    out, _ = run(text)
    assert "skipped because unsubscribed 1" in out
    assert Subscription.objects.get().state == "pending"


def test_errors_name_their_line_and_good_lines_stay(run):
    Reader.objects.create(external_id="1", email="other@example.org")
    Reader.objects.create(external_id="2")
    out, err = run(
        HEAD
        + "good@example.org,2,es,Friday letter,Yes.,2025-03-31\n"
        + "bad,,es,Friday letter,Yes.,2025-03-31\n"
        + "a@example.org,,es,No such list,Yes.,2025-03-31\n"
        + "b@example.org,,es,Friday letter,,2025-03-31\n"
        + "c@example.org,,es,Friday letter,Yes.,31/03/2025\n"
        + "d@example.org,,es,Friday letter,Yes.,2999-01-01\n"
        + "e@example.org,99,es,Friday letter,Yes.,2025-03-31\n"
        + "f@example.org,1,es,Friday letter,Yes.,2025-03-31\n"
        + "other@example.org,2,es,Friday letter,Yes.,2025-03-31\n"
        + "short@example.org\n"
    )
    assert [line.partition(":")[0] for line in err.splitlines()] == [
        f"line {n}" for n in (3, 4, 5, 6, 7, 11, 8, 9, 10)
    ]
    assert "Added 1" in out
    assert "invalid 9" in out
    assert Subscription.objects.get().email == "good@example.org"


def test_nothing_kept_when_asked_so(run):
    with pytest.raises(CommandError):
        run(
            HEAD + "good@example.org,,es,Friday letter,Yes.,2025-03-31\nbad,,,,,\n",
            "--strict",
        )
    assert not Subscription.objects.exists()


def test_options_stand_in_for_columns(run):
    run(
        "email\nana@example.org\n",
        "--list=Monday letter",
        "--create-list",
        "--consent-wording=Yes.",
        "--consent-date=2025-03-31",
        "--language=es",
    )
    row = Subscription.objects.get()
    assert (row.mailing_list, row.language) == (MailingList.objects.get(name="Monday letter"), "es")


@pytest.mark.parametrize("head", ["mail,list\n", "email,colour\n", ""])
def test_a_heading_that_says_nothing_is_refused(run, head):
    with pytest.raises(CommandError):
        run(head + "x,y\n")
    with pytest.raises(CommandError):
        run("email\nx\n", "--list=No such list")


def test_an_export_comes_in_again_with_its_consent(run, admin_client, mailing_list, article):
    topic = Topic.objects.create(mailing_list=mailing_list, name="Tests")
    row = Subscription.objects.create(
        mailing_list=mailing_list, email="ana@example.org", name="Ana", language="es",
        time_zone="Europe/Madrid", consent_wording="Sí, «quiero».", consent_source="form",
        consent_page_id=article.pk,
    )  # fmt: skip
    row.topics.add(topic)
    services.confirm_subscription(subscription_id=row.pk)
    gone = Subscription.objects.create(
        mailing_list=mailing_list,
        email="zoe@example.org",
        consent_wording="Yes.",
        state="confirmed",
        consent_source="form",
    )
    services.unsubscribe(subscription_id=gone.pk)
    shown = ("name", "language", "time_zone", "state", "consent_wording", "consent_at",
             "consent_page_id", "consent_source", "topics__name")  # fmt: skip
    before = list(Subscription.objects.order_by("email").values_list(*shown))
    response = admin_client.get("/admin/cx-feedback/subscriptions/?export=csv")
    text = b"".join(response.streaming_content).decode()
    Subscription.objects.all().delete()
    out, err = run(text)
    assert err == ""
    assert "Added 2" in out
    assert list(Subscription.objects.order_by("email").values_list(*shown)) == before
    assert Subscription.objects.get(email="zoe@example.org").unsubscribed_at is not None


@pytest.mark.parametrize(
    ("column", "value"),
    [("topics", "None such"), ("time_zone", "Mars/Base"), ("state", "pending"),
     ("consent_page", "x")],
)  # fmt: skip
def test_new_columns_name_what_is_wrong(run, column, value):
    line = f"ana@example.org,Friday letter,Yes.,2025-03-31,{value}\n"
    _out, err = run(f"email,list,consent_wording,consent_date,{column}\n{line}")
    assert f"{column}:" in err
    assert not Subscription.objects.exists()
