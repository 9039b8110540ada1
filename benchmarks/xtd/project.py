"""A site with django-comments-xtd, all in one file; run by the Python that has it.

``python project.py`` makes the tables and prints what a form would hide in itself, as JSON.
Comments are stored at once, without the mail that asks guests by default: the least it can do.
"""

import json
import os
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.urls import include, path

DATABASE = urlsplit(os.environ["XTD_DATABASE"])
if not settings.configured:  # this file is the URLs, too
    settings.configure(
        SECRET_KEY="only for benchmarks",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF="project",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": DATABASE.path.removeprefix("/"),
                "HOST": DATABASE.hostname or "",
                "PORT": DATABASE.port or "",
                "USER": DATABASE.username or "",
                "PASSWORD": DATABASE.password or "",
                "CONN_MAX_AGE": 600,
            }
        },
        INSTALLED_APPS=[
            "django_comments_xtd",
            "django_comments",
            "rest_framework",
            "django.contrib.sites",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
        ],
        # The same as the tests' site has.
        MIDDLEWARE=[
            "django.middleware.security.SecurityMiddleware",
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.locale.LocaleMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
        ],
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        SITE_ID=1,
        COMMENTS_APP="django_comments_xtd",
        COMMENTS_XTD_CONFIRM_EMAIL=False,
        COMMENTS_XTD_MAX_THREAD_LEVEL=8,
    )
    django.setup()
urlpatterns = [path("comments/", include("django_comments_xtd.urls"))]


def main() -> None:
    from django.contrib.sites.models import Site
    from django.core.management import call_command
    from django_comments.forms import CommentSecurityForm

    call_command("migrate", verbosity=0)
    hidden = CommentSecurityForm(Site.objects.get(pk=1)).generate_security_data()
    print(json.dumps({**hidden, "content_type": "sites.site"}, default=str))


if __name__ == "__main__":
    main()
else:
    from django.core.wsgi import get_wsgi_application

    application = get_wsgi_application()
