"""Reading the bodies of REST requests."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils import json


class StrictJSON(JSONParser):
    """JSON in UTF-8 (RFC 8259), whatever charset the client names.

    Django decodes with any codec of that name, and Python has some that unpack archives. What
    is nested too deeply to be read is no JSON for us either.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            return json.loads(stream.read().decode())
        except (ValueError, RecursionError) as error:
            raise ParseError(str(error)) from None
