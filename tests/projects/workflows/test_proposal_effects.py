"""What a proposal would do to the totals is what accepting it does; until then no door shows its value."""

from __future__ import annotations

import random
import re

import pytest
from django.core.exceptions import ValidationError

from portfolio.settings.values import PROPOSABLE as BY_DEFAULT
from portfolio.settings.values import PROPOSABLE_TOO
from projects.access import needs_proposal
from projects.choices import Channel
from projects.history.revisions import create_revision
from projects.models import Entry, Programme, Project
from projects.models.attribution import reporter_of
from projects.models.proposal import FIGURES as AMOUNTS
from projects.models.proposal import PROPOSABLE, REPORTERS
from projects.money import LIMIT
from projects.totals.programmes import programmes_of
from projects.totals.scope import Scope
from projects.totals.totals import breakdowns
from projects.workflows import proposals
from projects.workflows.proposals import ProposedValue
from sectors.models import Sector
from tests.projects.workflows.proposals_made import INVESTMENT, LETTER, MORE, OWN, PLAN, project, proposed

FIGURES = proposals.effects.MOVED
OLD_PLAN = "entry.planned_disbursement"


def answers(user, year):
    return breakdowns(Scope(user, Programme.objects.get(year=year)), None, "sector", compared=False)


def figures(user, year, sector=None):
    found = answers(user, year)
    if sector is None:
        return found[None].total_row.figures
    return next((row.figures for row in found["sector"].rows if row.key == sector), None)


def random_changes(chance, found):
    """Some fields of a project, with values that it can hold together."""
    sector = chance.choice(list(Sector.objects.prefetch_related("chain_links")))
    transferred = chance.choice(["yes", "no", "unknown"])
    amount = lambda: chance.choice([None, 0, chance.randrange(LIMIT)])  # noqa: E731
    options = [
        [ProposedValue("project.total_investment", None, amount())],
        [ProposedValue("project.expected_revenue", None, amount())],
        [ProposedValue("project.sector", None, sector.code), ProposedValue("project.chain_link", None, None)],
        [ProposedValue("project.transferred", None, transferred), ProposedValue("project.source_province", None, "")],
        [ProposedValue(OLD_PLAN, 2023, amount())],
        [ProposedValue("entry.programme", 2024, True), ProposedValue(OLD_PLAN, 2024, amount())],
    ]
    asked = [each for option in chance.sample(options, chance.randint(1, len(options))) for each in option]
    subject = proposals.Subject.from_project(found)
    differs = any(subject.value(each.field, each.year) != each.value for each in asked)
    return asked if differs else random_changes(chance, found)


@pytest.mark.parametrize("seed", range(6))
def test_the_totals_after_accepting_are_those_that_were_foretold(seed, changsha_writer, province):
    chance = random.Random(seed)  # noqa: S311  no secret
    found = chance.choice(list(Project.objects.filter(prefecture__adcode="430100").order_by("pk")))
    made = proposed(changsha_writer, *random_changes(chance, found), code=found.code)
    before = {year: answers(province, year) for year in (2023, 2024)}
    effects = proposals.effects_of(made, made.changes, user=province)
    proposals.accept(made, user=province)
    told = {(each.year, each.sector.code if each.sector else None, each.then.name): each for each in effects}
    for (year, sector, name), effect in told.items():
        after = figures(province, year, sector)
        if after is None:  # the last project of the sector has gone
            assert (effect.then.value or 0, effect.then.known, effect.then.of) == (0, 0, 0)
            continue
        now = after[name]
        assert (effect.then.value, effect.then.known, effect.then.of) == (now.value, now.known, now.of)
    for year in (2023, 2024):  # and what was not foretold has not moved
        after = answers(province, year)
        for name in FIGURES:
            if (year, None, name) not in told:
                assert after[None].total_row.figures[name] == before[year][None].total_row.figures[name]


def test_the_effect_is_of_what_the_reader_sees(changsha_writer, province):
    made = proposed(changsha_writer, INVESTMENT)
    [whole] = proposals.effects_of(made, made.changes, user=province)
    [own] = proposals.effects_of(made, made.changes, user=changsha_writer)
    assert whole.now.value == 138_500_000_000
    assert own.now.value < whole.now.value
    assert own.then.value - own.now.value == whole.then.value - whole.now.value


def shown(user, year, last_month):
    """The figures that pages show of January to a month."""
    scope = Scope(user, Programme.objects.get(year=year), first_month=1, last_month=last_month)
    return breakdowns(scope, None, compared=False)[None].total_row.figures


def test_who_joins_or_leaves_moves_the_totals_of_the_month_that_pages_show(changsha_writer, province):
    """January to June is shown by default, and the list of June does not have who joins in August."""
    with create_revision(door=Channel.COMMAND, user=None):
        entry = project().entries.get(programme__year=2023)
        entry.joined = "2023-08-07"
        entry.save()
    [programme] = [each for each in programmes_of(province) if each.year == 2023]
    shown_month = programme.months.default
    assert 0 < shown_month < 8
    before = {month: shown(province, 2023, month) for month in (shown_month, 12)}
    made = proposed(changsha_writer, ProposedValue("entry.joined", 2023, "2023-01-31"))
    effects = proposals.effects_of(made, made.changes, user=province)
    proposals.accept(made, user=province)
    after = {month: shown(province, 2023, month) for month in (shown_month, 12)}
    told = {(each.month.number if each.month else shown_month, each.now.name): each for each in effects}
    assert (shown_month, "project_count") in told
    for month, figures_then in after.items():
        for name in FIGURES:
            was, now = before[month][name], figures_then[name]
            if was != now:
                effect = told.pop((month, name))
                assert (effect.now.value, effect.then.value, effect.then.of) == (was.value, now.value, now.of)
    assert not told


def test_who_leaves_late_in_the_year_moves_that_list_alone_and_it_is_named(changsha_writer, province):
    made = proposed(changsha_writer, ProposedValue("entry.left", 2023, "2023-11-20"))
    effects = proposals.effects_of(made, made.changes, user=province)
    assert {str(each.month) for each in effects} == {"2023-12"}
    assert all("2023-12" in each.place for each in effects)
    assert {each.now.name for each in effects} >= {"project_count", "total_investment"}


# what may only be proposed, and by whom


def test_the_settings_and_the_models_name_the_same_fields():
    assert {*BY_DEFAULT, *PROPOSABLE_TOO} | {"entry.joined", "entry.left"} == set(PROPOSABLE) - REPORTERS
    assert {f"{figure}_reported_by" for figure in AMOUNTS - {"entry.disbursed_before"}} == REPORTERS


@pytest.mark.parametrize(
    ("model", "field"),
    [
        *(name.split(".") for name in BY_DEFAULT),
        ("entry", "joined"),
        ("entry", "left"),
        ("entry", "project"),
    ],
)
def test_a_prefecture_proposes_and_the_province_does_not(model, field, changsha_writer, province, settings):
    assert needs_proposal(changsha_writer, model, field)
    assert not needs_proposal(province, model, field)
    assert not needs_proposal(changsha_writer, model, "county_zh")
    settings.PROPOSAL_FIELDS = frozenset()
    assert not needs_proposal(changsha_writer, model, field)


CHANGES = {
    "total_investment": 7,
    "expected_revenue": 7,
    "transferred": "unknown",
    "planned_disbursement": 7,
    "left": "2023-12-31",
    "joined": "2023-01-31",
}


@pytest.mark.permission
@pytest.mark.parametrize("door", [Channel.PAGE, Channel.ADMIN, Channel.API])
@pytest.mark.parametrize("field", CHANGES)
def test_no_door_lets_a_prefecture_write_what_it_may_only_propose(door, field, changsha_writer, province):
    record = project() if hasattr(Project, field) else project().entries.get()
    setattr(record, field, record._meta.get_field(field).to_python(CHANGES[field]))
    if field in record.attributed:
        setattr(record, reporter_of(field), LETTER)
    with pytest.raises(ValidationError) as refused, create_revision(door=door, user=changsha_writer):
        record.save()
    assert list(refused.value.message_dict) == [field]
    with create_revision(door=door, user=province):
        record.save()


def test_a_place_on_a_list_is_neither_made_nor_removed_past_the_province(changsha_writer, province):
    place = Entry(project=project(), programme=Programme.objects.get(year=2024))
    for write in (place.save, project().entries.get().delete, project().entries.all().delete):
        with pytest.raises(ValidationError), create_revision(door=Channel.PAGE, user=changsha_writer):
            write()
    assert project().entries.count() == 1


def test_what_is_not_gated_is_written_and_commands_write_everything(changsha_writer):
    found = project()
    with create_revision(door=Channel.PAGE, user=changsha_writer):
        found.county_en = "Known better"
        found.save()
        entry = found.entries.get()
        entry.status = "new" if entry.status != "new" else "continuing"
        entry.save()
    with create_revision(door=Channel.COMMAND, user=changsha_writer):
        found.total_investment = 6
        found.save()
    assert project().total_investment == 6


DOORS = {
    "overview": "/?lang=en",
    "list": "/projects/?programme=2023&lang=en",
    "project": f"/projects/{OWN}/?lang=en",
    "totals": "/api/v1/totals/?programme=2023",
    "sectors": "/api/v1/totals/?programme=2023&by=sector",
    "projects": "/api/v1/projects/?programme=2023&page_size=500",
    "entries": "/api/v1/entries/?page_size=500",
}


def test_no_door_shows_an_unaccepted_value_as_the_registers(changsha_writer, province, client_of, settings):
    """Each door says the same before the proposal and while it waits; afterwards it says something else."""
    browser = client_of(province)

    def said():
        pages = {name: browser.get(address) for name, address in DOORS.items()}
        assert {page.status_code for page in pages.values()} == {200}
        return {name: _register_of(page, name) for name, page in pages.items()}

    before = said()
    made = proposed(changsha_writer, INVESTMENT, PLAN)
    assert said() == before
    proposals.accept(made, user=province)
    after = said()
    assert project().total_investment == MORE
    assert [name for name in DOORS if after[name] == before[name]] == []


def _register_of(page, name):
    """What a page says of the register: figures of pages without the notes about proposals, answers of the API whole."""
    if "json" in page["Content-Type"]:
        return page.json()
    context = page.context
    if name == "project":
        return [(fact.label, fact.text) for fact in context["facts"]]
    return re.findall(r'data-value="(\d+)"', page.content.decode())
