"""One page of the project list as lines that the database writes: what a line needs is read for these rows alone."""

from __future__ import annotations

from functools import cached_property

from django.db.models.expressions import RawSQL

from projects.models import DataState, Project
from projects.totals.figures import disbursed_by_entry, with_figures
from projects.totals.rollup_sums import number_of_projects

from .project_lines import ENTRY, ProjectLines, compiled
from .sql_text import Sql

_STATE = f"(SELECT number FROM {DataState._meta.db_table})"  # nosec B608 # our own names


class ProjectPage(ProjectLines):
    """The statement of a page. It finds nothing, and raises `EmptyResultSet`, where no row can be meant."""

    def statement(self, first: int, size: int) -> Sql:
        """Of `size` rows from index `first` on: their lines as JSON and their codes, all of them in one text each with line
        feeds between; how many rows there are on all pages; and the number of the state that the data is in.

        One row, of NULL and NULL where there are none: the database hands over one text faster than many.
        """
        line, joins = self.json_line(), self.joined()
        # which rows they are is found out first, by an index where there is one: what they show is looked up for them alone
        shown = Project.objects.filter(pk__in=self.rows.values("pk")[first : first + size])
        rows = compiled(self.inner(with_figures(shown, self.scope.span).order_by()))
        count = self._count()
        together = self.dialect.together
        lines = f"SELECT {line.text} AS line, p.code FROM p{joins.text} ORDER BY {self.places()}"  # nosec B608 # querysets, whose values go beside them
        return Sql(
            f"WITH p AS ({rows.text}), l AS MATERIALIZED ({lines})"  # nosec B608 # querysets, whose values go beside them
            f" SELECT {together('line')}, {together('code')}, {count.text}, {_STATE} FROM l",
            (*rows.values, *line.values, *joins.values, *count.values),
        )

    @cached_property
    def disbursed_of_entry(self) -> Sql:
        """Looked up for the entry of each row; where there are many rows, all are grouped at once instead."""
        own = disbursed_by_entry(self.scope.span).filter(entry_id=RawSQL("e.id", ()))
        total = compiled(own.values("total"))
        return Sql(f"({total.text})", total.values)

    def _count(self) -> Sql:
        """How many rows there are: from the rollup, or counted."""
        from_rollup = number_of_projects(self.scope)
        if from_rollup is not None:
            number = compiled(from_rollup)
            return Sql(f"CAST(COALESCE(({number.text}), 0) AS bigint)", number.values)
        listed = compiled(self.rows.order_by().values_list("pk"))
        return Sql(f"(SELECT COUNT(*) FROM ({listed.text}) n)", listed.values)  # nosec B608 # querysets, whose values go beside them

    def entries(self) -> Sql:
        """One for each row at the most. PostgreSQL would read all entries of the list, were it not told so."""
        if self.dialect.is_sqlite:
            return super().entries()
        own = self.scope.span.entries_with_plan().order_by().filter(project_id=RawSQL("p.id", ()))
        entry = compiled(own.values_list(*ENTRY)[:1])
        return Sql(f" LEFT JOIN LATERAL ({entry.text}) e ON true", entry.values)

    def disbursed(self) -> Sql:
        return Sql("")

    def claims(self, among: str = " WHERE project_id IN (SELECT id FROM p)") -> Sql:
        return super().claims(among)
