"""Small files of other systems, as tests need them, and a mapping to the tests' articles."""

from html import escape

from wagtail.models import Site

from cx_feedback.comments.imports.page_mapping import LeaveOut, PostMapping
from tests.site.models import ArticlePage

WXR = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"
 xmlns:excerpt="http://wordpress.org/export/{version}/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/{version}/">
<channel><title>Blog</title><link>https://blog.example</link><language>es-ES</language>
<wp:wxr_version>{version}</wp:wxr_version><wp:base_blog_url>https://blog.example</wp:base_blog_url>
<wp:author><wp:author_login>eva</wp:author_login><wp:author_email>eva@blog.example</wp:author_email>
<wp:author_display_name><![CDATA[Eva Díaz]]></wp:author_display_name></wp:author>
{items}
</channel></rss>
"""
ITEM = """<item><title>{title}</title><link>{link}</link><dc:creator><![CDATA[eva]]></dc:creator>
<content:encoded><![CDATA[{content}]]></content:encoded>
<excerpt:encoded><![CDATA[{excerpt}]]></excerpt:encoded>
<wp:post_id>{id}</wp:post_id><wp:post_date>2020-03-01 13:00:00</wp:post_date>
<wp:post_date_gmt>2020-03-01 12:00:00</wp:post_date_gmt>
<wp:comment_status>{comments}</wp:comment_status><wp:post_name>{slug}</wp:post_name>
<wp:status>{status}</wp:status><wp:post_type>{type}</wp:post_type>
<wp:post_password>{password}</wp:post_password>
<category domain="category" nicename="ideas"><![CDATA[Ideas &amp; más]]></category>
<category domain="post_tag" nicename="lealtad"><![CDATA[lealtad]]></category>
{entries}</item>"""


def wxr(*items, version="1.2"):
    """Return a WXR file as bytes."""
    return WXR.format(version=version, items="\n".join(items)).encode()


def item(*entries, id=1, slug="a-post", type="post", **values):
    """Return a post with its comments."""
    values = {
        "title": "A post",
        "link": f"https://blog.example/{slug}/",
        "content": "Words.",
        "excerpt": "",
        "comments": "open",
        "status": "publish",
        "password": "",
        **values,
    }
    return ITEM.format(id=id, slug=slug, type=type, entries="\n".join(entries), **values)


def comment(id, text="Words", *, parent=0, **values):
    """Return a comment; ``values`` are those of WordPress without ``comment_``."""
    values = {
        "id": id,
        "author": "Ana",
        "author_email": "ana@example.org",
        "author_url": "https://spam.example",
        "author_IP": "192.0.2.7",
        "date": f"2020-03-02 13:00:{id % 60:02}" if isinstance(id, int) else "2020-03-02 13:00:00",
        "date_gmt": f"2020-03-02 12:00:{id % 60:02}" if isinstance(id, int) else "",
        "approved": "1",
        "type": "",
        "parent": parent,
        "user_id": 0,
        **values,
    }
    fields = "".join(
        f"<wp:comment_{name}>{escape(str(value))}</wp:comment_{name}>"
        for name, value in values.items()
    )
    content = f"<wp:comment_content><![CDATA[{text}]]></wp:comment_content>"
    return f"<wp:comment>{fields}{content}</wp:comment>"


DISQUS = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 xsi:schemaLocation="http://disqus.com/api/schemas/1.0/disqus.xsd">
<category dsq:id="1"><forum>blog</forum><title>General</title><isDefault>true</isDefault></category>
{records}
</disqus>
"""


def disqus(*records):
    """Return a Disqus export as bytes."""
    return DISQUS.format(records="\n".join(records)).encode()


def thread(id, link, *, identifier="", closed="false"):
    """Return a thread of Disqus."""
    return (
        f'<thread dsq:id="{id}"><id>{identifier}</id><forum>blog</forum><category dsq:id="1"/>'
        f"<link>{link}</link><title>A thread</title><message/>"
        "<createdAt>2019-01-02T11:00:00Z</createdAt>"
        "<author><name>Owner</name><isAnonymous>false</isAnonymous></author>"
        f"<isClosed>{closed}</isClosed><isDeleted>false</isDeleted></thread>"
    )


def said(id, thread, text="<p>Words</p>", *, parent="", deleted="false", spam="false", at=0):
    """Return a comment of Disqus, which calls it a post."""
    above = f'<parent dsq:id="{parent}"/>' if parent else ""
    return (
        f'<post dsq:id="{id}"><id/><message><![CDATA[{text}]]></message>'
        f"<createdAt>2019-01-03T11:00:{at:02}Z</createdAt><isDeleted>{deleted}</isDeleted>"
        f"<isSpam>{spam}</isSpam><author><email>ana@example.org</email><name>Ana</name>"
        "<isAnonymous>false</isAnonymous><username>ana</username></author>"
        f'<ipAddress>192.0.2.7</ipAddress><thread dsq:id="{thread}"/>{above}</post>'
    )


class Articles(PostMapping):
    """Makes an article of every post, published where WordPress showed it to anybody."""

    def page_for(self, post):
        if post.title == "Not this one":
            raise LeaveOut("Too old.")
        home = Site.objects.get(is_default_site=True).root_page
        page = ArticlePage(
            title=post.title or post.slug or "Untitled",
            slug=post.slug,
            live=post.status == "publish" and not post.protected,
            first_published_at=post.date,
            body=[("text", post.content), ("comments", {"heading": "", "order": "newest"})],
        )
        home.add_child(instance=page)
        return page
