"""Small files of the kinds that our commands read."""

from pathlib import Path

WXR = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Blog</title>
<link>https://blog.example</link><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_blog_url>https://blog.example</wp:base_blog_url>
<item><title>Home</title><link>https://blog.example/</link>
<content:encoded>Words.</content:encoded><wp:post_id>1</wp:post_id>
<wp:post_date_gmt>2020-03-01 12:00:00</wp:post_date_gmt>
<wp:comment_status>open</wp:comment_status><wp:post_name>home</wp:post_name>
<wp:status>publish</wp:status><wp:post_type>post</wp:post_type>
<wp:comment><wp:comment_id>7</wp:comment_id><wp:comment_author>Gil</wp:comment_author>
<wp:comment_date_gmt>2020-03-02 12:00:00</wp:comment_date_gmt>
<wp:comment_content>Words of WordPress.</wp:comment_content>
<wp:comment_approved>1</wp:comment_approved><wp:comment_parent>0</wp:comment_parent>
</wp:comment></item></channel></rss>"""
DISQUS = """<?xml version="1.0" encoding="utf-8"?>
<disqus xmlns="http://disqus.com" xmlns:dsq="http://disqus.com/disqus-internals">
<category dsq:id="1"><forum>blog</forum><title>General</title></category>
<thread dsq:id="1"><id/><forum>blog</forum><category dsq:id="1"/><link>https://blog.example/</link>
<title>Home</title><createdAt>2019-01-02T11:00:00Z</createdAt><isClosed>false</isClosed>
<isDeleted>false</isDeleted></thread>
<post dsq:id="2"><id/><message>Words of Disqus.</message>
<createdAt>2019-01-03T11:00:00Z</createdAt><isDeleted>false</isDeleted><isSpam>false</isSpam>
<author><name>Kai</name><isAnonymous>true</isAnonymous></author><thread dsq:id="1"/></post>
</disqus>"""
FILES = {
    "activity.csv": "reader,date\nana,2024-01-05\nana,2024-03-09\nbo,2024-02-01\n",
    "subscribers.csv": "email\nhal@example.org\nivy@example.org\n",
    "responses.csv": "How was it?,How easy?\nGood,5\nBad,1\n",
    "blog.xml": WXR,
    "disqus.xml": DISQUS,
}


def write(folder: Path) -> dict[str, str]:
    """Write all into ``folder``; return where each lies, by its name."""
    folder.mkdir(exist_ok=True)
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return {name: str(folder / name) for name in FILES}
