"""What wheel and sdist hold is listed by kind; ``.ci/run`` compares the built ones."""

import tarfile
import zipfile

import pytest

from tests.wheel import contents
from tests.wheel.contents import SDIST, WHEEL, find_differences, name_kind

#: What a site needs beside Python: without one of these it works only here.
NEEDED = (
    *("cx_feedback/py.typed", "cx_feedback/*/migrations/*.py"),
    *("cx_feedback/*/templates/**/*.html", "cx_feedback/*/templates/**/*.txt"),
    *("cx_feedback/*/templates/**/*.mjml", "cx_feedback/*/locale/**/*.mo"),
    *("cx_feedback/*/static/**/*.css", "cx_feedback/*/static/**/*.js"),
)


@pytest.mark.parametrize("archive", [WHEEL, SDIST])
def test_what_git_tracks_is_of_the_listed_kinds(archive):
    tracked = contents.list_tracked(archive)
    described = contents.describe(archive, tracked | contents.ADDED[archive])
    assert described == contents.read_part(archive), "run python -m tests.wheel.contents"


def test_the_wheel_has_what_sites_need_and_nothing_of_the_repository():
    kinds = contents.read_part(WHEEL).splitlines()[1:]
    assert {*NEEDED} <= {*kinds}
    own = ("cx_feedback/", "wagtail_cx_feedback-VERSION.dist-info/")
    assert [kind for kind in kinds if not kind.startswith(own)] == []
    assert "wagtail_cx_feedback-VERSION.dist-info/licenses/LICENSE" in kinds


def test_the_sdist_has_the_package_its_documents_and_no_more():
    kinds = contents.read_part(SDIST).splitlines()[1:]
    tops = {kind.partition("/")[0] for kind in kinds}
    assert tops == {
        *("cx_feedback", "docs", "README.md", "CHANGELOG.md", "LICENSE", "pyproject.toml"),
        *(".gitignore", "PKG-INFO"),
    }


def test_what_is_lost_or_too_much_is_found():
    tracked = {"cx_feedback/py.typed", "cx_feedback/urls.py"}
    assert find_differences({*tracked, "METADATA"}, tracked, {"METADATA"}) == []
    inside = {"cx_feedback/urls.py", "cx_feedback/__pycache__/urls.pyc", "METADATA"}
    assert find_differences(inside, tracked, {"METADATA"}) == [
        "not in the archive: cx_feedback/py.typed",
        "should not be in the archive: cx_feedback/__pycache__/urls.pyc",
    ]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("cx_feedback/urls.py", "cx_feedback/urls.py"),
        ("cx_feedback/core/conf.py", "cx_feedback/*/**/*.py"),
        ("cx_feedback/mail/migrations/0001_initial.py", "cx_feedback/*/migrations/*.py"),
        ("cx_feedback/core/static/a/b/c.css", "cx_feedback/*/static/**/*.css"),
        ("cx_feedback/core/static/a/LICENSE", "cx_feedback/core/static/a/LICENSE"),
        ("cx_feedback/comments/spam/prior.bin", "cx_feedback/comments/spam/prior.bin"),
        ("docs/editors/pictures/a.png", "docs/editors/**/*.png"),
        ("tests/test_a.py", "tests/test_a.py"),
        (f"{contents.NAME}.dist-info/WHEEL", "wagtail_cx_feedback-VERSION.dist-info/WHEEL"),
    ],
)
def test_a_kind_is_named(path, kind):
    assert name_kind(path) == kind


def test_both_archives_are_read(tmp_path):
    wheel, sdist = tmp_path / "a.whl", tmp_path / "a.tar.gz"
    (tmp_path / "urls.py").write_text("")
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.write(tmp_path / "urls.py", "cx_feedback/urls.py")
    with tarfile.open(sdist, "w:gz") as archive:
        archive.add(tmp_path / "urls.py", f"{contents.NAME}/cx_feedback/urls.py")
    assert contents.list_inside(wheel) == contents.list_inside(sdist) == {"cx_feedback/urls.py"}
    with tarfile.open(sdist, "w:gz") as archive:
        archive.add(tmp_path / "urls.py", "elsewhere.py")
    with pytest.raises(AssertionError, match="not all of it"):
        contents.list_inside(sdist)
