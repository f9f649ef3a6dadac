"""Answers that are complete in themselves: nothing that might be in trouble is used to tell of the trouble."""

from django.http import HttpResponse, JsonResponse

PAGE = """<!doctype html>
<html lang="zh-Hans">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title_zh} · {title_en}</title></head>
<body><main>
<h1>{title_zh}</h1>
<p>{text_zh}</p>
<div lang="en">
<h2>{title_en}</h2>
<p>{text_en}</p>
</div>
</main></body>
</html>
"""


def page(*, status, zh, en, retry_after=None):
    """A small page in both languages; `zh` and `en` are each a title and a text."""
    html = PAGE.format(title_zh=zh[0], text_zh=zh[1], title_en=en[0], text_en=en[1])
    return passing(HttpResponse(html, status=status), retry_after)


def problem(*, status, title, detail, retry_after=None):
    """The same for other systems (RFC 9457)."""
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return passing(JsonResponse(body, status=status, content_type="application/problem+json"), retry_after)


def passing(response, retry_after):
    response["Cache-Control"] = "no-store"
    if retry_after:
        response["Retry-After"] = retry_after
    return response
