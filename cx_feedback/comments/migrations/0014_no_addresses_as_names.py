"""Take e-mail addresses of accounts out of the names of their comments."""

from django.conf import settings
from django.db import migrations
from django.db.models import F


def clear_addresses(apps, schema_editor):
    """Give comments whose name is their account's address its full name, else none.

    Until now an account without a full name wrote under its login.
    """
    comments = apps.get_model("cx_feedback_comments", "Comment").objects
    threads = apps.get_model("cx_feedback_comments", "Thread").objects
    user_model = apps.get_model(settings.AUTH_USER_MODEL)
    login = getattr(user_model, "USERNAME_FIELD", "username")
    rows = comments.filter(user__isnull=False, author_name__contains="@").select_related("user")
    touched = set()
    for comment in rows.iterator():
        user, name = comment.user, comment.author_name.lower()
        known = [str(getattr(user, field, "") or "") for field in (login, "username", "email")]
        if not any(one and one[:80].lower() == name for one in known):
            continue
        parts = (getattr(user, field, "") or "" for field in ("first_name", "last_name"))
        full = " ".join(filter(None, parts))[:80].strip()
        comments.filter(pk=comment.pk).update(author_name="" if "@" in full else full)
        touched.add(comment.thread_id)
    # What is rendered is kept by the thread's version.
    threads.filter(pk__in=touched).update(version=F("version") + 1)


class Migration(migrations.Migration):
    dependencies = [
        ("cx_feedback_comments", "0013_classifier_decisions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(clear_addresses, migrations.RunPython.noop)]
