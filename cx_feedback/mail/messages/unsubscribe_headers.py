"""Headers by which mail programs offer to unsubscribe at one click (RFC 8058)."""


def build_unsubscribe_headers(url: str) -> dict[str, str]:
    """Return the headers of a message whose recipient unsubscribes by a POST to ``url``.

    ``url`` may be a placeholder, which is filled in for each recipient.
    """
    return {
        "List-Unsubscribe": f"<{url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
