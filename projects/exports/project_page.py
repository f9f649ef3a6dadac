"""One page of a list of projects as lines that the database writes: what a line needs is read for these rows alone."""

from __future__ import annotations

from projects.figures import with_figures
from projects.models import DataState, Project
from projects.subtotals import number_of_projects

from .project_lines import ProjectLines, compiled
from .texts import Sql

# a member of a line, and the column in which `figures.with_figures` has given it to the rows
_YEARLY = {"planned_disbursement": "planned_disbursement", "status": "entry_status", "disbursed": "disbursed"}
_STATE = f"(SELECT number FROM {DataState._meta.db_table})"  # noqa: S608  our own names


class ProjectPage(ProjectLines):
    """The statement of a page. It finds nothing, and raises `EmptyResultSet`, where no row can be meant."""

    yearly = {name: f"p.{column}" for name, column in _YEARLY.items()}

    def statement(self, first: int, size: int) -> Sql:
        """Of `size` rows from index `first` on, the line as JSON and the code; with each, how many rows there are on all
        pages and the number of the state that the data is in.
        """
        line, joins = self.json_line(), self.joined()
        # which rows they are is found out first, by an index where there is one: what they show is looked up for them alone
        shown = Project.objects.filter(pk__in=self.rows.values("pk")[first : first + size])
        rows = compiled(self.inner(with_figures(shown, self.scope.span).order_by(), *_YEARLY.values()))
        count = self._count()
        return Sql(
            f"WITH p AS ({rows.text}) SELECT {line.text}, p.code, {count.text}, {_STATE} FROM p{joins.text}"  # noqa: S608
            f" ORDER BY {self.places()}",
            (*rows.values, *line.values, *count.values, *joins.values),
        )

    def _count(self) -> Sql:
        """How many rows there are: kept, or counted."""
        kept = number_of_projects(self.scope)
        if kept is not None:
            number = compiled(kept)
            return Sql(f"CAST(COALESCE(({number.text}), 0) AS bigint)", number.values)
        listed = compiled(self.rows.order_by().values_list("pk"))
        return Sql(f"(SELECT COUNT(*) FROM ({listed.text}) n)", listed.values)  # noqa: S608  our own names

    def entries(self) -> Sql:
        return Sql("")

    def disbursed(self) -> Sql:
        return Sql("")

    def claims(self, among: str = " WHERE project_id IN (SELECT id FROM p)") -> Sql:
        return super().claims(among)
