"""Every path of REST by scope, and by role for a token with all scopes."""

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone

from cx_feedback.tokens.models import Token
from tests.conftest import OWN
from tests.permissions.address_table import EVERYBODY, OWN_READER, REST, SUPERUSER, is_satisfied
from tests.permissions.addresses import list_rest_addresses
from tests.permissions.conftest import (  # noqa: F401
    ROLES,
    account,
    moderated,
    objects,
    of_role,
    pages,
)
from tests.permissions.test_rest import LET_IN, url_of  # noqa: F401
from tests.rows import list_own_models, list_rows
from tests.tokens.conftest import ALL_SCOPES, ProgramClient

pytestmark = pytest.mark.django_db
#: What everybody may do is refused to a token without the scope for it.
SIGN_UPS = {("api-subscriptions", "post"), ("api-guides", "post")}


def codenames(scopes):
    return {name.partition(".")[2] for name in scopes}


def closed_for(held):
    """Return which method of which path the table closes for a token with ``held``."""
    closed = {
        (name, method)
        for name, methods in REST.items()
        for method, rule in methods.items()
        if rule not in (EVERYBODY, OWN_READER) and not is_satisfied(rule, held)
    }
    return closed if "add_subscription" in held else closed | SIGN_UPS


def list_other_rows():
    """Return all rows of this package, but when tokens were used."""
    models = list_own_models()
    return list_rows(m for m in models if m._meta.app_label != "cx_feedback_tokens")


def find_refused(client, url_of):  # noqa: F811
    """Return which method of which path refuses ``client``, leaving all rows as they were."""
    refused = {}
    client.defaults.update(OWN)  # what is refused to programs without a browser is not the point
    for address, _view in list_rest_addresses():
        for method in REST[address.name]:
            cache.clear()  # the rates are not those of this test
            before = list_other_rows() if method != "get" else None
            response = client.call(method, url_of(address))
            assert response.status_code in LET_IN | {403}, (address, method, response.content)
            if response.status_code == 403:
                refused[address.name, method] = response
                assert before is None or list_other_rows() == before, (address, method)
    return refused


@pytest.mark.slow
@pytest.mark.parametrize("scope", ALL_SCOPES)
def test_each_scope_opens_what_the_table_says(program, url_of, scope):  # noqa: F811
    refused = find_refused(program(scope), url_of)
    assert set(refused) == closed_for(codenames([scope]))
    for response in refused.values():
        problem = response.json()
        assert problem["type"] == "urn:cx-feedback:problem:scope-missing"
        assert scope not in problem["scopes"]
        assert problem["scopes"][0] in problem["detail"]
        assert f'scope="{" ".join(problem["scopes"])}"' in response["WWW-Authenticate"]


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES)
def test_a_token_may_do_no_more_than_its_account(of_role, program, url_of, owner, role):  # noqa: F811
    client = program(*ALL_SCOPES)
    _client, held = of_role(role)
    holder = User.objects.get(username=role)
    User.objects.filter(pk=owner.pk).update(is_superuser=holder.is_superuser)
    owner.groups.set(holder.groups.all())
    owner.user_permissions.set(holder.user_permissions.all())
    if SUPERUSER in held:
        held = codenames(ALL_SCOPES)
    assert set(find_refused(client, url_of)) == closed_for(held)


def test_every_scope_is_needed_somewhere():
    rules = " ".join(rule for methods in REST.values() for rule in methods.values())
    unused = {name for name in codenames(ALL_SCOPES) if name not in rules}
    # One adds texts to responses, and one is needed of tokens alone.
    assert unused == {"view_texts", "add_subscription"}


@pytest.mark.parametrize("kind", ["unknown", "expired", "malformed"])
def test_a_token_that_does_not_hold_is_refused_everywhere(make_token, url_of, kind):  # noqa: F811
    token, text = make_token(ALL_SCOPES[0])
    Token.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    sent = {"expired": str(text), "unknown": f"{str(text)[:-1]}-", "malformed": "x"}[kind]
    client, before = ProgramClient(sent), list_other_rows()
    client.defaults.update(OWN)
    for address, _view in list_rest_addresses():
        for method in REST[address.name]:
            cache.clear()
            response = client.call(method, url_of(address))
            assert response.status_code == 401, (address, method)
            assert response.json()["type"] == "urn:cx-feedback:problem:unauthenticated"
            assert "invalid_token" in response["WWW-Authenticate"]
    assert list_other_rows() == before


def test_a_token_counts_at_its_own_rate_where_nobody_is_asked(program, article):
    client = program(ALL_SCOPES[0], rate="2/d")
    counts = f"/feedback/api/v1/comments/counts/?pages={article.pk}"
    statuses = [client.call("get", counts).status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
