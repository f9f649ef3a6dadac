"""One page of a list of projects as lines that the database writes: what a line needs is read for these rows alone."""

from __future__ import annotations

from projects.figures import with_figures
from projects.models import Project

from .project_lines import ProjectLines, compiled
from .texts import Sql

_YEARLY = (
    "planned_disbursement",
    "entry_status",
    "disbursed",
)  # columns that `figures.with_figures` has given the rows


class ProjectPage(ProjectLines):
    """The statement of a page. It finds nothing, and raises `EmptyResultSet`, where no row can be meant."""

    def statement(self, first: int, size: int) -> Sql:
        """Of `size` rows from index `first` on, the line as JSON and the code."""
        line, joins = self.json_line(), self.joined()
        # which rows they are is found out first, by an index where there is one: what they show is looked up for them alone
        shown = Project.objects.filter(pk__in=self.rows.values("pk")[first : first + size])
        rows = compiled(self.inner(with_figures(shown, self.scope.span).order_by(), *_YEARLY))
        return Sql(
            f"WITH p AS ({rows.text}) SELECT {line.text}, p.code FROM p{joins.text} ORDER BY {self.places()}",  # noqa: S608  SQL of our own
            (*rows.values, *line.values, *joins.values),
        )

    def counted(self) -> Sql:
        """How many rows there are on all pages."""
        rows = compiled(self.rows.order_by().values_list("pk"))
        return Sql(f"SELECT COUNT(*) FROM ({rows.text}) c", rows.values)  # noqa: S608  SQL of our own

    def entries(self) -> Sql:
        columns = "id AS project_id, planned_disbursement, entry_status AS status, id"
        return Sql(f" LEFT JOIN (SELECT {columns} FROM p) e ON e.project_id = p.id")  # noqa: S608  our own names

    def disbursed(self) -> Sql:
        return Sql(" LEFT JOIN (SELECT id AS entry_id, disbursed AS total FROM p) d ON d.entry_id = e.id")

    def claims(self, among: str = " WHERE project_id IN (SELECT id FROM p)") -> Sql:
        return super().claims(among)
