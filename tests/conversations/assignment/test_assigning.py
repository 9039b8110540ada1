"""Assignment rules: which conversations they fit, in which order, and who gets them."""

import datetime

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cx_feedback.conversations import services
from cx_feedback.conversations.models import (
    Absence,
    AssignmentRule,
    Conversation,
    ConversationRule,
    ConversationSection,
)
from cx_feedback.conversations.services.letters import Letter, store_letter
from cx_feedback.core.pages import site_time
from cx_feedback.nps.services import submit_score
from cx_feedback.readers import services as readers
from cx_feedback.readers.models import Reader
from tests.pages import make_widget
from tests.site.models import ArticlePage
from tests.threads import in_threads

pytestmark = pytest.mark.django_db
Target = AssignmentRule.Target


def make_rule(**fields):
    return AssignmentRule.objects.create(**{"name": "Rule", **fields})


def be_away(user, first=0, last=0):
    today = site_time.localdate()
    days = [today + datetime.timedelta(days=number) for number in (first, last)]
    return Absence.objects.create(account=user, first_day=days[0], last_day=days[1])


def write_letter(**fields):
    """Store a letter of another reader and return who got it."""
    letter = Letter(**{"text": "Hello", "name": "Ana", "email": "", "language": "en"} | fields)
    return store_letter(letter=letter, reader=readers.create_reader()).conversation.assignee


@pytest.fixture
def desk(make_editor):
    """Three editors of one group."""
    group = Group.objects.create(name="Desk")
    return group, [make_editor(name, groups=[group]) for name in ("ada", "bob", "cleo")]


def test_without_a_rule_that_fits_nobody_has_it(editor):
    assert write_letter() is None
    make_rule(account=editor, active=False)
    make_rule(account=editor, kind="comment")
    assert write_letter() is None


def test_the_first_rule_that_fits_counts(editor, make_editor):
    make_rule(account=editor, order=2)
    second = make_editor("second")
    rule = make_rule(account=second, order=1)
    assert write_letter() == second
    event = Conversation.objects.get().events.get()
    assert event.detail["rule"] == rule.pk
    rule.order = 3
    rule.save()
    assert write_letter() == editor


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"kind": "letter"}, True),
        ({"kind": "comment"}, False),
        ({"tier": "loyal"}, True),
        ({"tier": "lost"}, False),
        ({"language": "es"}, True),
        ({"language": "es-mx"}, True),
        ({"language": "e"}, False),
        ({"language": "es-ar"}, False),
        ({"kind": "letter", "tier": "loyal", "language": "en"}, False),
    ],
)
def test_reason_tier_and_language(editor, reader, write, fields, expected):
    make_rule(account=editor, **fields)
    Reader.objects.filter(pk=reader.pk).update(tier="loyal")
    reader.refresh_from_db()
    letter = Letter(text="Hola", name="Ana", email="", language="es-mx")
    found = store_letter(letter=letter, reader=reader).conversation
    assert (found.assignee == editor) is expected


def test_section_and_author_of_the_page(editor, make_editor, home, article):
    writer = make_editor("writer", ["access_admin"])
    section = home.add_child(instance=ArticlePage(title="Politics", slug="politics"))
    inside = section.add_child(instance=ArticlePage(title="In", slug="in", owner=writer))
    rule = make_rule(account=editor, section=section)
    assert write_letter(page_id=article.pk) is None
    assert write_letter() is None
    assert write_letter(page_id=inside.pk) == editor
    rule.delete()
    make_rule(account=editor, author=writer)
    assert write_letter(page_id=inside.pk) == editor
    assert write_letter(page_id=section.pk) is None


def test_a_rule_ends_with_its_section_and_its_author(editor, make_editor, home):
    section = home.add_child(instance=ArticlePage(title="Politics", slug="politics"))
    writer = make_editor("writer")
    make_rule(account=editor, section=section)
    make_rule(account=editor, author=writer)
    section.delete()
    writer.delete()
    assert not AssignmentRule.objects.exists()


def test_a_rule_without_its_account_leaves_it_to_the_next(editor, make_editor):
    gone = make_editor("gone")
    make_rule(account=gone, order=1)
    make_rule(account=editor, order=2)
    gone.delete()
    assert write_letter() == editor


def test_the_author_gets_it_if_they_may_answer(editor, make_editor, article):
    make_rule(target=Target.AUTHOR)
    article.owner = make_editor("writer", ["access_admin"])
    article.save()
    assert write_letter(page_id=article.pk) is None
    article.owner = editor
    article.save()
    assert write_letter(page_id=article.pk) == editor
    assert write_letter() is None


def test_nobody_gets_what_they_may_not_answer(make_editor, home, article):
    section = home.add_child(instance=ArticlePage(title="Politics", slug="politics"))
    group = Group.objects.create(name="Politics")
    group.permissions.set(Permission.objects.filter(codename="answer_conversation"))
    ConversationSection.objects.create(group=group, page=section)
    bounded = make_editor("bounded", ["access_admin"], [group])
    rule = make_rule(account=bounded)
    for target in Target.ACCOUNT, Target.GROUP:
        AssignmentRule.objects.filter(pk=rule.pk).update(
            target=target, account=bounded if target == Target.ACCOUNT else None, group=group
        )
        assert write_letter(page_id=section.pk) == bounded
        assert write_letter(page_id=article.pk) is None
        assert write_letter() is None


def test_a_group_takes_turns_by_the_fewest_open(desk, reader):
    group, [ada, bob, cleo] = desk
    make_rule(target=Target.GROUP, group=group)
    assert [write_letter() for _number in range(6)] == [ada, bob, cleo] * 2
    row = Conversation.objects.filter(assignee=bob).first()
    services.close_conversation(
        conversation_id=row.pk, outcome="solved", user=bob, seen=row.version
    )
    assert [write_letter() for _number in range(3)] == [bob, cleo, ada]


def test_a_group_goes_on_in_turn_when_nothing_is_open(desk):
    group, people = desk
    make_rule(target=Target.GROUP, group=group)
    got = []
    for _number in range(4):
        got.append(write_letter())
        Conversation.objects.all().delete()
    assert got == [*people, people[0]]


def test_members_who_may_not_answer_take_no_turns(desk, make_editor):
    group, people = desk
    people[0].user_permissions.clear()
    people[1].is_active = False
    people[1].save()
    make_rule(target=Target.GROUP, group=group)
    assert [write_letter(), write_letter()] == [people[2]] * 2


def test_who_is_away_is_passed_over(desk, editor, make_editor):
    group, [ada, bob, cleo] = desk
    be_away(bob, -1, 0)
    be_away(cleo, 1, 5)
    be_away(ada, -5, -1)
    make_rule(target=Target.GROUP, group=group)
    assert [write_letter() for _number in range(4)] == [ada, cleo] * 2
    be_away(ada)
    be_away(cleo)
    assert write_letter() is None


def test_the_group_gets_what_an_absent_account_or_author_can_not_have(desk, editor, article):
    group, [ada, bob, _cleo] = desk
    article.owner = editor
    article.save()
    make_rule(account=editor, group=group, kind="letter", tier="lost")
    make_rule(target=Target.AUTHOR, group=group)
    away = be_away(editor)
    assert write_letter(page_id=article.pk) == ada
    AssignmentRule.objects.filter(tier="lost").update(tier="")
    assert write_letter(page_id=article.pk) == bob
    away.delete()
    assert write_letter(page_id=article.pk) == editor


def test_letters_to_an_absent_author_go_by_the_rules(editor, make_editor, article):
    article.owner = make_editor("writer")
    article.save()
    make_rule(account=editor)
    assert write_letter(page_id=article.pk, to="author") == article.owner
    be_away(article.owner)
    assert write_letter(page_id=article.pk, to="author") == editor


def test_whom_the_rule_of_a_response_names_comes_first(editor, make_editor, reader):
    make_rule(account=editor)
    named = make_editor("named")
    rule = ConversationRule.objects.create(
        name="Low", active=True, trigger="detractor", assignee=named
    )
    widget = make_widget(detractor_next="write")

    def score(**fields):
        by = readers.create_reader()
        submit_score(widget_id=widget.pk, score=2, reader=by, email="ana@example.org", **fields)
        return Conversation.objects.latest("pk").assignee

    assert score() == named
    be_away(named)
    assert score() == editor
    rule.assignee = None
    rule.save()
    assert score() == editor


def test_a_joining_letter_changes_no_assignee(desk, write):
    group, [ada, _bob, _cleo] = desk
    make_rule(target=Target.GROUP, group=group)
    assert [write().assignee, write().assignee] == [ada, ada]


def test_the_queries_of_a_turn_do_not_grow_with_the_group(desk, make_editor):
    group, _people = desk
    make_rule(target=Target.GROUP, group=group)
    write_letter()

    def count():
        with CaptureQueriesContext(connection) as captured:
            write_letter()
        return len(captured)

    before = count()
    for number in range(8):
        make_editor(f"more{number}", groups=[group])
    assert count() == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer")
def test_those_at_once_go_to_all_members(desk):
    group, _people = desk
    make_rule(target=Target.GROUP, group=group)
    got = in_threads(*[write_letter] * 6)
    assert sorted(user.username for user in got) == ["ada", "ada", "bob", "bob", "cleo", "cleo"]


def test_the_log_names_the_rule_and_who_got_it(admin_client, editor, make_editor):
    rule = make_rule(account=editor, name="Letters & more")
    assert write_letter() == editor
    row = Conversation.objects.get()

    def read_log():
        page = admin_client.get(f"/admin/cx-feedback/conversations/{row.pk}/")
        return [note for _event, note in page.context["events"]], page.content.decode()

    notes, page = read_log()
    assert notes == ["Assigned by the rule “Letters & more”, to: edith."]
    assert "“Letters &amp; more”" in page
    rule.delete()
    other = make_editor("other")
    services.assign_conversation(conversation_id=row.pk, assignee=other, user=editor, seen=1)
    services.assign_conversation(conversation_id=row.pk, assignee=None, user=editor, seen=2)
    other.delete()
    assert read_log()[0] == [
        "Assigned by a rule that is deleted, to: edith.",
        "Assigned to: an account that is deleted.",
        "Assigned to: nobody.",
    ]


def test_the_log_says_so_if_everybody_was_away(admin_client, editor):
    make_rule(account=editor, name="Letters")
    be_away(editor)
    assert write_letter() is None
    page = admin_client.get(f"/admin/cx-feedback/conversations/{Conversation.objects.get().pk}/")
    assert page.context["events"][0][1] == "Assigned by the rule “Letters”, to: nobody."
