"""Addresses as people type them: another script in path, query and host; and what a receiver answers to that is shown."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from projects.webhooks.delivery import _host_header, send


def test_a_path_and_query_in_chinese_are_sent_as_browsers_send_them(receiver):
    url = receiver.url.replace("/hook?of=register", "/推送/a%20b/?类别=月报&x=1+2")
    asked = []
    original = receiver.server.RequestHandlerClass.do_POST

    def do_post(handler):
        asked.append(handler.path)
        original(handler)

    receiver.server.RequestHandlerClass.do_POST = do_post
    assert send(url, b"{}", headers={}).is_success
    assert asked == ["/%E6%8E%A8%E9%80%81/a%20b/?%E7%B1%BB%E5%88%AB=%E6%9C%88%E6%8A%A5&x=1+2"]


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://例子.中国/hook", "xn--fsqu00a.xn--fiqs8s"),
        ("https://Platform.example/hook", "platform.example"),
        ("https://platform.example:443/", "platform.example"),
        ("https://platform.example:80/", "platform.example:80"),
        ("http://platform.example:8080/", "platform.example:8080"),
        ("https://[2600::1]:443/", "[2600::1]"),
        ("https://[2600::1]:8443/", "[2600::1]:8443"),
    ],
)
def test_the_host_is_named_as_its_receiver_expects_it(url, named):
    assert _host_header(urlsplit(url)) == named


def test_nothing_that_turns_the_direction_of_a_line_or_cannot_be_seen_is_kept_of_an_answer(receiver):
    receiver.status, receiver.answer = 400, "no\u202e such\x07 hook\u200b\nat all".encode()
    assert send(receiver.url, b"{}", headers={}).said == "no such hook\nat all"
