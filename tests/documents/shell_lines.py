"""The lines of a shell in documents."""

import re
from collections.abc import Iterator

CRON = re.compile(r"^(?:[\d*,/-]+ +){5}(.*)$")


def iter_lines(code: str, *, prompts: bool) -> Iterator[str]:
    """Yield lines as the shell has them: continued ones joined, without prompts and documents."""
    code = re.sub(r"<<-? *['\"]?(\w+)['\"]?(.*)\n(?:.*\n)*?\1\n", r"\2\n", code)
    for line in code.replace("\\\n", " ").splitlines():
        if prompts:
            if not line.startswith(("$ ", "(venv) $ ")):
                continue
            line = line.partition("$ ")[2]
        cron = CRON.match(line)
        yield cron[1] if cron else line
