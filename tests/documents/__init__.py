"""The code in documents works: every fenced block of every page, by its language.

A page of Markdown needs nothing special for that:

- ``python`` blocks of a page run one after another in one namespace. Names that the page does not
  define, such as ``survey`` or ``INSTALLED_APPS``, are those of ``names.py``. A caption
  or a first line such as ``# mysite/settings/base.py`` tells readers and this test which file it
  is: settings are checked by our system checks, and their names have to be known.
- ``html+django`` (or ``django``) blocks are compiled with our tag libraries.
- of ``sh`` and ``console`` blocks each line is parsed: commands and options of ``manage.py`` and
  ``celery``, targets of ``make``, extras of ``pip install``, addresses of ``curl``.
- ``json``, ``toml`` and ``js`` are parsed; ``css`` may only set custom properties that exist.
- what is in ``NOT_RUN`` is not looked at; other languages, or none, are an error.
- ``<!-- shown by tests/path.py::test_name -->`` before a block of code says that this test runs it,
  ``<!-- since django 6.0 -->`` that it needs this version.
"""
