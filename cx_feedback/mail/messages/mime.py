"""Encodes messages without the message classes of Django and the standard library.

Those classes parse, fold and copy each message several times, which takes longer than the mail
server does. Our messages have a single structure, so few lines are enough.
``tests/mail/test_mime.py`` parses the result and compares it with Django's.
"""

import re
import time
from binascii import b2a_qp
from collections.abc import Mapping
from email.header import Header
from email.utils import formataddr, formatdate, parseaddr
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.conf import settings

from cx_feedback.mail.messages.rendering import PLACEHOLDER, RenderedMessage, fill_template

#: Quoted-printable text never contains "=_", so no part can contain this boundary.
BOUNDARY = "=_cx_alternative"
#: Octets of a line without its CRLF: RFC 5321, 4.5.3.1.6.
MAX_LINE_LENGTH = 998
Envelope = tuple[str, str]
_LINE_WITH_END = re.compile(r"[^\n]*\n|[^\n]+")
_BOUNDARY_LINE = f"--{BOUNDARY}".encode()
_ALTERNATIVE = f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n'.encode()
_PLAIN, _HTML = (
    (
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()
    for kind in ("plain", "html")
)


def get_envelope(sender: str, to: str) -> Envelope | None:
    """Return the addresses of MAIL and RCPT, or None if they aren't ASCII.

    Others have to be encoded by Django's classes.
    """
    address = _parse_address(sender)
    return (address, to) if to.isascii() and address.isascii() else None


@lru_cache(maxsize=64)
def _parse_address(sender: str) -> str:
    return parseaddr(sender)[1]


@lru_cache(maxsize=64)
def _format_from(sender: str) -> str:
    return formataddr(parseaddr(sender), "utf-8")


@lru_cache(maxsize=4)
def _format_date(seconds: int, *, localtime: bool) -> str:
    return formatdate(seconds, localtime=localtime)


def encode_message(rendered: RenderedMessage, *, double: bool = False) -> bytes:
    """Return the message with lines ended by CRLF; its addresses must be ASCII.

    With ``double``, dots at the beginnings of lines are doubled (RFC 5321, 4.5.2).
    """
    message = rendered.message
    headers = [
        _format_header("Subject", rendered.subject),
        f"From: {_format_from(rendered.sender)}",
        f"To: {rendered.to}",
        f"Date: {_format_date(int(time.time()), localtime=settings.EMAIL_USE_LOCALTIME)}",
        *(_format_header(name, value) for name, value in rendered.headers.items()),
        "MIME-Version: 1.0",
    ]
    head = "\r\n".join(headers).encode("ascii")
    plain = _PLAIN + _encode_body(message.text, rendered.variables, html=False, double=double)
    if not message.html:
        return b"%b\r\n%b" % (head, plain)
    html = _HTML + _encode_body(message.html, rendered.variables, html=True, double=double)
    return b"%b\r\n%b\r\n%b\r\n%b\r\n%b\r\n%b\r\n%b--\r\n" % (
        head, _ALTERNATIVE, _BOUNDARY_LINE, plain, _BOUNDARY_LINE, html, _BOUNDARY_LINE,
    )  # fmt: skip


def _format_header(name: str, value: str) -> str:
    if value.isascii() and len(name) + len(value) + 2 <= MAX_LINE_LENGTH:
        return f"{name}: {value}"
    return f"{name}: {Header(value, 'utf-8', header_name=name).encode(linesep=chr(13) + chr(10))}"


def _encode_body(template: str, variables: Mapping[str, Any], *, html: bool, double: bool) -> bytes:
    """Fill in ``template``. Only the lines with placeholders are encoded again."""
    return b"".join(
        run
        if isinstance(run, bytes)
        else _encode_lines(fill_template(run, variables, html=html), double)
        for run in _split_runs(template, double)
    )


@lru_cache(maxsize=128)
def _split_runs(template: str, double: bool) -> tuple[bytes | str, ...]:
    """Split ``template`` into encoded runs of lines without placeholders, and other runs."""
    lines = _LINE_WITH_END.findall(template)
    return tuple(
        text if has_placeholder else _encode_lines(text, double)
        for has_placeholder, run in groupby(lines, lambda line: bool(PLACEHOLDER.search(line)))
        for text in ["".join(run)]
    )


def _encode_lines(text: str, double: bool) -> bytes:
    """Encode whole lines, which are independent of each other in quoted-printable."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    encoded = b2a_qp(lines.encode(), istext=True)
    if double:
        encoded = (b"\n" + encoded).replace(b"\n.", b"\n..")[1:]
    return encoded.replace(b"\n", b"\r\n")
