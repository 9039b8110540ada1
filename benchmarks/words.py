"""The words of the mail that every package sends: only how a blank is written differs."""

SENDER = "us@example.org"
PARAGRAPHS = [
    f"Paragraph {n}: what came out this week, and why readers like you come back for it."
    for n in range(40)
]


def subject(name: str) -> str:
    """Return the subject; ``name`` is the blank for the recipient's name, or the name itself."""
    return f"{name}, what came out this week"


def text(name: str, url: str) -> str:
    """Return the plain text; ``url`` is where a reader unsubscribes."""
    return "\n\n".join([f"Hello {name},", *PARAGRAPHS, f"No more of these: {url}\n"])


def html(name: str, url: str) -> str:
    """Return the same as HTML."""
    said = "\n".join(f"<p>{paragraph}</p>" for paragraph in [f"Hello {name},", *PARAGRAPHS])
    return f'<html><body>\n{said}\n<p><a href="{url}">No more of these</a></p>\n</body></html>\n'


def headers(url: str) -> dict[str, str]:
    """Return what lets a mailbox unsubscribe by one click."""
    return {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def recipient(number: int) -> tuple[str, str, str]:
    """Return the name, address and unsubscribe link of one recipient."""
    return (
        f"Reader {number}",
        f"r{number}@example.org",
        f"https://x.example/u/{number}",
    )
