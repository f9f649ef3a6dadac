"""Orders of `/problems/` by each column of its table."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from projects.choices import ProblemKind, ProblemState
from projects.models import Problem
from tests.pages import opened

from .test_problems import shown

pytestmark = pytest.mark.django_db

SHOWN_BY = {
    "code": lambda each: each.project.code,
    "kind": lambda each: ProblemKind.values.index(each.kind),
    "state": lambda each: ProblemState.values.index(each.state),
    "solver": lambda each: each.solver or None,
    "due": lambda each: each.due,
    "raised": lambda each: each.raised_on,
    "description": lambda each: each.description,
}


@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("column", SHOWN_BY)
def test_each_column_orders_the_problems(analyst, client_of, column, sign):
    client = client_of(analyst)
    with CaptureQueriesContext(connection) as usual:
        opened(client, "/problems/")
    with CaptureQueriesContext(connection) as asked:
        page = opened(client, "/problems/", sort=f"{sign}{column}")
    assert len(asked) == len(usual)
    rows = [Problem.objects.get(pk=key) for key in shown(page)]
    values = [SHOWN_BY[column](each) for each in rows]
    known = [value for value in values if value is not None]
    assert len(rows) == 12
    assert values == [*sorted(known, reverse=bool(sign)), *[None] * (12 - len(known))]
    heads = [at["aria-sort"] for tag, at in page.elements if tag == "th" and "aria-sort" in at]
    assert heads == ["descending" if sign else "ascending"]


def test_who_is_not_told_of_a_solver_does_not_order_by_it(public_read, register, client):
    assert client.get("/problems/?sort=solver").status_code == 400
    assert client.get("/problems/?sort=size").status_code == 400
    assert "sort=solver" not in client.get("/problems/").content.decode()
