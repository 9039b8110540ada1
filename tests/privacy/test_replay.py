"""Erasures outside the database: written as keyed hashes, repeated after a backup was restored."""

import io
import json
import uuid
from pathlib import Path

import pytest
from django.core.files.storage import FileSystemStorage, storages
from django.core.management import CommandError, call_command

from cx_feedback.comments.models import Comment
from cx_feedback.readers import services, tasks
from cx_feedback.readers.models import Erasure, Reader
from cx_feedback.readers.privacy.erasure_log import (
    FOLDER,
    find_missing,
    read_erasures,
    replay_erasures,
)
from tests.comments.conftest import talk, write  # noqa: F401
from tests.privacy.traces import find_in_tables

pytestmark = pytest.mark.django_db
EMAIL = "ana@person.example"


@pytest.fixture
def folder(settings, tmp_path):
    place = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    place["OPTIONS"] = {"location": str(tmp_path)}
    settings.STORAGES = {**settings.STORAGES, "erasures": place}
    settings.CX_FEEDBACK = {**settings.CX_FEEDBACK, "ERASURE_STORAGE": "erasures"}
    return tmp_path


def live(write):  # noqa: F811
    """Bring the person into the database, as the backup has them."""
    reader = services.create_reader()
    services.confirm_email(reader=reader, email=EMAIL)
    write("Words of hers", name="Ana", email=EMAIL, reader=reader)
    write("In another browser", name="Ana", email=EMAIL)
    return reader


def erase_and_restore(write):  # noqa: F811
    """Erase the person, then have the database as it was before the erasure."""
    key = live(write).key
    services.erase_person(email=EMAIL)
    tasks.write_erasures()
    Erasure.objects.all().delete()
    reader = live(write)
    Reader.objects.filter(pk=reader.pk).update(key=key)


def replay(**options):
    out = io.StringIO()
    call_command("cx_replay_erasures", stdout=out, **options)
    return out.getvalue()


def files(folder):
    return sorted(folder.rglob("*.json"))


def test_a_file_of_keyed_hashes_is_written_and_names_nobody(folder, write):  # noqa: F811
    reader = live(write)
    services.erase_person(email=EMAIL)
    assert Erasure.objects.exclude(hashes=[]).count() == 1
    assert (tasks.write_erasures(), tasks.write_erasures()) == (1, 0)
    (file,) = files(folder)
    told = json.loads(file.read_text())
    assert len(told["hashes"]) == 2  # the address, the reader
    for word in (EMAIL, "ana", reader.key.hex):
        assert word not in file.read_text()
    assert Erasure.objects.get().hashes == []
    assert file.relative_to(folder).parts[0] == FOLDER


def test_who_was_erased_after_the_backup_is_erased_again(folder, write):  # noqa: F811
    erase_and_restore(write)
    write("Others’ words", name="Bo", email="bo@example.org")
    assert "1 not known" in replay(dry_run=True)
    assert Reader.objects.filter(email=EMAIL).exists()
    assert "comments: 2" in replay()
    assert find_in_tables(EMAIL, "Words of hers", "In another browser") == set()
    assert Comment.objects.filter(text="Others’ words").exists()
    assert "0 not known" in replay()
    assert len(files(folder)) == 1  # a repetition is no erasure of its own


def test_who_came_back_after_the_erasure_stays(folder, write):  # noqa: F811
    live(write)
    services.erase_person(email=EMAIL)
    tasks.write_erasures()
    live(write)  # the database knows the erasure: it is no backup from before
    assert "0 not known" in replay()
    assert Comment.objects.filter(text="Words of hers").exists()


def test_an_erasure_waits_for_no_storage_and_is_written_later(folder, write, monkeypatch):  # noqa: F811
    def fail(*args):
        raise OSError("away")

    live(write)
    with monkeypatch.context() as patch:
        patch.setattr(FileSystemStorage, "save", fail)
        services.erase_person(email=EMAIL)  # is done all the same
        with pytest.raises(OSError, match="away"):
            tasks.write_erasures()
    assert not Reader.objects.filter(email=EMAIL).exists()
    assert tasks.write_erasures() == 1


def test_a_file_that_was_cut_off_is_written_anew(folder, write):  # noqa: F811
    live(write)
    services.erase_person(email=EMAIL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FileSystemStorage, "_save", cut_off)
        with pytest.raises(OSError, match="disk is full"):
            tasks.write_erasures()
    (file,) = files(folder)
    assert (file.read_text(), tasks.write_erasures()) == ("{", 1)
    Erasure.objects.all().delete()
    live(write)
    assert "comments: 2" in replay()


def cut_off(storage, name, content):
    path = Path(storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{")
    raise OSError("The disk is full")


def test_an_erasure_that_was_written_twice_is_repeated_once(folder, write):  # noqa: F811
    erase_and_restore(write)
    (file,) = files(folder)
    file.with_name(f"{file.stem}_again.json").write_text(file.read_text())
    assert "1 erasures, 1 not known" in replay(dry_run=True)
    assert "comments: 2" in replay()


def test_two_runs_repeat_an_erasure_once(folder, write):  # noqa: F811
    erase_and_restore(write)
    missing = find_missing(read_erasures(storage=storages["erasures"]))
    assert replay_erasures(missing=missing)["comments"] == 2
    assert replay_erasures(missing=missing) == {}


def test_a_file_of_another_site_is_a_clear_error_and_erases_nobody(folder, write, settings):  # noqa: F811
    erase_and_restore(write)
    settings.SECRET_KEY = "of another site"
    with pytest.raises(CommandError, match="another site"):
        replay()
    assert Reader.objects.filter(email=EMAIL).exists()
    settings.SECRET_KEY_FALLBACKS = [settings_key()]
    assert "comments: 2" in replay()


def test_hashes_that_waited_while_the_key_changed_name_the_key_that_made_them(
    folder,
    write,  # noqa: F811
    settings,
):
    live(write)
    services.erase_person(email=EMAIL)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "the next key", [settings_key()]
    tasks.write_erasures()
    Erasure.objects.all().delete()
    live(write)
    assert "comments: 2" in replay()


def settings_key():
    from tests import settings as own

    return own.SECRET_KEY


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", "no", '{"key": 1, "made_with": "x"}', "[" * 100_000]
)
def test_a_damaged_file_is_a_clear_error(folder, write, content):  # noqa: F811
    erase_and_restore(write)
    (Path(folder) / FOLDER / "broken.json").write_text(content)
    with pytest.raises(CommandError, match=r"broken\.json"):
        replay()
    assert Reader.objects.filter(email=EMAIL).exists()


def test_a_file_without_a_time_zone_is_a_clear_error(folder, write):  # noqa: F811
    erase_and_restore(write)
    [path] = (Path(folder) / FOLDER).rglob("*.json")
    told = json.loads(path.read_text())
    altered = {**told, "key": uuid.uuid4().hex, "at": "2026-12-01T09:30:00"}
    (path.parent / "altered.json").write_text(json.dumps(altered))
    with pytest.raises(CommandError, match=r"altered\.json"):
        replay()
    assert Reader.objects.filter(email=EMAIL).exists()


def test_without_a_storage_nothing_is_noted(write):  # noqa: F811
    live(write)
    services.erase_person(email=EMAIL)
    assert not Erasure.objects.exists()
    with pytest.raises(CommandError, match="ERASURE_STORAGE"):
        replay()
    with pytest.raises(CommandError, match="no entry elsewhere"):
        replay(storage="elsewhere")
