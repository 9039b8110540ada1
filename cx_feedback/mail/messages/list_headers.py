"""Headers by which mail programs know a list (RFC 2919) and offer to unsubscribe (RFC 8058)."""

from urllib.parse import urlsplit

from cx_feedback.mail.messages.ascii_headers import encode_domain


def build_unsubscribe_headers(url: str) -> dict[str, str]:
    """Return the headers of a message whose recipient unsubscribes by a POST to ``url``.

    ``url`` may be a placeholder, which is filled in for each recipient.
    """
    return {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def build_list_id(kind: str, number: int, base_url: str) -> str:
    """Return the List-Id (RFC 2919) of a list or thread, which never changes."""
    host = urlsplit(base_url).hostname or "localhost"
    return f"<{kind}-{number}.cx-feedback.{encode_domain(host)}>"
