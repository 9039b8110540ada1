"""Every public template says in its head what a site that overrides it gets as context."""

import re
from functools import cache
from pathlib import Path

import pytest
from django.template.base import Lexer, TokenType
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent / "cx_feedback"
HEAD = re.compile(
    r"\A(?:\{% (?:extends|load) \S+ %\}\n?)?\{% comment %\}\n(?P<text>.+?)\n\{% endcomment %\}",
    re.DOTALL,
)
#: Screens of the admin that stand in no folder of that name.
ADMIN = re.compile(r"/admin/|core/(edit_form|charts/)|templates/cx_feedback/mail/(?!answer_copy)")
#: Words of tags that are no variables.
WORDS = {"and", "or", "not", "in", "is", "if", "with", "only", "count", "context", "trimmed", "by",
         "as", "asvar", "None", "True", "False", "noop", "reversed", "on", "off", *("==", "!=", ">",
         "<", ">=", "<=")}  # fmt: skip
#: Tags without variables of the context, or whose variables Django itself sets.
WITHOUT = {"load", "extends", "block", "comment", "else", "empty", "plural", "autoescape"}
NAMED = re.compile(r"(\w+)=(.+)")


def public_templates():
    found = [
        path
        for kind in ("html", "txt", "mjml")
        for path in ROOT.glob(f"*/templates/cx_feedback/**/*.{kind}")
    ]
    return sorted(path for path in found if not ADMIN.search(str(path)))


def name_of(path):
    return path.relative_to(ROOT).as_posix()


@cache
def head_of(path):
    found = HEAD.match(path.read_text())
    return found["text"] if found else ""


def documented(path, seen=frozenset()):
    """Return the words of a head and of the heads of the templates that it refers to."""
    text = head_of(path)
    words = set(re.findall(r"\w+", text))
    for other in re.findall(r"[\w/]+\.(?:html|mjml|txt)", text):
        for beside in (
            path.parent / other,
            ROOT / other.split("/")[0] / "templates/cx_feedback" / other,
        ):
            if beside.exists() and beside not in {path, *seen}:
                words |= documented(beside, {path, *seen})
    return words


def read_expression(expression):
    """Yield the variables of an expression with its filters."""
    bare = re.sub(r"\"[^\"]*\"|'[^']*'", "", expression)
    value, *filters = bare.split("|")
    roots = [value, *(each.partition(":")[2] for each in filters)]
    for root in roots:
        if found := re.match(r"[a-z_]\w*", root.strip()):
            yield found[0]


class Variables:
    """The variables that a template reads, ``used``, and those that it sets itself, ``bound``."""

    def __init__(self, source):
        self.used, self.bound = set(), {"forloop", "block"}
        for token in Lexer(source).tokenize():
            if token.token_type == TokenType.VAR:
                self.used |= set(read_expression(token.contents))
            elif token.token_type == TokenType.BLOCK:
                self._read_tag(token.split_contents())

    def _read_tag(self, bits):
        tag, *rest = bits
        if tag in WITHOUT or tag.startswith("end"):
            return
        if tag == "for":
            end = rest.index("in")
            self.bound |= {bit.strip(",") for bit in rest[:end]}
            rest = rest[end + 1 :]
        for before, bit in zip(["", *rest], rest, strict=False):
            self._read_bit(tag, before, bit)

    def _read_bit(self, tag, before, bit):
        if before in ("as", "asvar"):
            self.bound.add(bit)
        elif bit in WORDS:
            return
        elif named := NAMED.fullmatch(bit):
            if tag in ("with", "blocktranslate", "include"):
                self.bound.add(named[1])
            self.used |= set(read_expression(named[2]))
        else:
            self.used |= set(read_expression(bit))

    @property
    def of_context(self):
        return self.used - self.bound - WORDS


@pytest.mark.parametrize("path", public_templates(), ids=name_of)
def test_the_head_of_a_template_names_its_context(path):
    assert head_of(path), "begins with no {% comment %} about its context"
    rest = path.read_text()[HEAD.match(path.read_text()).end() :]
    assert Variables(rest).of_context - documented(path) == set()


@pytest.mark.parametrize("path", public_templates(), ids=name_of)
def test_a_site_can_override_a_template(path, tmp_path, settings):
    name = path.as_posix().split("/templates/", 1)[1]
    own = tmp_path / name
    own.parent.mkdir(parents=True)
    own.write_text("ours")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    assert get_template(name).render({}) == "ours"


def test_no_head_is_lost_among_few():
    assert len(public_templates()) > 100
    rooms = {name_of(path).partition("/")[0] for path in public_templates()}
    assert rooms == {
        "comments",
        "conversations",
        "core",
        "mail",
        "newsletter",
        "nps",
        "readers",
        "surveys",
    }


def test_variables_are_read_as_django_reads_them():
    source = (
        "{% for a, b in rows %}{{ a.x|default:other }}{% endfor %}"
        "{% with c=rows.y %}{{ c }}{% endwith %}"
        '{% if one == "two" and not three.four %}{% url "x" five as six %}{{ six }}{% endif %}'
        "{% blocktranslate with n=seven count m=eight %}{{ n }}{% plural %}{{ m }}"
        "{% endblocktranslate %}"
        '{% include "x.html" with y=nine %}{{ "text"|add:ten }}'
    )
    numbers = {"one", "three", "five", "seven", "eight", "nine", "ten"}
    assert Variables(source).of_context == {"rows", "other", *numbers}
