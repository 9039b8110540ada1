"""Whether the serializers of the OpenAPI document make the answers: each with one field more.

``add_field`` gives every serializer of answers a further field. ``ShapeWalk`` sends requests and
walks over each answer along its description: where the document names a serializer, its further
field must be there. A dictionary made by hand beside a serializer has none.
"""

import json
import os
import re
from contextlib import contextmanager

from django.test import Client
from rest_framework import serializers

from cx_feedback.core.api.serializers import OutputSerializer, _get_instance
from tests.conftest import OWN
from tests.messages import ROOT

API = "/feedback/api/v1/"
FIELD = "added"
JSON = {"content_type": "application/json"}


#: Whether answers become the examples of the OpenAPI document: CX_EXAMPLES=1 with pytest -k shapes.
RECORDING = "CX_EXAMPLES" in os.environ
ROOMS = {"guides": "newsletter", "subscriptions": "newsletter", "me": "readers"}


class AddedField(serializers.CharField):
    """A field with the name of its serializer, whatever the object."""

    def get_attribute(self, instance):
        return get_component(type(self.parent))


def get_component(serializer):
    """Return the name of a serializer in the OpenAPI document."""
    return serializer.__name__.removesuffix("Serializer")


def list_serializers(base=OutputSerializer):
    for serializer in base.__subclasses__():
        yield serializer
        yield from list_serializers(serializer)


@contextmanager
def add_field():
    """Add a field to each serializer of answers."""
    Client().get(f"{API}schema/")  # imports all of them
    found = list(set(list_serializers()))
    before = {serializer: serializer._declared_fields for serializer in found}
    try:
        for serializer in found:
            serializer._declared_fields = {**before[serializer], FIELD: AddedField(read_only=True)}
        _get_instance.cache_clear()
        yield
    finally:
        for serializer, fields in before.items():
            serializer._declared_fields = fields
        _get_instance.cache_clear()


def record_example(path, operation, status, data, answer):
    """Put a request and its answer into the examples of its room, unless there are some."""
    first = path.removeprefix(API).partition("/")[0]
    file = ROOT / "cx_feedback" / ROOMS.get(first, first) / "api/examples.json"
    found = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    example = {"status": str(status), "request": data, "response": shorten(answer)}
    if data is None:
        del example["request"]
    text = json.dumps({operation: example} | found, indent=1, sort_keys=True, ensure_ascii=False)
    file.write_text(text + "\n", encoding="utf-8")


def shorten(answer):
    """Return an answer without the added fields, and with two of what there are many."""
    if isinstance(answer, dict):
        return {name: shorten(value) for name, value in answer.items() if name != FIELD}
    return [shorten(value) for value in answer[:2]] if isinstance(answer, list) else answer


class ShapeWalk:
    """Requests to the paths that begin with ``prefixes``, and what was seen in the answers."""

    def __init__(self, client, *prefixes):
        self.document = client.get(f"{API}schema/").json()
        #: What is described: (method, path, status) to the schema of the answer, if it has one.
        self.described = {
            (method, path, status): content["schema"]
            for path, operations in self.document["paths"].items()
            if path.removeprefix(API).startswith(prefixes)
            for method, operation in operations.items()
            for status, response in operation["responses"].items()
            for content in response.get("content", {}).values()
        }
        self.answered, self.seen = set(), set()

    def call(self, client, path, data=None, *, method=None, status=200):
        """Send a request and look for the added fields in its answer; return its JSON."""
        method = method or ("get" if data is None else "post")
        body = {} if data is None else {"data": json.dumps(data)}
        response = getattr(client, method)(
            API + path, **body, **({} if method == "get" else JSON), **OWN
        )
        assert response.status_code == status, (path, response.status_code, response.content)
        answer = (method, self._find_path(method, API + path.split("?")[0]), str(status))
        answer = answer if answer in self.described else (*answer[:2], "4XX")
        self._walk(self.described[answer], response.json(), path)
        self.answered.add(answer)
        operation = self.document["paths"][answer[1]][method]["operationId"]
        if RECORDING and status < 300:
            record_example(answer[1], operation, status, data, response.json())
        return response.json()

    def get_missing(self):
        """Return the answers and the serializers that no request has shown."""
        wanted = set()
        for schema in self.described.values():
            self._collect(schema, wanted)
        answers = {answer for answer in self.described if answer[2] != "4XX"}
        return (answers - self.answered) | (wanted - self.seen)

    def _find_path(self, method, path):
        known = sorted({path for one, path, _status in self.described if one == method})
        same = [one for one in known if re.fullmatch(re.sub(r"{\w+}", r"[0-9a-f-]+", one), path)]
        return same[0]

    def _walk(self, schema, value, where):
        """Require the added field in each object that the schema names a serializer for."""
        for alternatives in ("allOf", "oneOf"):
            schema = schema.get(alternatives, [schema])[0]
        name = schema.get("$ref", "").rpartition("/")[2]
        described = self._get_component(name)
        if described and value is not None:
            assert value.get(FIELD) == name, f"{where}: {name} does not make this answer"
            self.seen.add(name)
            for field in described["properties"].keys() & value.keys():
                self._walk(described["properties"][field], value[field], f"{where} {name}.{field}")
        elif schema.get("type") == "array":
            for each in value or ():
                self._walk(schema["items"], each, where)

    def _collect(self, schema, wanted):
        """Add to ``wanted`` the names of the serializers in a schema."""
        for name in set(re.findall(r"#/components/schemas/(\w+)", json.dumps(schema))) - wanted:
            if described := self._get_component(name):
                wanted.add(name)
                self._collect(described, wanted)

    def _get_component(self, name):
        """Return the description of a serializer, None for a list of choices."""
        found = self.document["components"]["schemas"].get(name)
        return found if found and found["type"] == "object" else None
