"""A Celery worker for which some names change their address at each look-up.

``python -m tests.services.webhook_worker`` takes the arguments of ``celery``.
"""

import itertools
import socket

PUBLIC = "2606:4700::1111"
#: Names and the addresses that their look-ups return in turn. 127.0.0.2 and ::1 are the inner
#: network of the test.
NAMES = {
    "rebound.example.com": itertools.cycle([PUBLIC, "127.0.0.2"]),
    "inner.example.com": itertools.cycle(["127.0.0.2"]),
    "inner6.example.com": itertools.cycle(["::1"]),
    "mapped.example.com": itertools.cycle(["::ffff:127.0.0.2"]),
}
resolve = socket.getaddrinfo


def resolve_name(host, port, *args, **kwargs):
    """Do what ``socket.getaddrinfo`` does, with the addresses of ``NAMES``."""
    return resolve(next(NAMES[host]) if host in NAMES else host, port, *args, **kwargs)


class Socket(socket.socket):
    """A socket that finds nobody at the public address, at once and with or without a network."""

    def connect(self, address):
        if address[0] == PUBLIC:
            raise ConnectionRefusedError
        super().connect(address)


if __name__ == "__main__":
    import sys

    from celery.__main__ import main

    socket.getaddrinfo, socket.socket = resolve_name, Socket
    sys.argv[0] = "celery"
    main()
