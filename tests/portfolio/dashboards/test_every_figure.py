"""The promise: every number opens to exactly the records that it is the sum of."""

from collections import Counter
from urllib.parse import parse_qsl

import pytest
from django.contrib.auth.models import AnonymousUser

from projects.choices import ReportState
from projects.history.revisions import create_revision
from projects.models import MonthlyReport
from projects.totals.figures import COUNTED, FIGURES
from projects.totals.totals import breakdowns, totals
from tests.pages import PATHS, more_projects, opened
from tests.projects.asking import scope_of

pytestmark = [pytest.mark.django_db, pytest.mark.no_database]  # the sums of any register are asked of both

IN_PARTS = [
    *PATHS,
    "/?through=2023-03",
    "/prefectures/?month=2023-02",
    "/sectors/?basis=published",
    "/projects/?missing=total_investment",
]
NO_FIGURES = {
    "/programmes/",
    "/programmes/2022/",
    "/projects/HN-EI-2023-08/",
    "/changes/",
    "/help/",
    "/search/?search=a",
} | {path for path in PATHS if path.startswith("/charts/") or "/reports/" in path}

# figures that count projects and have no column of their own in the list: it has so many lines
LINES = {name for name in COUNTED if name.endswith("_count") or name.startswith("reports_")}
# figures of which each project of the list has a part that the list does not show
PARTS = {"problems_raised", "problems_closed", "forecast", "output_value"}


class Opener:
    """Opens figures and lists of projects, each once: as a page what is new about a link, by the question that it asks
    the others.

    New is a figure, or a set of parameters: links that differ in no more than the prefecture, sector or month are not.
    """

    def __init__(self, client, user):
        self.client, self.user, self.told, self.seen, self.known = client, user, {}, set(), {}

    def total_at(self, href, figure):
        if href not in self.told:
            path, _mark, query = href.partition("?")
            pairs = parse_qsl(query, strict_parsing=True) if query else []
            self.told[href] = (
                self._explained(href, path, pairs) if path.startswith("/figures/") else self._list(href, path, pairs)
            )
        return self.told[href](figure)

    def _is_new(self, path, pairs):
        kinds = {
            (path, *(name for name, _value in pairs)),
            *(pair for pair in pairs if pair[0] in ("counted_in", "missing")),
        }
        new = not kinds <= self.seen
        self.seen |= kinds
        return new

    def _explained(self, href, path, pairs):
        """A figure says the same at its page, in the API, as the sum of its records and in the list that it opens to."""
        name = path.split("/")[2]
        value = self._figures(pairs)[name].value
        if self._is_new(path, pairs):
            page = opened(self.client, href)
            shown = [each for tag, each in page.elements if tag == "span" and each.get("data-figure") == name]
            records = [int(each["data-value"]) for _tag, each in page.elements if "data-record" in each]
            origins = [each["data-origin"] for _tag, each in page.elements if "data-origin" in each]
            assert len(origins) == len(records), href
            assert all(origins), f"{href}: a digit without a source or a person behind it"
            answer = self.client.get("/api/v1/explain/", [("figure", name), ("page_size", "500"), *pairs]).json()
            assert [int(each["data-value"]) for each in shown] == [value] == [answer["value"]], href
            assert sum(records) == sum(each["value"] for each in answer["records"]) == value, href
            assert sum(part["value"] for part in answer["parts"]) == value, href
            self._list_agrees(page, name, value, len(records))
        return lambda figure: value

    def _figures(self, pairs):
        """All of a question, of which a page asks for most."""
        question = tuple(pairs)
        if question not in self.known:
            self.known[question] = totals(scope_of(self.user, pairs), figures=tuple(FIGURES)).total_row.figures
        return self.known[question]

    def _list_agrees(self, page, name, value, count):
        """The list that a figure opens to holds exactly its records, and comes to the same where it has the figure."""
        lists = [anchor.href for anchor in page.anchors if f"counted_in={name}" in anchor.href]
        if not count:
            assert not lists
            return
        found = opened(self.client, lists[0])
        assert found.value("project_count") == count, lists[0]
        if name not in LINES | PARTS:
            assert found.value(name) == value, lists[0]

    def _list(self, href, path, pairs):
        if path != "/projects/" or self._is_new(path, pairs):
            return opened(self.client, href).value
        figures = breakdowns(scope_of(self.user, pairs), None, compared=False)[None].total_row.figures
        return lambda name: figures[name].value


def differences(client, paths, *, user=None):
    """Figures whose list adds up to something else, and links to what is missing that lead to more or less."""
    opener, found, checked = Opener(client, user or AnonymousUser()), [], Counter()
    for path in paths:
        page = opened(client, path)
        for anchor in {each.data["figure"]: each for each in page.figures()}.values():
            figure, value = anchor.data["figure"], int(anchor.data["value"])
            is_list = not anchor.href.startswith("/figures/")
            total = opener.total_at(anchor.href, "project_count" if is_list and figure in LINES | PARTS else figure)
            checked[path] += 1
            # a list of nothing shows no total
            if (bool(total) != bool(value)) if is_list and figure in PARTS else ((total or 0) != value):
                found.append((path, anchor.href, figure, value, total))
        for anchor in (*page.missing()[::4], *page.having()[::4]):
            value, total = int(anchor.data["value"]), opener.total_at(anchor.href, "project_count")
            checked[path] += 1
            if (total or 0) != value:
                found.append((path, anchor.href, "missing or having", value, total))
    return found, checked


def test_every_figure_opens_to_records_of_the_same_sum(public_read, register, client):
    found, checked = differences(client, IN_PARTS)
    assert not found
    assert {path for path in IN_PARTS if not checked[path]} == NO_FIGURES


def test_so_it_does_for_a_reader_of_one_prefecture(changsha_reader, client_of):
    pages = ["/", "/sectors/", "/prefectures/430100/", "/projects/"]
    found, checked = differences(client_of(changsha_reader), pages, user=changsha_reader)
    assert not found
    assert checked.total() > 15


def test_so_it_does_with_reported_projects_and_attracted_enterprises(public_read, register, client):
    more_projects(7, months=2)
    park = MonthlyReport.objects.get(entry__project__code="HN-EI-2023-18", month=1)
    draft = MonthlyReport.objects.get(entry__project__code="HN-EI-2023-19", month=6)
    with create_revision():
        park.enterprises_attracted, park.correction_reason = 120, "counted later"
        park.save()
        draft.state = ReportState.DRAFT
        draft.save()
    found, _checked = differences(client, ["/", "/about/", "/sectors/"])
    assert not found
    assert opened(client, "/projects/", counted_in="enterprises_attracted").value("enterprises_attracted") == 120
