"""The generated pages of the reference say what the code says: settings, templates, tags …"""

import pytest

from tests.reference.__main__ import main
from tests.reference.pages import PAGES, build, get_path


@pytest.mark.django_db
@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_current(name):
    # To write all of them anew: python -m tests.reference
    assert get_path(name).read_text(encoding="utf-8") == build(name)


if __name__ == "__main__":
    main()
