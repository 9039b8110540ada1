"""A site with the comments alone: what other rooms need is not installed, and nobody misses it."""

import json
from importlib.util import find_spec

import django


def main() -> None:
    absent = ("scipy", "mrml", "css_inline")
    assert not any(find_spec(name) for name in absent), absent
    django.setup()
    from django.contrib.auth import get_user_model
    from home.models import HomePage

    from cx_feedback.comments.models import Comment

    from .browser import Browser

    page = HomePage.objects.get()
    page.body = json.dumps([{"type": "comments", "value": {}}])
    page.save_revision().publish()
    chief = get_user_model().objects.create_superuser("chief", "chief@example.org", "x")
    guest = Browser()
    form = guest.open("/").form("/feedback/comments/post/")
    guest.submit(form, text="A guest's words about it.", name="Bo")
    guest.rest(
        "/feedback/api/v1/comments/", {"page": page.pk, "text": "By a program.", "name": "C"}
    )
    assert Comment.objects.count() == 2
    editor = Browser(chief)
    assert "A guest" in editor.open("/admin/cx-feedback/comments/").text
    editor.open("/admin/")
    print("The comments alone: two comments and their queue", flush=True)


if __name__ == "__main__":
    main()
