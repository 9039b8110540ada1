import csv
import datetime
import io

import pytest
from django.utils import timezone
from django.utils.translation import override
from openpyxl import load_workbook
from wagtail.models import ModelLogEntry

from cx_feedback.surveys.exports import file_writer
from cx_feedback.surveys.exports import services as exports
from cx_feedback.surveys.exports.models import Export, ExportPart
from cx_feedback.surveys.schedule import SCHEDULE
from cx_feedback.surveys.tasks import sweep_exports
from tests.surveys.conftest import BAD, GOOD

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(survey, django_capture_on_commit_callbacks, admin_user):
    """Ask for an export and let the task write it."""

    def ask(format="csv", headings="labels", with_texts=False, run=True):
        with django_capture_on_commit_callbacks(execute=run):
            export = exports.request_export(
                survey=survey,
                user=admin_user,
                format=format,
                headings=headings,
                with_texts=with_texts,
            )
        export.refresh_from_db()
        return export

    return ask


def lines(export):
    text = b"".join(exports.content_of(export)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_csv_file_of_all_responses(ask, answer, monkeypatch):
    monkeypatch.setattr(file_writer, "ROWS_PER_COMMIT", 3)
    for number in range(8):
        answer(GOOD if number % 2 else BAD, more={"q-scale": 1 + number % 5, "q-text": "=1+1"})
    export = ask(with_texts=True)
    assert (export.state, export.written, export.total) == ("done", 8, 8)
    found = lines(export)
    assert [line["How was it?"] for line in found] == ["Bad", "Good"] * 4
    assert [line["How easy?"] for line in found][:3] == ["1", "2", "3"]
    assert {line["Why?"] for line in found} == {"'=1+1"}  # no spreadsheet takes it for a formula
    assert export.size == sum(map(len, exports.content_of(export)))
    assert ModelLogEntry.objects.get(action=exports.REQUEST_ACTION).data["with_texts"] is True


def test_without_the_right_no_texts(ask, answer):
    answer(more={"q-text": "secret"})
    found = lines(ask(headings="keys"))
    assert found[0]["q-choice"] == GOOD
    assert "q-text" not in found[0]
    assert set(found[0]) == {
        "id",
        "created_at",
        "page",
        "language",
        "seconds",
        "q-choice",
        "q-scale",
        "version",
    }


def test_a_workbook(ask, answer):
    answer(more={"q-scale": 4})
    export = ask(format="xlsx")
    book = load_workbook(io.BytesIO(b"".join(exports.content_of(export))))
    head, first = list(book.active.values)
    assert dict(zip(head, first, strict=True))["How easy?"] == 4


def test_a_csv_file_goes_on_where_a_dead_worker_left_it(ask, answer, monkeypatch):
    monkeypatch.setattr(file_writer, "ROWS_PER_COMMIT", 2)
    for _ in range(5):
        answer()
    export = ask(run=False)
    written, move = [], file_writer.save_progress

    def dies(*args, **kwargs):
        if len(written) == 1:
            raise SystemExit
        written.append(1)
        move(*args, **kwargs)

    monkeypatch.setattr(file_writer, "save_progress", dies)
    with pytest.raises(SystemExit):
        exports.write_export(export_id=export.pk)
    monkeypatch.setattr(file_writer, "save_progress", move)
    assert not exports.write_export(export_id=export.pk)  # somebody may still be at it
    Export.objects.update(progress_at=timezone.now() - exports.STALE_AFTER * 2)
    assert exports.write_export(export_id=export.pk)
    assert not exports.write_export(export_id=export.pk)
    export.refresh_from_db()
    assert (export.state, export.written, len(lines(export))) == ("done", 5, 5)
    assert len({line["Response"] for line in lines(export)}) == 5


def test_cancelled_and_swept(ask, answer):
    answer()
    export = ask(run=False)
    exports.cancel_export(export=export)
    assert not exports.write_export(export_id=export.pk)
    done = ask()
    exports.cancel_export(export=done)
    done.refresh_from_db()
    assert done.state == "done"
    assert sweep_exports() == 0
    Export.objects.update(created_at=timezone.now() - datetime.timedelta(days=8))
    sweep_exports()
    assert not Export.objects.exists()
    assert not ExportPart.objects.exists()
    assert "cx-surveys-sweep-exports" in SCHEDULE


def test_ask_watch_and_download(admin_client, survey, answer, django_capture_on_commit_callbacks):
    url = f"/admin/cx-feedback/surveys/results/{survey.pk}/exports/"
    answer(more={"q-text": "Words"})
    with django_capture_on_commit_callbacks():
        admin_client.post(url, {"format": "csv", "headings": "labels", "texts": "1"})
    export = Export.objects.get()
    html = admin_client.get(url).content.decode()
    assert "<progress" in html
    assert admin_client.get(f"{url}{export.pk}/", follow=True).status_code == 404
    exports.write_export(export_id=export.pk)
    response = admin_client.get(f"{url}{export.pk}/")
    assert "attachment" in response["Content-Disposition"]
    assert "no-store" in response["Cache-Control"]
    assert b"Words" in b"".join(response.streaming_content)
    assert ModelLogEntry.objects.filter(action=exports.DOWNLOAD_ACTION).count() == 1
    admin_client.post(url, {"format": "pdf", "headings": "labels"})
    assert Export.objects.count() == 1


def test_the_log_speaks_the_editors_language(ask):
    ask()
    entry = ModelLogEntry.objects.get(action=exports.REQUEST_ACTION)
    with override("es"):
        assert str(entry.message) == "Se pidió una exportación de respuestas"
