"""Subscribers from a file by the admin: looked at first, whole or not at all, with their proof."""

import io
import re

import pytest
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from cx_feedback.core.errors import InvalidInput
from cx_feedback.mail import services as post_office
from cx_feedback.mail.models import Delivery
from cx_feedback.newsletter import services, tasks
from cx_feedback.newsletter.imports import import_worker, subscriber_writer
from cx_feedback.newsletter.imports import services as imports
from cx_feedback.newsletter.imports.column_guess import guess_columns
from cx_feedback.newsletter.imports.services import ImportOptions
from cx_feedback.newsletter.models import ImportPart, SubscriberImport, Subscription, Topic
from tests.pages import squeeze

pytestmark = pytest.mark.django_db
UPLOAD = "/admin/cx-feedback/subscriptions/import/"
PROOF = "Paper forms of the summer fair, folder 12."


def csv(*lines, name="people.csv", encoding="utf-8"):
    return SimpleUploadedFile(name, "\n".join(lines).encode(encoding))


@pytest.fixture
def screen(admin_client, django_capture_on_commit_callbacks):
    """Upload a file and act on its page, tasks run; return the page."""

    class Screen:
        url = ""

        def post(self, url, **data):
            with django_capture_on_commit_callbacks(execute=True):
                return admin_client.post(url, data, follow=True)

        def upload(self, file):
            response = self.post(UPLOAD, file=file)
            self.url = response.redirect_chain[0][0] if response.redirect_chain else UPLOAD
            return response.content.decode()

        def do(self, do, **data):
            response = self.post(self.url, do=do, **data)
            if response.redirect_chain and do != "discard":
                response = admin_client.get(self.url)  # as it is when the task has run
            return response.content.decode()

        def counts(self, page):
            found = re.findall(r"<li><strong>(\d+)</strong> ([\w ]+)", squeeze(page))
            return {word: int(number) for number, word in found}

    return Screen()


@pytest.fixture
def said(mailing_list):
    return {
        "column_email": "Correo", "column_name": "Nombre", "column_consent_date": "Fecha",
        "mailing_list": mailing_list.pk, "language": "es", "wording": "Sí, quiero.",
        "proof": PROOF,
    }  # fmt: skip


PEOPLE = [
    "Correo;Nombre;Fecha;Color",
    "ana@example.org;Ana;2025-03-31;red",
    "known@example.org;Kai;2025-03-31;",
    "left@example.org;Lea;2025-03-31;",
    "bounced@example.org;Bo;2025-03-31;",
    "bad@;Ben;2025-03-31;",
    "late@example.org;Lou;2999-01-01;",
    "ANA@example.org;Ana again;2025-03-31;",
]


def test_the_whole_way(screen, said, subscribe, mailing_list, admin_user, admin_client):
    subscribe("known@example.org")
    services.unsubscribe(subscription_id=subscribe("left@example.org").pk)
    post_office.suppress_address(address="bounced@example.org")
    Delivery.objects.all().delete()
    before = Subscription.objects.count()
    page = screen.upload(csv(*PEOPLE))
    # Columns are guessed, the first rows shown.
    for chosen in ("Correo", "Nombre", "Fecha"):
        assert f'<option value="{chosen}" selected>' in page
    assert "<td>red</td>" in page
    page = screen.do("check", **said)
    assert screen.counts(page) == {
        "new": 1, "already here": 2, "unsubscribed here": 1, "suppressed": 1, "refused": 2
    }  # fmt: skip
    assert "Nothing is stored yet." in page
    assert "Ignored columns: Color" in page
    refused = squeeze(admin_client.get(f"{screen.url}?refused=1").content)
    assert "6,Correo,This is not a valid email address." in refused
    assert "7,Fecha,This date is in the future." in refused
    assert "example.org" not in refused
    assert Subscription.objects.count() == before
    assert ImportPart.objects.exists()

    page = screen.do("start")
    assert screen.counts(page)["new"] == 1
    row = Subscription.objects.get(email="ana@example.org")
    assert (row.state, row.name, row.language) == ("confirmed", "Ana", "es")
    assert (row.consent_wording, row.mailing_list) == ("Sí, quiero.", mailing_list)
    assert str(timezone.localdate(row.consent_at)) == "2025-03-31"
    done = SubscriberImport.objects.get()
    assert (row.consent_source, done.proof, done.user) == (done.consent_source, PROOF, admin_user)
    shown = squeeze(
        admin_client.get(reverse("cx_subscriptions:inspect", args=[row.pk])).content.decode()
    )
    assert PROOF in shown
    # The file is gone, the proof stays, nobody got a mail.
    assert not ImportPart.objects.exists()
    assert done.sample == []
    assert not Delivery.objects.exists()
    entries = ModelLogEntry.objects.filter(action__startswith="cx_feedback.newsletter.").order_by(
        "pk"
    )
    assert [entry.action for entry in entries] == [
        imports.START_ACTION,
        import_worker.FINISH_ACTION,
    ]
    assert all(registry.action_exists(entry.action) for entry in entries)
    assert entries[0].data["proof"] == PROOF
    assert "people.csv" in squeeze(admin_client.get(UPLOAD).content)
    assert not tasks.process_import(done.pk)
    with pytest.raises(InvalidInput):
        imports.start_import(import_id=done.pk, user=admin_user)


@pytest.mark.parametrize("by", ["browser", "profile"])
def test_what_is_wrong_is_said_in_the_editor_s_language(
    screen, said, admin_client, admin_user, monkeypatch, by
):
    if by == "browser":
        admin_client.defaults["HTTP_ACCEPT_LANGUAGE"] = "es"
    else:
        profile = UserProfile.get_for_user(admin_user)
        profile.preferred_language = "es"
        profile.save()
    monkeypatch.setattr(imports, "_nudge_task", lambda row: None)
    screen.upload(csv(*PEOPLE))
    screen.do("check", **said)
    with translation.override("en"):  # a worker reads no language from a browser
        tasks.process_import(SubscriberImport.objects.get().pk)
    assert [6, "Correo", "Esta dirección de correo no es válida."] in (
        SubscriberImport.objects.get().problems
    )


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"proof": " "}, "without proof"),
        ({"column_email": ""}, "Choose the column that contains the addresses."),
        ({"mailing_list": ""}, "Choose a list"),
        ({"wording": ""}, "Enter the text that they agreed to"),
        ({"column_consent_date": ""}, "Enter when they agreed"),
        ({"column_consent_date": "", "agreed_on": "2999-01-01"}, "This date is in the future."),
        ({"column_name": "No such heading"}, "Select a valid choice"),
        ({"mailing_list": "999"}, "Select a valid choice"),
    ],
)
def test_what_is_missing_is_said_at_its_field(screen, said, changed, words):
    screen.upload(csv(*PEOPLE))
    page = screen.do("check", **{**said, **changed})
    assert words in page
    assert SubscriberImport.objects.get().state == "uploaded"
    screen.do("start")
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (csv(""), "The submitted file is empty"),
        (csv("\n"), "its first row must name the columns"),
        (csv("email,email"), "are empty or repeated"),
        (SimpleUploadedFile("x.xlsx", b"PK\x03\x04 not a workbook"), "This is no XLSX file"),
    ],
)
def test_a_file_that_is_no_table_is_refused_and_not_kept(screen, file, words):
    assert words in screen.upload(file)
    assert not SubscriberImport.objects.exists()


def test_a_file_that_is_too_large_is_refused(screen, monkeypatch):
    monkeypatch.setattr(imports, "MAX_BYTES", 10)
    assert "Split the file" in screen.upload(csv(*PEOPLE))


def test_a_workbook_and_the_letters_of_older_spreadsheets(screen, said, mailing_list):
    book, stream = Workbook(), io.BytesIO()
    book.active.append(["Correo", "Nombre", "Fecha"])
    book.active.append(["a@example.org", "José", timezone.now().replace(tzinfo=None, year=2025)])
    book.active.append(["b@example.org", "=1+1", "2025-01-01"])
    book.save(stream)
    screen.upload(SimpleUploadedFile("people.xlsx", stream.getvalue()))
    page = screen.do("check", **said)
    assert screen.counts(page)["refused"] == 1
    screen.do("start")
    assert Subscription.objects.get().name == "José"
    page = screen.upload(csv("Correo;Nombre;Fecha", "c@example.org;Begoña;2025-01-01",
                             encoding="cp1252"))  # fmt: skip
    assert "Begoña" in page
    assert "Are the accents right?" in page


def test_what_was_exported_here_comes_in_with_its_own_consent(screen, admin_client, subscribe):
    subscribe(name="Ana", consent_wording="Yes.", consent_source="form")
    shown = ("email", "name", "consent_wording", "consent_at", "consent_source", "mailing_list")
    before = list(Subscription.objects.values_list(*shown))
    response = admin_client.get("/admin/cx-feedback/subscriptions/?export=csv")
    content = b"".join(response.streaming_content)
    Subscription.objects.all().delete()
    screen.upload(SimpleUploadedFile("export.csv", content))
    columns = SubscriberImport.objects.get().columns
    screen.do("check", proof="Our former site.", **{f"column_{n}": h for n, h in columns.items()})
    screen.do("start")
    assert list(Subscription.objects.values_list(*shown)) == before


def test_queries_do_not_grow_with_the_rows(mailing_list, admin_user, django_assert_max_num_queries):
    Topic.objects.create(mailing_list=mailing_list, name="Art")
    how = ImportOptions({"email": "email", "topics": "topics"}, PROOF, mailing_list, "en", "Yes.",
               timezone.now())  # fmt: skip
    lines = [f"r{n}@example.org,Art" for n in range(100)]
    row = imports.upload_file(file=csv("email,topics", *lines), user=admin_user)
    imports.start_check(import_id=row.pk, options=how)
    with django_assert_max_num_queries(20):
        import_worker.process_import(import_id=row.pk)
    imports.start_import(import_id=row.pk, user=admin_user)
    with django_assert_max_num_queries(40):
        import_worker.process_import(import_id=row.pk)
    assert Subscription.objects.filter(topics__name="Art").count() == 100


def test_a_worker_that_dies_leaves_an_import_that_goes_on(mailing_list, admin_user, monkeypatch):
    monkeypatch.setattr(subscriber_writer, "CHUNK_SIZE", 2)
    lines = [f"r{n}@example.org" for n in range(7)]
    row = imports.upload_file(file=csv("email", *lines, "bad"), user=admin_user)
    how = ImportOptions({"email": "email"}, PROOF, mailing_list, "en", "Yes.", timezone.now())
    imports.start_check(import_id=row.pk, options=how)
    assert import_worker.process_import(import_id=row.pk)
    imports.start_import(import_id=row.pk, user=admin_user)

    class Killed(BaseException):
        pass

    chunks = []

    def die(chunk):
        chunks.append(chunk)
        if len(chunks) == 3:
            raise Killed

    with monkeypatch.context() as patch:
        real = subscriber_writer._ChunkWriter.store_rows
        patch.setattr(
            subscriber_writer._ChunkWriter, "store_rows", lambda self: (real(self), die(self))
        )
        with pytest.raises(Killed):
            import_worker.process_import(import_id=row.pk)
    # What was committed stays, with how far it came; another run waits until it is surely dead.
    assert Subscription.objects.count() == 4
    row.refresh_from_db()
    assert (row.state, row.import_counts["added"], row.import_counts["last_row"]) == (
        "running",
        4,
        5,
    )
    assert not import_worker.process_import(import_id=row.pk)
    SubscriberImport.objects.update(progress_at=timezone.now() - 2 * import_worker.STALE_AFTER)
    looked_at = []
    with monkeypatch.context() as patch:
        read = subscriber_writer.RowReader.parse_row
        patch.setattr(
            subscriber_writer.RowReader,
            "parse_row",
            lambda self, r: looked_at.append(r.number) or read(self, r),
        )
        tasks.sweep_imports()
        assert import_worker.process_import(import_id=row.pk)
    assert looked_at == [6, 7, 8, 9]
    row.refresh_from_db()
    assert (row.state, row.import_counts["added"], row.import_counts["invalid"]) == ("done", 7, 1)
    assert Subscription.objects.count() == 7


def test_a_run_that_was_overtaken_stores_nothing_more(mailing_list, admin_user, monkeypatch):
    row = imports.upload_file(file=csv("email", "a@example.org"), user=admin_user)
    how = ImportOptions({"email": "email"}, PROOF, mailing_list, "en", "Yes.", timezone.now())
    imports.start_check(import_id=row.pk, options=how)
    import_worker.process_import(import_id=row.pk)
    imports.start_import(import_id=row.pk, user=admin_user)
    real = subscriber_writer._ChunkWriter.store_rows

    def store_rows(chunk):
        SubscriberImport.objects.update(progress_at=timezone.now())
        real(chunk)

    monkeypatch.setattr(subscriber_writer._ChunkWriter, "store_rows", store_rows)
    import_worker.process_import(import_id=row.pk)
    assert not Subscription.objects.exists()


def test_a_file_that_nobody_imports_is_forgotten_and_can_be_deleted(screen, said, admin_user):
    screen.upload(csv(*PEOPLE))
    assert "Nothing was imported from it" in screen.do("discard")
    assert not ImportPart.objects.exists()
    row = imports.upload_file(file=csv(*PEOPLE), user=admin_user)
    begun = {"state": "failed", "started_at": timezone.now()}
    SubscriberImport.objects.filter(pk=row.pk).update(**begun)  # as a post by hand finds it
    with pytest.raises(InvalidInput):
        imports.discard_import(import_id=row.pk)
    SubscriberImport.objects.filter(pk=row.pk).delete()
    imports.upload_file(file=csv(*PEOPLE), user=admin_user)
    SubscriberImport.objects.update(created_at=timezone.now() - timezone.timedelta(days=8))
    assert tasks.sweep_imports() == 1
    assert not ImportPart.objects.exists()


def test_the_rights_to_import_and_to_export_are_their_own(client, django_user_model, subscribe):
    user = django_user_model.objects.create_user("ed", password="x")
    index = reverse("cx_subscriptions:index")
    give = lambda *names: user.user_permissions.add(  # noqa: E731
        *Permission.objects.filter(codename__in=names)
    )
    give("access_admin", "view_subscription")
    client.force_login(user)
    page = client.get(index).content.decode()
    assert "export=" not in page
    assert UPLOAD not in page
    assert client.get(UPLOAD).status_code == 302
    for format in ("csv", "xlsx"):
        assert client.get(index, {"export": format}).status_code == 302
    assert not ModelLogEntry.objects.filter(
        action="cx_feedback.newsletter.subscriptions.export"
    ).exists()
    give("import_subscription", "export_subscription")
    page = client.get(index).content.decode()
    assert "export=csv" in page
    assert UPLOAD in page
    assert client.get(UPLOAD).status_code == 200
    assert client.get(index, {"export": "csv", "state": "confirmed"}).status_code == 200
    entry = ModelLogEntry.objects.get(action="cx_feedback.newsletter.subscriptions.export")
    assert (entry.user, entry.data["asked"]["state"]) == (user, "confirmed")


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (["Email Address", "First Name", "OPTIN_TIME"], ["email", "name", "consent_date"]),
        (["Dirección de correo", "Nombre", "Idioma"], ["email", "name", "language"]),
        (["email", "E-Mail", "x"], ["email"]),
        (["E-Mail-Adresse", "Vorname"], ["email", "name"]),
        (["phone"], []),
    ],
)
def test_columns_are_guessed_by_the_names_that_people_give_them(headings, found):
    guessed = guess_columns(headings)
    assert list(guessed) == found
    assert len(set(guessed.values())) == len(guessed)


def test_an_upload_looks_at_the_beginning_for_the_encoding_and_the_check_at_all(
    screen, said, monkeypatch
):
    monkeypatch.setattr(imports, "HEAD_BYTES", 100)
    plain = [f"p{n}@example.org;P;2025-03-31;" for n in range(20)]
    file = csv(PEOPLE[0], *plain, "ana@example.org;Añá;2025-03-31;", encoding="cp1252")
    screen.upload(file)
    row = SubscriberImport.objects.get()
    assert row.encoding == "utf-8-sig"
    screen.do("check", **said)
    screen.do("start")
    row.refresh_from_db()
    assert (row.encoding, row.import_counts["added"]) == ("cp1252", 21)
    assert Subscription.objects.get(email="ana@example.org").name == "Añá"


def test_a_file_of_two_encodings_is_told_by_its_line(screen, said, monkeypatch):
    monkeypatch.setattr(imports, "HEAD_BYTES", 100)
    head, last = "Correo;Nombre;Fecha;Año", "ana@example.org;Añá;2025-03-31;"
    file = SimpleUploadedFile("x.csv", f"{head}\n".encode() + b"\n" * 99 + last.encode("cp1252"))
    screen.upload(file)
    assert "isn&#x27;t valid utf-8" in screen.do("check", **said)
