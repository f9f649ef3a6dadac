"""Every bad cell of a register directory is named by file, line and column, and nothing of it is stored."""

import pytest

from projects.models import Project, Revision

from .register_files import Files

KEPT_LINES = {"targets.csv": 3, "projects_2023.csv": 15, "claims.csv": 10, "monthly_reports_2023.csv": 13}


@pytest.fixture
def files(db, tmp_path):
    """The register of 2023, cut down so that many tests are quick: the twelve real projects and two others."""
    files = Files(tmp_path)
    for name, kept in KEPT_LINES.items():
        files.put(name, files.rows(name)[:kept])
    return files


def only_problem(files):
    problems = files.problems()
    assert len(problems) == 1, problems
    assert not Project.objects.exists()
    assert not Revision.objects.exists()
    return problems[0]


BAD_PROJECT_CELLS = [
    ("name_zh", "", "The cell is blank."),
    ("sector", "chips", "There is no sector “chips”."),
    ("sector", "new-display", "This chain link belongs to another sector."),
    ("total_investment", "-1", "An amount cannot be negative."),
    ("total_investment", "500000000000", "An amount must be below 500 billion CNY."),
    ("transferred", "perhaps", "There is no “perhaps” here."),
    ("source_province", "44", "A source province is given only for a project that was transferred."),
    ("start", "2023-02-30", "is not a date"),
    ("finish", "2023-01", "The finish cannot be before the start."),
    ("basis", "published", "A published record needs its source."),
    ("source_date", "2023-06", "A date of publication needs the address of the source."),
    ("enterprise_en", "Some Company", "An enterprise needs its Chinese name."),
    ("note", "a\x00b", "The text has control characters: U+0000."),
]


@pytest.mark.no_database
@pytest.mark.parametrize(("column", "value", "message"), BAD_PROJECT_CELLS)
def test_a_bad_cell_of_a_project_is_named(files, column, value, message):
    files.set("projects_2023.csv", 14, column, value)
    problem = only_problem(files)
    places = {  # where it is shown, if not in the cell that was changed
        ("sector", "new-display"): "chain_link",
        ("basis", "published"): "source_url",
        ("source_date", "2023-06"): "source_url",
        ("enterprise_en", "Some Company"): "enterprise_zh",
    }
    assert problem.startswith(f"projects_2023.csv, line 14, column {places.get((column, value), column)}: ")
    assert message in problem


OTHER_BAD_CELLS = [
    ("sectors.csv", 2, "order", "first", "“first” is not a whole number."),
    ("targets.csv", 2, "year", "1900", ""),
    ("targets.csv", 2, "metric", "happiness", "“happiness” is not known here."),
    ("targets.csv", 2, "unit", "CNY", "The unit of this metric is projects."),
    ("claims.csv", 2, "unit", "percent", "The unit of this value is CNY."),
    ("claims.csv", 3, "value", "sixty", "Type a percentage, such as 50.1."),
    ("claims.csv", 10, "value", "soon", "is not a date"),
    ("claims.csv", 10, "unit", "day", "The unit of this value is month."),
    ("monthly_reports_2023.csv", 2, "code", "HN-EI-2023-99", "There is no project “HN-EI-2023-99”."),
    ("monthly_reports_2023.csv", 2, "month", "2022-01", "2022-01 is not in the programme's year."),
    ("monthly_reports_2023.csv", 2, "disbursed", "", "An approved report says how much was disbursed"),
]


@pytest.mark.no_database
@pytest.mark.parametrize(("name", "line", "column", "value", "message"), OTHER_BAD_CELLS)
def test_a_bad_cell_of_any_other_file_is_named(files, name, line, column, value, message):
    files.set(name, line, column, value)
    problem = next(each for each in files.problems() if each.startswith(f"{name}, line {line}, "))
    assert problem.startswith(f"{name}, line {line}, column {column}: ")
    assert message in problem
    assert not Project.objects.exists()


def test_all_bad_cells_are_named_at_once_and_nothing_that_only_follows_from_them(files):
    files.set("projects_2023.csv", 14, "total_investment", "-1")
    files.set("projects_2023.csv", 14, "sector", "chips")
    files.set("projects_2023.csv", 14, "transferred", "perhaps")
    files.set("projects_2023.csv", 14, "source_province", "44")
    files.set("projects_2023.csv", 15, "start", "soon")
    files.set("projects_2023.csv", 15, "finish", "never")
    files.set("monthly_reports_2023.csv", 2, "disbursed", "x")
    places = [problem.split(": ")[0] for problem in files.problems()]
    assert places == [
        "projects_2023.csv, line 14, column sector",
        "projects_2023.csv, line 14, column total_investment",
        "projects_2023.csv, line 14, column transferred",
        "projects_2023.csv, line 15, column start",
        "projects_2023.csv, line 15, column finish",
        "monthly_reports_2023.csv, line 2, column disbursed",
    ]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("name", "column"),
    [("prefectures.csv", "adcode"), ("targets.csv", "year"), ("claims.csv", "code")],
)
def test_a_row_that_is_there_twice_is_named_with_the_first(files, name, column):
    rows = files.rows(name)
    files.put(name, [*rows, rows[2]])
    assert only_problem(files) == f"{name}, line {len(rows) + 1}, column {column}: The same as in line 3."


def test_two_lines_may_not_name_an_enterprise_differently(files):
    rows = files.rows("projects_2023.csv")
    column = rows[0].index("enterprise_zh")
    for line, name_en in ((14, "One name"), (15, "Another name")):
        rows[line - 1][column : column + 2] = ["某企业", name_en]
    files.put("projects_2023.csv", rows)
    assert only_problem(files) == "projects_2023.csv, line 15, column enterprise_en: Another line says otherwise."


@pytest.mark.no_database
class TestHeaders:
    def test_a_missing_column_is_named(self, files):
        rows = files.rows("projects_2023.csv")
        at = rows[0].index("total_investment")
        files.put("projects_2023.csv", [row[:at] + row[at + 1 :] for row in rows])
        assert only_problem(files) == "projects_2023.csv, line 1, column total_investment: The column is missing."

    def test_an_unknown_column_is_named_with_the_known_ones(self, files):
        files.add_column("sectors.csv", "colour", {})
        problem = only_problem(files)
        assert problem == "sectors.csv, line 1, column colour: Unknown column. Known: code, order, name_zh, name_en."

    def test_a_value_in_a_column_without_a_name_is_not_passed_over(self, files):
        files.add_column("sectors.csv", "", {3: "lost"})
        assert only_problem(files) == "sectors.csv, line 3: The line has 5 cells, the header has 4."


@pytest.mark.no_database
@pytest.mark.parametrize(("name", "below"), [("projects_2023.csv", ""), ("claims.csv", "\n\n , ,\n")])
def test_a_file_of_a_header_only_is_refused_and_nothing_is_stored(files, name, below):
    files.put(name, ",".join(files.rows(name)[0]) + below)
    assert f"{name}: The file has a header and not a line below it." in files.problems()
    assert not Revision.objects.exists()
    assert not Project.objects.exists()


def test_an_optional_file_that_is_not_there_is_no_mistake(files):
    for name in ("claims.csv", "targets.csv", "monthly_reports_2023.csv"):
        (files.directory / name).unlink()
    assert "Stored as revisions 1 to 11, one for each day on which something became known." in files.load()


@pytest.mark.no_database
class TestBytes:
    def test_gb18030_is_read_and_said(self, files):
        files.put("projects_2023.csv", files.rows("projects_2023.csv"), encoding="gb18030")
        assert "projects_2023.csv read as GB18030" in files.load()
        assert Project.objects.get(code="HN-EI-2023-01").name_zh == "世界计算·长沙智谷"

    def test_other_unicode_is_refused(self, files):
        files.put("sectors.csv", files.rows("sectors.csv"), encoding="utf-16")
        assert files.problems()[0].startswith("sectors.csv")

    def test_damaged_utf_8_is_refused_at_its_line_and_not_read_as_something_else(self, files):
        content = (files.directory / "sectors.csv").read_bytes().split(b"\n")
        content[3] = content[3].replace("新型显示".encode(), "新型显示".encode()[:-1])
        files.put("sectors.csv", b"\n".join(content))
        problem = next(each for each in files.problems() if each.startswith("sectors.csv"))
        assert problem.startswith("sectors.csv, line 4: The text is neither sound UTF-8 nor GB18030.")

    def test_a_quotation_mark_left_open_is_named(self, files):
        rows = (files.directory / "sectors.csv").read_text("utf-8").splitlines()
        rows[3] = rows[3].replace("New display", '"New display')
        files.put("sectors.csv", rows)
        assert any(each.startswith("sectors.csv, line 4: Line 4 is not CSV") for each in files.problems())

    def test_a_line_break_inside_quotes_keeps_the_count_of_lines(self, files):
        files.set("projects_2023.csv", 4, "note", "first\nsecond")
        files.set("projects_2023.csv", 14, "start", "soon")
        assert only_problem(files).startswith("projects_2023.csv, line 15, column start: ")


@pytest.mark.no_database
class TestDirectories:
    def test_a_directory_without_a_list_of_projects_is_refused(self, files):
        (files.directory / "projects_2023.csv").unlink()
        assert "projects_2023.csv: The file is missing." in files.problems()

    def test_a_file_with_a_mistyped_name_is_not_passed_over(self, files):
        (files.directory / "claims.csv").rename(files.directory / "claim.csv")
        assert only_problem(files).startswith("claim.csv: The file is not part of a register. Known: sectors.csv, ")
