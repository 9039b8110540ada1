"""A MIME message that is encoded already."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from email.policy import Policy
from functools import cached_property
from typing import Any

_CRLF = "\r\n"
#: Headers stay as they are written.
_AS_WRITTEN = policy.SMTP.clone(refold_source="none")


class PreparedMIME:
    """Prepared bytes with the interface of ``email.message.EmailMessage``.

    They are parsed only for who asks for more than ``as_bytes()``, as a backend that signs them.
    """

    def __init__(self, data: bytes, policy: Policy | None = None) -> None:
        """``data`` must have CRLF line ends. ``policy`` says which ones ``as_bytes`` has."""
        self._data = data
        self._linesep = policy.linesep if policy else "\n"

    @cached_property
    def _parsed(self) -> EmailMessage:
        return message_from_bytes(self._data, policy=_AS_WRITTEN)

    def as_bytes(
        self, unixfrom: bool = False, policy: Policy | None = None, linesep: str | None = None
    ) -> bytes:
        """Return the message with the line ends of ``linesep`` or of the policy."""
        data = self._data
        if unixfrom or "_parsed" in self.__dict__:
            data = self._parsed.as_bytes(unixfrom=unixfrom)
        linesep = linesep or (policy.linesep if policy else self._linesep)
        return data if linesep == _CRLF else data.replace(b"\r\n", linesep.encode())

    def as_string(self, unixfrom: bool = False, **options: Any) -> str:
        """Return the message as text."""
        return self.as_bytes(unixfrom, **options).decode("ascii")

    def __bytes__(self) -> bytes:
        return self.as_bytes()

    def __str__(self) -> str:
        return self.as_string()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self._parsed, name)

    def __contains__(self, name: str) -> bool:
        return name in self._parsed

    def __getitem__(self, name: str) -> Any:
        return self._parsed[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._parsed[name] = value

    def __delitem__(self, name: str) -> None:
        del self._parsed[name]

    def __len__(self) -> int:
        return len(self._parsed)

    def __iter__(self) -> Any:
        return iter(self._parsed)
