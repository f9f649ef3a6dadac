"""`manage.py load_register`: the same files twice, another year, and every way of being wrong."""

from typing import Any

import pytest
from django.core.management import call_command
from django.db import models

from projects.choices import ListStatus
from projects.history.revisions import NEVER
from projects.models import (
    Claim,
    Enterprise,
    Entry,
    MonthlyReport,
    Programme,
    Project,
    Revision,
    Source,
    Target,
)
from sectors.models import ChainLink, Sector

from .register_files import Files

LOADED = (Sector, ChainLink, Programme, Source, Target, Enterprise, Project, Entry, Claim, MonthlyReport)
DAYS = 32  # on which something of the register of 2023 became known
HEADER_2024 = (
    "code,name_zh,name_en,enterprise_zh,enterprise_en,prefecture,county,sector,chain_link,kind,total_investment,"
    "planned_disbursement_2024,expected_revenue,transferred,source_province,start,finish,basis,source_url,source_date,note"
)


@pytest.fixture
def files(tmp_path):
    """The register of 2023."""
    return Files(tmp_path)


@pytest.fixture
def list_of_2024(tmp_path):
    """Two projects of 2024, one of them on the list of 2023 already; the reference data are those stored."""
    files = Files(tmp_path, empty=True)
    files.put(
        "projects_2024.csv",
        [
            HEADER_2024,
            "HN-EI-2024-01,新项目,,新企业,,430200,,new-display,display-modules,plant,2000000000,500000000,,"
            "true,44,2024-03,2025-Q4,reported,,,",
            "HN-EI-2023-13,示例项目01·计算机与服务器1,Illustrative project 01: computers and servers 1,,,430700,,"
            "advanced-computing,computers-servers,plant,1047340000,150000000,1678520000,false,,2023-02,,illustrative,,,"
            "not a real project: stands for one of the 30 whose names are not published",
        ],
    )
    return files


class TestAnEmptyDatabase:
    def test_gets_everything_in_one_revision(self, db, files):
        printed = files.load()
        counts = [model.objects.count() for model in LOADED]
        assert counts == [6, 14, 7, 28, 36, 7, 42, 42, 21, 180]
        assert "monthly reports: 180 new, 0 changed, 0 unchanged" in printed
        assert f"in all: 397 new, 0 changed, 0 unchanged\nStored as revisions 1 to {DAYS}, one for each day" in printed
        assert set(Revision.objects.values_list("door", flat=True)) == {"command"}
        assert list(Revision.objects.values_list("number", flat=True)) == list(range(DAYS, 0, -1))

    def test_gets_nothing_in_a_trial(self, db, files):
        printed = files.load(dry_run=True)
        assert "in all: 397 new, 0 changed, 0 unchanged\nA trial: nothing was stored." in printed
        assert not Project.objects.exists()
        assert not Revision.objects.exists()


class TestAgain:
    def test_they_change_nothing_in_what_the_fixtures_loaded_so_both_say_the_same(self, register, files):
        assert "in all: 0 new, 0 changed, 390 unchanged\nNothing had to be changed." in files.load()
        assert Revision.objects.newest_number() == 1

    def test_a_changed_cell_changes_its_record_and_keeps_the_old_value_in_the_history(self, register, files):
        files.set("projects_2023.csv", 14, "total_investment", "1,047,340,001")
        assert "projects: 0 new, 1 changed, 41 unchanged" in files.load()
        project = Project.objects.get(code="HN-EI-2023-13")
        assert [(row.total_investment, row.revision_id) for row in project.history.all()] == [
            (1_047_340_001, 2),
            (1_047_340_000, 1),
        ]

    def test_a_translation_is_kept_while_its_text_stays_and_dropped_when_that_changes(self, register, files):
        assert Project.objects.get(code="HN-EI-2023-06").note_zh == "地点由名称推断"
        files.set("projects_2023.csv", 7, "note", "place told by the bureau")
        files.load()
        project = Project.objects.get(code="HN-EI-2023-06")
        assert (project.note_zh, project.note_en) == ("", "place told by the bureau")

    def test_a_chinese_note_is_chinese_and_a_column_of_its_own_adds_the_other_language(self, db, files):
        files.set("projects_2023.csv", 7, "note", "地点由名称推断")
        files.add_column("projects_2023.csv", "note_zh", {8: "另一说明"})
        files.set("projects_2023.csv", 8, "note", "another note")
        files.load()
        notes = Project.objects.filter(code__in=["HN-EI-2023-06", "HN-EI-2023-07"]).values_list("note_zh", "note_en")
        assert list(notes) == [("地点由名称推断", ""), ("另一说明", "another note")]


def content(model: type[models.Model]) -> list[dict[str, Any]]:
    return list(models.QuerySet(model).order_by("pk").values())


def test_what_is_loaded_and_loaded_again_is_verified(db, files):
    files.add_column("monthly_reports_2023.csv", "state", {2: "draft"})
    assert f"in all: 397 new, 0 changed, 0 unchanged\nStored as revisions 1 to {DAYS}," in files.load()
    call_command("verify_history", verbosity=0)
    assert "in all: 0 new, 0 changed, 390 unchanged\nNothing had to be changed." in files.load()
    files.set("projects_2023.csv", 14, "total_investment", "1047340001")
    files.set("projects_2023.csv", 15, "enterprise_zh", "某新企业")
    rows = files.rows("projects_2023.csv")
    files.put("projects_2023.csv", [*rows, ["HN-EI-2023-99", *rows[14][1:]]])
    assert "in all: 3 new, 2 changed, 388 unchanged" in files.load()
    assert Project.objects.get(code="HN-EI-2023-99").enterprise == Enterprise.objects.get(name_zh="某新企业")
    call_command("verify_history", verbosity=0)


def test_each_record_has_one_row_of_history_that_says_what_is_stored(db, files):
    files.load()
    revisions = {revision.number: revision.created_at for revision in Revision.objects.all()}
    for model in LOADED:
        records = content(model)
        assert records, model
        rows = {row[model._meta.pk.attname]: row for row in content(model.history.model)}
        assert len(rows) == len(records)
        for record in records:
            row = rows[record[model._meta.pk.attname]]
            assert {name: row[name] for name in record} == record
            assert (row["history_type"], row["history_date"]) == ("+", revisions[row["revision_id"]])
            assert row["superseded_by"] == NEVER
            assert (row["history_user_id"], row["history_change_reason"]) == (None, None)


class TestAnotherYear:
    def test_makes_its_programme_and_uses_the_reference_data_that_are_there(self, register, list_of_2024):
        Programme.objects.get(year=2024).targets.all().delete()
        Programme.objects.get(year=2024).delete()
        printed = list_of_2024.load()
        assert "programmes: 1 new" in printed
        assert "projects: 1 new, 0 changed, 1 unchanged" in printed
        assert "list entries: 2 new" in printed
        assert Programme.objects.get(year=2024).name_zh == "2024年重点项目"

    def test_a_project_can_be_on_two_lists(self, register, list_of_2024):
        list_of_2024.load(year=2024)
        entries = Entry.objects.filter(project__code="HN-EI-2023-13").order_by("programme__year")
        assert [(entry.programme.year, entry.planned_disbursement, entry.status) for entry in entries] == [
            (2023, 896_160_000, ListStatus.NEW),
            (2024, 150_000_000, ListStatus.CONTINUING),
        ]


class TestClaims:
    def test_those_that_equal_the_project_are_adopted_one_for_each_figure(self, db, files):
        files.put(
            "claims.csv",
            [
                *map(",".join, [files.rows("claims.csv")[0]]),
                "HN-EI-2023-09,total_investment,12000000000,CNY,first,https://a.example/1,2021,",
                "HN-EI-2023-09,total_investment,12000000000,CNY,second,https://a.example/2,2021,",
                "HN-EI-2023-09,total_investment,12000000001,CNY,third,https://a.example/3,2021,",
                "HN-EI-2023-09,start,2021-09-16,day,first,https://a.example/1,2021,",
                "HN-EI-2023-09,start,2021-09,month,second,https://a.example/1,2021,",
            ],
        )
        files.load()
        adopted = Claim.objects.filter(adopted=True).order_by("figure").values_list("figure", "scope_en")
        assert list(adopted) == [("start", "first"), ("total_investment", "first")]

    def test_a_claim_is_let_go_when_figure_and_claim_part_and_adopted_when_they_meet_again(self, db, files):
        files.load()

        def loaded(*, figure: str, claim: str) -> list[int]:
            files.set("projects_2023.csv", 5, "total_investment", figure)
            files.set("claims.csv", 12, "value", claim)
            files.load()
            assert Project.objects.get(code="HN-EI-2023-04").total_investment == int(figure)
            return list(
                Claim.objects.filter(project__code="HN-EI-2023-04", adopted=True).values_list("amount", flat=True)
            )

        assert loaded(figure="20000000001", claim="20000000000") == []
        assert loaded(figure="20000000001", claim="20000000001") == [20_000_000_001]
        assert loaded(figure="20000000002", claim="20000000002") == [20_000_000_002]
        assert loaded(figure="20000000002", claim="20000000003") == []
