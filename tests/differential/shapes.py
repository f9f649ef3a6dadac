"""Cookies as they come: ordinary ones of other programs on the same host, and such as no standard has. By name."""

from __future__ import annotations

# what stands in the header before the cookies of the site; UTF-8 unless it is bytes
SHAPES: dict[str, str | bytes] = {
    "json": 'u={"id":1}',
    "no equals sign": "foo",
    "a blank in a value": "x=y z",
    "chinese": "k=长沙",
    "a list": "x=[1, 2]",
    "two semicolons": "JSESSIONID=A;",
    "named path": "path=/",
    "named version": "version=1",
    "named expires": "expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "named domain": "domain=.example.cn",
    "named secure": "secure",
    "named httponly": "HttpOnly; x=1",
    "brackets in a name": "a[b]=c",
    "an at sign in a name": "a@b=c",
    "a quote that stays open": 'a="b',
    "a quote with a semicolon": 'a="b; c"',
    "a quote within": 'a=b"c"d',
    "an escaped quote": r'a="b\"c"',
    "octal": r'a="\101\054"',
    "a comma": "a=1,2,3",
    "commas for semicolons": "a=1, b=2",
    "empty": "",
    "only semicolons": ";;;",
    "no name": "=value",
    "no value": "a=",
    "many equals signs": "a=b=c==",
    "blanks around": "  a  =  b  ",
    "a tab": "a=b\tc",
    "a percent sign": "a=%7B%22x%22%3A1%7D",
    "latin-1": b"a=\xe9\xff",
    "dollar version": '$Version="1"; a="b"; $Path="/"',
}
