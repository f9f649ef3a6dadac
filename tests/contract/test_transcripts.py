"""The comparison of examples with answers sees what is not as shown."""

from __future__ import annotations

import pytest

from .transcripts import Shown, examples_of

pytestmark = pytest.mark.no_database

ANSWER = (
    '{"count": 2, "results": [{"id": 7, "code": "A"}, {"id": 8, "code": "B"}], "next": null, "by": {"a": {"b": 1}}}'
)


@pytest.mark.parametrize(
    "shown",
    [
        ANSWER,
        "{…}",
        '{"count": 2, …}',
        '{"count": …, "results": […], "next": null, …}',
        '{…, "results": [{"id": 7, "code": "A"}, …], …}',
        '{…, "results": [{…}, {"code": "B", …}], …}',
        '{…, "results": [{"code": "B", …}, …], …}',
        '{…, "by": {"a": {…}}}',
        '{…, "results": [{"id": 70, "code": "A"}, {"id": 80, "code": "…"}]}',
    ],
)
def test_an_answer_is_as_shown(shown):
    assert Shown().differs(shown, ANSWER) == ""


@pytest.mark.parametrize(
    "shown",
    [
        "{}",
        '{"count": 2}',
        '{"count": 3, …}',
        '{"count": true, …}',
        '{"total": 2, …}',
        '{…, "results": [{"id": 7, "code": "A"}]}',
        '{…, "results": [{"code": "B", …}, {"code": "A", …}, …]}',
        '{…, "results": [{"code": "C", …}, …]}',
        '{…, "results": [{"id": 7}, …]}',
        '{…, "results": [{"id": 1, …}, {"id": 1, …}]}',
        '{…, "by": {"a": {"b": 2}}}',
        "something else",
    ],
)
def test_an_answer_is_not_as_shown(shown):
    assert Shown().differs(shown, ANSWER) != ""


@pytest.mark.parametrize(
    ("answer", "as_shown"),
    [
        ('{"errors": {"reports.7.record": ["No “7”."], "reports.8": ["x"]}, "url": "/reports/7/"}', True),
        ('{"errors": {"reports.8.record": ["No “7”."], "reports.7": ["x"]}, "url": "/reports/7/"}', False),
        ('{"errors": {"reports.7.record": ["No “9”."], "reports.8": ["x"]}, "url": "/reports/7/"}', False),
    ],
)
def test_what_is_named_by_an_id_is_named_by_the_id_that_was_learnt(answer, as_shown):
    shown = Shown()
    assert shown.differs('{"rows": [{"id": 70}, {"id": 80}]}', '{"rows": [{"id": 7}, {"id": 8}]}') == ""
    told = '{"errors": {"reports.70.record": ["No “70”."], "reports.80": ["x"]}, "url": "/reports/70/"}'
    assert (shown.differs(told, answer) == "") is as_shown


def test_headers_are_looked_for_in_any_order_and_case():
    answer = 'HTTP/1.1 200 OK\r\nServer: x\r\netag: "abc"\r\n\r\n{"a": 1}'
    assert Shown().differs('HTTP/1.1 200 OK\nETag: "a…"\n{"a": 1}', answer) == ""
    assert Shown().differs('HTTP/1.1 200 OK\n{"a": 2}', answer) != ""
    assert Shown().differs("HTTP/1.1 200 OK\nRetry-After: 1", answer) != ""
    assert Shown().differs("HTTP/1.1 412 Precondition Failed", answer) != ""


def test_a_block_is_commands_with_what_they_show(tmp_path):
    document = tmp_path / "api.md"
    document.write_text(
        "# A\n\n```console\n$ curl a \\\n    -d b\n{1}\n{2}\n$ curl c\n```\n\n"
        "<!-- as: analyst -->\n```console\n$ curl d\n```\n\n```python\nnot run\n```\n",
        "utf-8",
    )
    found = [(each.who, each.command, each.shown) for each in examples_of(document, who="province")]
    assert found == [
        ("province", "curl a \\\n    -d b", "{1}\n{2}"),
        ("province", "curl c", ""),
        ("analyst", "curl d", ""),
    ]
