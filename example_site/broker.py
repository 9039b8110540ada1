"""The filesystem broker, made safe: no worker ever reads a message that is half written.

Kombu's own transport creates a message's file and then writes it. A worker that looks between
the two takes an empty file, cannot decode it and ends (celery/kombu issue 1551). Here the file
is written under another name and then moved into the queue, which is one step for all who look.
"""

import time
import uuid
from pathlib import Path
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import TRANSPORT_ALIASES, filesystem
from kombu.utils.json import dumps


class Channel(filesystem.Channel):
    """Puts whole messages only."""

    def _put(self, queue: str, payload: Any, **kwargs: Any) -> None:
        folder, key = Path(self.data_folder_out), uuid.uuid4()
        unfinished = folder / f".{key}"
        try:
            unfinished.write_text(dumps(payload), "utf-8")
            unfinished.replace(folder / f"{time.time_ns()}_{key}.{queue}.msg")
        except OSError as error:
            raise ChannelError(f"Cannot add a message to {folder}: {error}") from error


class Transport(filesystem.Transport):
    """``filesystem://``, once this module has been imported."""

    Channel = Channel


TRANSPORT_ALIASES["filesystem"] = f"{__name__}:{Transport.__qualname__}"
