"""The promise: every number opens to exactly the records that it is the sum of."""

import pytest

from projects.choices import ReportState
from projects.figures import MONTHLY
from projects.models import MonthlyReport
from projects.revisions import writing
from tests.pages import PATHS, more_projects, opened

pytestmark = pytest.mark.django_db

IN_PARTS = [
    *PATHS,
    "/?through=2023-03",
    "/prefectures/?month=2023-02",
    "/sectors/?basis=published",
    "/projects/?missing=total_investment",
]


# figures that count projects and have no column of their own in the list: it has so many lines
LINES = {name for name in MONTHLY if name.endswith("_count") or name.startswith("reports_")}
# figures of which each project of the list has a part that the list does not show
PARTS = {"problems_raised", "problems_closed", "forecast"}


class Opener:
    """Opens lists of projects, each once."""

    def __init__(self, client):
        self.client, self.lists = client, {}

    def list_at(self, href):
        if href not in self.lists:
            self.lists[href] = opened(self.client, href)
        return self.lists[href]


def differences(client, paths):
    """Figures whose list adds up to something else, and links to what is missing that lead to more or less."""
    opener, found, checked = Opener(client), [], 0
    for path in paths:
        page = opened(client, path)
        for anchor in page.figures():
            figure, value = anchor.data["figure"], int(anchor.data["value"])
            total = opener.list_at(anchor.href).value("project_count" if figure in LINES | PARTS else figure)
            checked += 1
            # a list of nothing shows no total
            if (bool(total) != bool(value)) if figure in PARTS else ((total or 0) != value):
                found.append((path, anchor.href, figure, value, total))
        for anchor in page.missing():
            value, total = int(anchor.data["value"]), opener.list_at(anchor.href).value("project_count")
            checked += 1
            if (total or 0) != value:
                found.append((path, anchor.href, "missing", value, total))
    return found, checked


@pytest.mark.parametrize("path", IN_PARTS)
def test_every_figure_opens_to_records_of_the_same_sum(public_read, register, client, path):
    found, checked = differences(client, [path])
    assert not found
    assert checked or path in ("/programmes/", "/programmes/2022/", "/projects/HN-EI-2023-08/")


def test_so_it_does_for_a_reader_of_one_prefecture(changsha_reader, client_of):
    found, checked = differences(client_of(changsha_reader), ["/", "/sectors/", "/prefectures/430100/", "/projects/"])
    assert not found
    assert checked > 50


def test_so_it_does_with_reported_projects_and_attracted_enterprises(public_read, register, client):
    more_projects(7, months=2)
    park = MonthlyReport.objects.get(entry__project__code="HN-EI-2023-18", month=1)
    draft = MonthlyReport.objects.get(entry__project__code="HN-EI-2023-19", month=6)
    with writing():
        park.enterprises_attracted, park.correction_reason = 120, "counted later"
        park.save()
        draft.state = ReportState.DRAFT
        draft.save()
    found, _checked = differences(client, ["/", "/about/", "/sectors/"])
    assert not found
    assert opened(client, "/projects/", counted_in="enterprises_attracted").value("enterprises_attracted") == 120
