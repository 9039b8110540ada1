"""Parts of the OpenAPI document that many endpoints share: headers, statuses, errors, examples.

``complete_document`` is a hook of drf-spectacular, which has described parameters, bodies and
successes by the views. An example of each operation stands in ``api/examples.json`` of its room.
"""

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from cx_feedback.core.api.operation_traits import CHALLENGES, IDEMPOTENT
from cx_feedback.core.http.cors import READER_HEADER
from cx_feedback.core.http.idempotency_keys import LENGTH
from cx_feedback.core.rooms.room_libraries import get_usable_rooms

PROBLEM = "application/problem+json"
Document = dict[str, Any]
_WRITES = ("post", "patch", "delete")

DESCRIPTION = """\
Surveys, NPS, comments, subscriptions and loyalty of a Wagtail site.

**Readers** need no account and no token. A browser is known by a cookie that its first act sets; a
page of another origin that the site trusts sends the key of the `X-CX-Reader` header instead.
**Programs** send a token (`Authorization: Bearer cxf_…`), whose scopes are names of permissions.

**Errors** are problem documents (RFC 9457). The last part of `type`,
`urn:cx-feedback:problem:<code>`, is stable; `title` and `detail` are for people, in their language;
`errors` names the fields. Codes that a client does not know are to be treated by their status.

**Repeats**: an act with an `Idempotency-Key` happens once, however often it is sent.

**Lists** that grow are read by cursor: `next` of an answer, or the `Link` header, leads to the next
part, and what is stored or deleted meanwhile shifts nothing.

**Versions**: `v1` stays as it is. Fields, parameters, codes and operations may be added; clients
ignore what they do not know. What goes away is announced by the headers `Deprecation` (RFC 9745)
and `Sunset` (RFC 8594) for six months or more, and marked here as deprecated; what would break
clients comes as `v2` beside it.
"""

_RETRY = {
    "Retry-After": {
        "description": "Seconds after which the same request may be sent again.",
        "schema": {"type": "integer", "minimum": 1},
    }
}
_AUTHENTICATE = {
    "WWW-Authenticate": {
        "description": "`Bearer` with the `error` and the missing `scope` (RFC 6750).",
        "schema": {"type": "string"},
    }
}
_READER = {
    READER_HEADER: {
        "description": "The key of the reader of this act, for pages of trusted origins that have "
        "no cookie yet. With `; max-age=<seconds>` it may be kept so long, else for the session.",
        "schema": {"type": "string"},
    }
}
#: Described refusals: name of the component, status, words, headers, further members.
_REFUSALS: tuple[tuple[str, str, str, dict[str, Any], dict[str, Any]], ...] = (
    ("Invalid", "400", "The input is wrong; `errors` names the fields.", {}, {}),
    (
        "Unauthenticated",
        "401",
        "The token is malformed, unknown, expired or revoked.",
        _AUTHENTICATE,
        {},
    ),
    (
        "Refused",
        "403",
        "Not allowed: to this account or reader, from a page of another site, or with this token, "
        "whose missing `scopes` are named then.",
        _AUTHENTICATE,
        {"scopes": {"type": "array", "items": {"type": "string"}}},
    ),
    ("NotFound", "404", "There is no such thing, or it must not be known.", {}, {}),
    ("Conflict", "409", "It is too early, too late, or has changed meanwhile.", {}, {}),
    ("Gone", "410", "It was public and no longer is.", {}, {}),
    ("TooLarge", "413", "The body is larger than the site takes.", {}, {}),
    (
        "KeyReused",
        "422",
        "The `Idempotency-Key` came before, with another request: send a new key.",
        {},
        {},
    ),
    (
        "Challenge",
        "428",
        "A proof of work is needed. Find the number that solves `challenge` (ALTCHA, PBKDF2: the "
        "script at `solver` does it), and send the same request with the solution in the field "
        "`challenge`, base64 of the JSON that ALTCHA's libraries make. It counts for this content "
        "only, once, for ten minutes. A token with the scope for it needs none.",
        {},
        {
            "challenge": {
                "type": "object",
                "additionalProperties": True,
                "description": "What has to be solved: `parameters` and their `signature`.",
            },
            "solver": {"type": "string", "description": "Address of a script that solves it."},
        },
    ),
    ("TooMany", "429", "Too many requests of this address or token.", _RETRY, {}),
)
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    # Not the format "uuid", for which generated clients pass objects that are no header's value.
    "schema": {"type": "string", "pattern": "^[ -~]*$", "maxLength": LENGTH},
    "description": "A random UUID for this act. Sent again with it, the act is not done twice and "
    "the first answer is returned, for a day. With another body it is refused with 422. A key that "
    "can be guessed counts for its sender alone.",
}
_READER_KEY = {
    "name": READER_HEADER,
    "in": "header",
    "schema": {"type": "string"},
    "description": "The reader's key, from pages of trusted origins, which have no cookies.",
}


def complete_document(result: Document, **kwargs: Any) -> Document:
    """Describe headers and statuses of all operations and put their examples in."""
    components = result.setdefault("components", {})
    components["responses"] = {
        name: _build_refusal(words, headers, members)
        for name, _status, words, headers, members in _REFUSALS
    }
    components["parameters"] = {"IdempotencyKey": _IDEMPOTENCY_KEY, "ReaderKey": _READER_KEY}
    examples = load_examples()
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            _complete_operation(path, method, operation)
            _put_example(operation, examples.get(operation["operationId"], {}))
    return result


def load_examples() -> dict[str, dict[str, Any]]:
    """Return the examples of all rooms by the id of their operation."""
    found: dict[str, dict[str, Any]] = {}
    for room in get_usable_rooms():
        spec = find_spec(room)
        path = Path(spec.origin if spec and spec.origin else "").parent / "api/examples.json"
        if path.exists():
            found |= json.loads(path.read_text(encoding="utf-8"))
    return found


def _build_refusal(words: str, headers: dict[str, Any], members: dict[str, Any]) -> Document:
    schema: Document = {"$ref": "#/components/schemas/ProblemOut"}
    if members:
        schema = {"allOf": [schema, {"type": "object", "properties": members}]}
    response = {"description": words, "content": {PROBLEM: {"schema": schema}}}
    return {**response, "headers": headers} if headers else response


def _complete_operation(path: str, method: str, operation: Document) -> None:
    """Add what follows from the path, the method and the traits of an operation."""
    traits = {name for name in (IDEMPOTENT, CHALLENGES) if operation.pop(name, False)}
    security = operation.get("security", [])
    by_token = any("token" in scheme for scheme in security)
    writes, has_body = method in _WRITES, "requestBody" in operation
    applies = {
        "400": has_body or bool(operation.get("parameters")),
        "401": True,
        "403": writes or by_token,
        "404": "{" in path,
        "409": writes,
        "410": "{" in path,
        "413": has_body,
        "422": IDEMPOTENT in traits,
        "428": CHALLENGES in traits,
        "429": writes or by_token,
    }
    responses = operation["responses"]
    for name, status, *_rest in _REFUSALS:
        if applies[status]:
            responses.setdefault(status, {"$ref": f"#/components/responses/{name}"})
    parameters = operation.setdefault("parameters", [])
    if IDEMPOTENT in traits:
        parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    if _is_of_readers(operation, writes):
        parameters.append({"$ref": "#/components/parameters/ReaderKey"})
        for status, response in responses.items():
            if writes and status.startswith("2"):
                response.setdefault("headers", {}).update(_READER)
    operation["responses"] = dict(sorted(responses.items()))


def _is_of_readers(operation: Document, writes: bool) -> bool:
    """Return whether everybody is let in, and known as a reader."""
    security = operation.get("security", [{}])
    return {} in security and (writes or len(security) > 1)


def _put_example(operation: Document, example: dict[str, Any]) -> None:
    if "request" in example and "requestBody" in operation:
        for content in operation["requestBody"]["content"].values():
            content["example"] = example["request"]
    answer = operation["responses"].get(example.get("status", "200"), {})
    if "response" in example:
        for content in answer.get("content", {}).values():
            content["example"] = example["response"]
