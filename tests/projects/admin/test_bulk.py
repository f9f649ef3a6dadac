"""Changing several projects: asked first, all or nothing, one revision with its reason, and only one's own."""

from __future__ import annotations

import pytest

from projects.history.revisions import create_revision
from projects.models import Project, Revision
from projects.models.attribution import reporter_of
from sectors.models import ChainLink, Sector
from tests.projects.admin.forms import messages_of, project, seen, url
from tests.projects.workflows.proposals_made import LETTER


@pytest.fixture
def browser(province, client_of):
    return client_of(province)


def sector(code):
    return Sector.objects.get(code=code)


def ask(browser, projects, step="", follow=False, **values):
    data = {"action": "change_in_bulk", "_selected_action": [each.pk for each in projects], "step": step}
    data |= {"_seen": seen()} | values
    if not step:
        data["index"] = 0
    return browser.post(url(Project) + "?lang=en", data, follow=follow)


def said_by_somebody(*records):
    """Everything that these say, and their places on lists, has a reporter: what is left is their basis."""
    with create_revision():
        for record in records:
            for entry in record.entries.all():
                entry.basis, entry.planned_disbursement_reported_by = "reported", LETTER
                entry.save()
            for name in record.attributed:
                setattr(record, reporter_of(name), LETTER if record.figure(name) is not None else "")
            record.save()
    return list(records)


def carry_out(browser, projects, **values):
    page = ask(browser, projects, "preview", **values)
    return ask(browser, projects, "confirm", follow=True, _seen=str(page.context["seen"]), **values)


def test_it_asks_first_and_changes_nothing_before(browser, register):
    chosen = [project("13"), project("14")]
    before = Revision.objects.newest_number()
    page = ask(browser, chosen)
    assert [row["project"] for row in page.context["rows"]] == chosen
    smart = sector("smart-terminals")
    page = ask(browser, chosen, "preview", sector=smart.pk, chain_link="none", reason="moved")
    text = page.content.decode()
    assert "<del>Advanced computing</del>" in text
    assert "<ins>Smart terminals</ins>" in text
    assert page.context["possible"]
    assert Revision.objects.newest_number() == before


def test_it_is_one_revision_with_its_reason_and_says_what_changed(browser, province):
    chosen = [project("13"), project("14"), project("15"), project("41")]
    before = Revision.objects.newest_number()
    smart = sector("smart-terminals")
    page = carry_out(browser, chosen, sector=smart.pk, chain_link="none", reason="the 2024 catalogue")
    assert messages_of(page)[:2] == [
        "3 projects: sector Advanced computing → Smart terminals",
        "1 already had this sector",
    ]
    revision = Revision.objects.get(number=before + 1)
    assert (revision.reason, revision.user) == ("the 2024 catalogue", province)
    assert Revision.objects.newest_number() == before + 1
    for each in chosen:
        each.refresh_from_db()
        assert (each.sector, each.chain_link) == (smart, None)
        assert each.history.first().revision_id == before + 1


def test_basis_and_chain_link_change_alone(browser, register):
    chosen = said_by_somebody(project("13"), project("14"))
    link = ChainLink.objects.filter(sector=chosen[0].sector).exclude(pk=chosen[0].chain_link_id).first()
    carry_out(browser, chosen, chain_link=link.pk, basis="reported", reason="checked")
    for each in chosen:
        each.refresh_from_db()
        assert (each.chain_link, each.basis) == (link, "reported")


def test_a_chain_link_of_another_sector_is_said_beforehand_and_stops_everything(browser, register):
    chosen = [project("13"), project("41")]
    link = ChainLink.objects.filter(sector=chosen[0].sector).first()
    page = ask(browser, chosen, "preview", chain_link=link.pk, reason="x")
    problems = {row["project"].code: row["problems"] for row in page.context["rows"]}
    assert problems["HN-EI-2023-13"] == []
    assert problems["HN-EI-2023-41"]
    before = Revision.objects.newest_number()
    page = carry_out(browser, chosen, chain_link=link.pk, reason="x")
    assert not page.context["possible"]
    assert Revision.objects.newest_number() == before


def test_reported_without_who_reported_each_figure_is_refused(browser, register):
    [first, second] = [project("13"), *said_by_somebody(project("14"))]
    page = ask(browser, [first, second], "preview", basis="reported", reason="x")
    problems = {row["project"].code: row["problems"] for row in page.context["rows"]}
    assert problems["HN-EI-2023-14"] == []
    for name in ("total investment", "expected annual revenue at full capacity"):
        assert f"“{name}”: say who reported it, or name the source that publishes it." in problems["HN-EI-2023-13"]
    assert not page.context["possible"]
    carry_out(browser, [first, second], basis="reported", reason="x")
    assert {project("13").basis, project("14").basis} == {"illustrative"}


def test_published_without_a_source_is_refused(browser, register):
    page = ask(browser, [project("13")], "preview", basis="published", reason="x")
    assert "needs its source" in page.content.decode()


@pytest.mark.parametrize(
    "values",
    [{"reason": "x"}, {"basis": "reported"}, {"basis": "invented", "reason": "x"}, {"sector": "0", "reason": "x"}],
)
def test_it_wants_a_new_value_that_exists_and_a_reason(values, browser, register):
    page = ask(browser, [project("13")], "confirm", seen="1", **values)
    assert page.context["form"].errors
    assert project("13").basis == "illustrative"


def test_a_change_made_meanwhile_is_looked_at_again(browser, register):
    chosen, values = said_by_somebody(project("13"), project("14")), {"basis": "reported", "reason": "x"}
    previewed = str(ask(browser, chosen, "preview", **values).context["seen"])
    with create_revision():
        other = project("13")
        other.name_en = "Meanwhile"
        other.save()
    page = ask(browser, chosen, "confirm", _seen=previewed, **values)
    [told] = messages_of(page)
    assert "HN-EI-2023-13" in told
    assert "HN-EI-2023-14" not in told
    assert page.context["form"]["reason"].value() == "x"
    assert {project("13").basis, project("14").basis} == {"illustrative"}
    again = ask(browser, chosen, "confirm", follow=True, _seen=str(page.context["seen"]), **values)
    assert again.status_code == 200
    assert {project("13").basis, project("14").basis} == {"reported"}


@pytest.mark.permission
def test_hidden_projects_cannot_be_smuggled_in(changsha_writer, client_of, settings):
    settings.PROPOSAL_FIELDS = frozenset()
    browser, own, hidden = client_of(changsha_writer), *said_by_somebody(project("21"), project("39"))
    assert hidden.prefecture != own.prefecture
    values = {"basis": "reported", "reason": "x"}
    page = ask(browser, [own, hidden], "preview", **values)
    assert [row["project"] for row in page.context["rows"]] == [own]
    assert hidden.code not in page.content.decode()
    carry_out(browser, [own, hidden], **values)
    assert (project("21").basis, project("39").basis) == ("reported", "illustrative")


def test_all_across_pages_means_all_that_the_list_selects(changsha_writer, client_of):
    browser = client_of(changsha_writer)
    data = {"action": "change_in_bulk", "select_across": 1, "index": 0, "_selected_action": [project("21").pk]}
    data["_seen"] = seen()
    page = browser.post(url(Project) + "?basis=illustrative", data)
    rows = {row["project"] for row in page.context["rows"]}
    assert rows == set(Project.objects.visible_to(changsha_writer).filter(basis="illustrative"))


@pytest.mark.parametrize("who", ["changsha_reader", "analyst", "administrator"])
def test_who_may_not_change_is_not_offered_it_and_cannot_ask_for_it(who, request, register, client_of):
    browser = client_of(request.getfixturevalue(who))
    before = Revision.objects.newest_number()
    ask(browser, [project("21")], "confirm", follow=True, basis="reported", reason="x")
    assert Revision.objects.newest_number() == before
    assert project("21").basis == "illustrative"


@pytest.mark.permission
def test_rows_that_are_only_readable_are_named_and_stop_everything(changsha_writer, client_of, settings):
    from projects.models import Grant, Prefecture

    Grant(user=changsha_writer, role="prefecture-reader", prefecture=Prefecture.objects.get(adcode="430200")).save()
    chosen = said_by_somebody(project("21"), project("39"))
    settings.PROPOSAL_FIELDS = frozenset()
    page = ask(client_of(changsha_writer), chosen, "preview", basis="reported", reason="x")
    problems = {row["project"].code: row["problems"] for row in page.context["rows"]}
    assert problems == {"HN-EI-2023-21": [], "HN-EI-2023-39": ["You may not change this project."]}


@pytest.mark.permission
@pytest.mark.parametrize("keys", [["abc"], [str(10**30)], ["-1"], ["\x00"], ["1 OR 1=1"]])
@pytest.mark.parametrize("action", ["change_in_bulk", "delete_selected", "no_such_action"])
def test_forged_keys_are_not_found_and_never_break_the_page(keys, action, browser, register):
    data = {"action": action, "index": 0, "_selected_action": keys, "post": "yes"}
    assert browser.post(url(Project), data, follow=True).status_code == 200
    assert Project.objects.count() == 42
