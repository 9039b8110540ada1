"""The conversations of editors' programs, by cursor."""

import pytest

from tests.conftest import consenting

pytestmark = pytest.mark.django_db
REST = "/feedback/api/v1/conversations/"


def test_pages_follow_each_other_by_cursor(client, editor, write):
    rows = [write(f"Letter {n}", by=consenting()).pk for n in range(5)]
    client.force_login(editor)
    seen, url = [], f"{REST}?limit=2"
    while url:
        found = client.get(url).json()
        seen += [one["id"] for one in found["conversations"]]
        url = found["next"]
    assert seen == rows


def test_no_words_and_no_address_are_in_it(client, editor, write):
    write("SECRET")
    client.force_login(editor)
    said = client.get(f"{REST}?state=new").content.decode()
    assert "SECRET" not in said
    assert "ana@example.org" not in said
    assert '"state":"new"' in said
    assert client.get(f"{REST}?state=closed").json()["conversations"] == []


@pytest.mark.parametrize("query", ["limit=0", "limit=x", "cursor=-1", "state=lost"])
def test_a_wrong_query_names_its_parameter(client, editor, query):
    client.force_login(editor)
    response = client.get(f"{REST}?{query}")
    assert response.status_code == 400
    assert list(response.json()["errors"]) == [query.partition("=")[0]]


def test_who_may_not_answer_reads_nothing(client, make_editor):
    assert client.get(REST).status_code == 403
    client.force_login(make_editor("nobody", codenames=["access_admin"]))
    assert client.get(REST).status_code == 403
