"""The bytes of a message, put together by hand: the part of sending that costs most.

Django's and the standard library's message classes parse, fold and copy each message several
times over, which takes longer than the mail server does. A letter has one shape only, so its
bytes are these few lines; ``tests/mail/test_mime.py`` reads them back and compares.
"""

import re
from binascii import b2a_qp
from collections.abc import Mapping
from email.header import Header
from email.utils import formataddr, formatdate, parseaddr
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.conf import settings

from cx_feedback.mail.letters import PLACEHOLDER, Filled, fill

#: Quoted-printable text never holds "=_": no part can contain this line.
BOUNDARY = "=_cx_alternative"
#: Octets of a line of text without its CRLF, RFC 5321, 4.5.3.1.6.
LONGEST_LINE = 998
_WITH_END = re.compile(r"[^\n]*\n|[^\n]+")
_LINE = f"--{BOUNDARY}".encode()
_ALTERNATIVE = f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n'.encode()
_PLAIN, _HTML = (
    (
        f'Content-Type: text/{kind}; charset="utf-8"\r\n'
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    ).encode()
    for kind in ("plain", "html")
)


def can_write(filled: Filled) -> bool:
    """Return whether the envelope is ASCII; with others Django's classes know what to do."""
    return filled.to.isascii() and envelope_sender(filled.sender).isascii()


@lru_cache(maxsize=64)
def envelope_sender(sender: str) -> str:
    """Return the address of a From, for MAIL FROM."""
    return parseaddr(sender)[1]


@lru_cache(maxsize=64)
def _from(sender: str) -> str:
    return formataddr(parseaddr(sender), "utf-8")


def bytes_of(filled: Filled) -> bytes:
    """Return the message with lines ended by CRLF; ``can_write`` must hold."""
    letter = filled.letter
    headers = [
        _header("Subject", filled.subject),
        f"From: {_from(filled.sender)}",
        f"To: {filled.to}",
        f"Date: {formatdate(localtime=settings.EMAIL_USE_LOCALTIME)}",
        *(_header(name, value) for name, value in filled.headers.items()),
        "MIME-Version: 1.0",
    ]
    head = "\r\n".join(headers).encode("ascii")
    plain = _PLAIN + _body(letter.text, filled.variables, html=False)
    if not letter.html:
        return b"%b\r\n%b" % (head, plain)
    html = _HTML + _body(letter.html, filled.variables, html=True)
    return b"%b\r\n%b\r\n%b\r\n%b\r\n%b\r\n%b\r\n%b--\r\n" % (
        head, _ALTERNATIVE, _LINE, plain, _LINE, html, _LINE,
    )  # fmt: skip


def _header(name: str, value: str) -> str:
    if value.isascii() and len(name) + len(value) + 2 <= LONGEST_LINE:
        return f"{name}: {value}"
    return f"{name}: {Header(value, 'utf-8', header_name=name).encode(linesep=chr(13) + chr(10))}"


def _body(template: str, variables: Mapping[str, Any], *, html: bool) -> bytes:
    """Fill ``template`` in; only the lines with a blank are encoded anew."""
    return b"".join(
        run if isinstance(run, bytes) else _encoded(fill(run, variables, html=html))
        for run in _runs(template)
    )


@lru_cache(maxsize=64)
def _runs(template: str) -> tuple[bytes | str, ...]:
    """Cut ``template`` into runs of lines that are the same for everybody, encoded, and others."""
    lines = _WITH_END.findall(template)
    return tuple(
        text if has_blank else _encoded(text)
        for has_blank, run in groupby(lines, lambda line: bool(PLACEHOLDER.search(line)))
        for text in ["".join(run)]
    )


def _encoded(text: str) -> bytes:
    """Encode whole lines: in quoted-printable no line depends on another."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return b2a_qp(lines.encode(), istext=True).replace(b"\n", b"\r\n")
