"""`/league/`."""

import pytest

from tests.pages import opened
from tests.projects.july import stage

pytestmark = pytest.mark.django_db


def ranks(client, **query):
    """Rank and name of each row, in their order."""
    html = client.get("/league/", {"lang": "en"} | query).content.decode()
    body = html.split("<tbody>", 1)[1].split("<tfoot>")[0]
    found = []
    for row in body.split('<td class="c">')[1:]:
        rank = row.split("</td>")[0].strip()
        name = row.split('<th scope="row">')[1].split("</a>")[0].rsplit(">", 1)[1]
        found.append((rank if rank.isdecimal() else "", name))
    return found


def test_sectors_are_ranked_by_the_share_of_their_plan(public_read, register, client):
    assert ranks(client, by="sector") == [
        ("1", "Advanced computing"),
        ("2", "5G and electronic circuits"),
        ("3", "New display"),
        ("4", "Smart terminals"),
        ("5", "Energy electronics"),
        ("6", "Power semiconductors"),
    ]
    text = opened(client, "/league/", by="sector", lang="en").text
    assert "By illustrative data: Against the pro-rata plan Advanced computing stands first, −10.4 percentage" in text
    assert "Power semiconductors last, −28.1." in text
    assert "−16.4" in text


def test_officials_rank_prefectures_first(public_read, register, client):
    assert ranks(client)[0] == ("1", "Shaoyang")


def test_one_month_alone_is_not_held_against_the_even_pace(public_read, register, client):
    text = opened(client, "/league/", month="2023-06", lang="en").text
    assert "Only one month is shown" in text
    assert "shares are of the announced plans of the entries that have a plan and a report" in text
    assert "−" not in text


def test_what_has_no_plan_is_listed_but_not_ranked(public_read, register, client):
    found = ranks(client, by="prefecture")
    unranked = [name for rank, name in found if not rank]
    assert unranked
    assert found[-len(unranked) :] == [("", name) for name in unranked]
    assert (
        "Not ranked, because too few have both a plan and a report:"
        in opened(client, "/league/", by="prefecture", lang="en").text
    )


@pytest.mark.parametrize("asked", [{}, {"through": "2023-07"}])
def test_what_is_said_of_the_first_and_the_last_is_not_of_the_order_of_the_table(province, client_of, asked):
    stage(6)
    client, ledes = client_of(province), set()
    for order in ("rank", "-rank", "name", "-disbursed"):
        ledes.add(client.get("/league/", {"by": "prefecture", "lang": "en", "sort": order, **asked}).context["lede"])
    assert len(ledes) == 1
