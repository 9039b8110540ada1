"""Parsers of the bodies of REST requests."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.utils import json

from cx_feedback.core.http.storable_text import refuse_unstorable


class StrictJSON(JSONParser):
    """Parses JSON as UTF-8 (RFC 8259), whatever charset the client names.

    Django decodes with any codec of that name, and Python has codecs that unpack archives. JSON
    that is nested too deeply is invalid as well. Raises InvalidInput for texts that databases
    can't store.
    """

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        try:
            text = stream.read().decode()
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise ParseError(str(error)) from None
        if "\\u" in text:  # only escapes can contain them
            refuse_unstorable(data)
        return data
