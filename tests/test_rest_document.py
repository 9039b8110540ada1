"""The OpenAPI document: an example of each operation, headers, statuses and codes of errors."""

import importlib
import pkgutil
import re

import jsonschema
import pytest

import cx_feedback
from cx_feedback.core.errors import FeedbackError
from cx_feedback.core.http.error_statuses_and_headers import FrameworkError, get_status
from tests.messages import ROOT
from tests.pages import make_survey

pytestmark = pytest.mark.django_db
API = "/feedback/api/v1/"
#: Codes of commands and screens, which REST never answers.
NOT_REST = {
    *("no-backtest", "everything-marked", "stale-figures", "days-deleted", "erased"),
    "invalid",
}


@pytest.fixture(scope="module")
def document(django_db_setup, django_db_blocker):
    from django.test import Client

    with django_db_blocker.unblock():
        return Client().get(f"{API}schema/").json()


@pytest.fixture(scope="module")
def operations(document):
    return {
        operation["operationId"]: (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def as_json_schema(schema):
    """Return a schema of OpenAPI 3.0 with its ``nullable`` as JSON Schema says it."""
    if isinstance(schema, list):
        return [as_json_schema(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: as_json_schema(value) for name, value in schema.items()}
    if found.pop("nullable", None) is True:
        return {"anyOf": [found, {"type": "null"}]}
    return found


def list_bodies(operation):
    """Iterate over the JSON bodies of an operation: of the request and of its successes."""
    yield from operation.get("requestBody", {}).get("content", {}).values()
    for status, response in operation["responses"].items():
        if status.startswith("2"):
            yield from response.get("content", {}).values()


def test_each_operation_has_an_example_that_is_valid(document, operations):
    components = as_json_schema(document["components"])
    for name, (_method, _path, operation) in operations.items():
        bodies = list(list_bodies(operation))
        examples = [body for body in bodies if "example" in body]
        # Of several successes (created, or there before) one is enough.
        assert len(examples) >= min(len(bodies), 1 + ("requestBody" in operation)), name
        for body in examples:
            schema = {**as_json_schema(body["schema"]), "components": components}
            jsonschema.validate(body["example"], schema)


def test_no_example_is_of_an_operation_that_is_gone(operations):
    from cx_feedback.core.api.document_parts import load_examples

    assert set(load_examples()) - set(operations) == set()


def names(operation):
    return {one.get("name") or one["$ref"].rpartition("/")[2] for one in operation["parameters"]}


def test_what_is_said_of_acts(operations):
    _method, _path, operation = operations["comments_create"]
    assert {"IdempotencyKey", "ReaderKey"} <= names(operation)
    assert {"400", "403", "413", "422", "428", "429"} <= set(operation["responses"])
    assert "X-CX-Reader" in operation["responses"]["201"]["headers"]
    assert operation["security"] == [{"session": []}, {}]


def test_what_is_said_of_programs(document, operations):
    _method, _path, operation = operations["surveys_results_retrieve"]
    assert {"401", "403", "404", "429"} <= set(operation["responses"])
    assert operation["security"] == [{"token": []}, {"session": []}]
    assert "WWW-Authenticate" in document["components"]["responses"]["Unauthenticated"]["headers"]
    assert "Retry-After" in document["components"]["responses"]["TooMany"]["headers"]
    assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert {"token": []} in operations["subscriptions_create"][2]["security"]


def test_every_parameter_and_answer_is_explained(document, operations):
    described = {**document["components"]["parameters"]}
    for name, (_method, _path, operation) in operations.items():
        for one in operation["parameters"]:
            one = described[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
            if one["in"] == "header":
                assert one["description"], name
        assert all(response for response in operation["responses"].values()), name
    assert "Deprecation" in document["info"]["description"]


def import_all():
    """Import every module that may declare an error."""
    for module in pkgutil.walk_packages(cx_feedback.__path__, "cx_feedback."):
        if re.search(r"error|_rules|ban_lookup|decision_json|proof_of_work|notes$", module.name):
            importlib.import_module(module.name)


def list_errors(base=FeedbackError):
    for error in base.__subclasses__():
        yield error
        yield from list_errors(error)


def test_the_codes_of_errors_are_those_of_the_table():
    import_all()
    text = (ROOT / "docs/reference/rest.md").read_text(encoding="utf-8").partition("## Errors")[2]
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| ([\d, ]+) \|", text, re.M))
    ours = [e for e in list_errors() if e.__module__.startswith("cx_feedback.")]
    found = {(error.code, error) for error in ours if error is not FrameworkError}
    codes = {code for code, _error in found}
    assert codes - NOT_REST == set(rows)
    for code, error in found:
        if code in rows:
            assert str(get_status(error.__new__(error))) in rows[code].split(", "), error


def test_surveys_are_read_by_cursor(client):
    made = [make_survey().pk for _ in range(5)]
    seen, url, parts = [], f"{API}surveys/?limit=2", 0
    while url:
        response = client.get(url)
        seen += [survey["id"] for survey in response.json()]
        link = re.fullmatch(r'<(.+)>; rel="next"', response.headers.get("Link", ""))
        url, parts = link and link[1], parts + 1
    assert (seen, parts) == (made, 3)


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "cursor=-1", "cursor=x", "limit="])
def test_a_cursor_that_is_none(client, query):
    response = client.get(f"{API}surveys/?{query}")
    assert response.status_code == 400
    assert set(response.json()["errors"]) == {query.partition("=")[0]}
