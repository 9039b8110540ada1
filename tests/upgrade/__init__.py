"""From the released tables, with rows in each, to the newest ones: every row stays whole.

``python -m tests.upgrade`` does it in the database of DATABASE_URL, which must be empty.
"""

#: What later migrations rename or remove on purpose: ``table`` or ``table.column`` of the release,
#: with the new ``table`` or ``column``, or with "" when it goes (after its deprecation).
CHANGES: dict[str, str] = {}
#: Migrations that may lock a table or take a name from older processes, with the reason: ``the
#: table has few rows``, say. ``cx_feedback_mail.0002_name``.
ACCEPTED: dict[str, str] = {}
