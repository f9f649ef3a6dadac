"""Random changes by straight SQL, as another program would write them."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, models, transaction

from projects.choices import Basis, ListStatus, ProjectKind, ReportState, Stage, Transferred
from projects.models import Entry, MonthlyReport, Prefecture, Programme, Project
from projects.money import LIMIT
from sectors.models import ChainLink, Sector


def rows(model: type[models.Model]) -> Any:
    """Straight SQL: no validation, no history, as another program would write."""
    return models.QuerySet(model)


class Writer:
    """Random changes by SQL: of figures, keys and states; new records; records that go, whole or in parts."""

    def __init__(self, seed: int) -> None:
        self.dice = random.Random(seed)  # noqa: S311  no secret
        self.prefectures = [None, *rows(Prefecture).values_list("pk", flat=True)]
        self.links = {sector: [None] for sector in rows(Sector).values_list("pk", flat=True)}
        for sector, link in rows(ChainLink).values_list("sector", "pk"):
            self.links[sector].append(link)
        self.number = 0

    def one(self, model: type[models.Model]) -> Any:
        keys = list(rows(model).values_list("pk", flat=True))
        return rows(model).filter(pk=self.dice.choice(keys)) if keys else rows(model).none()

    def amount(self) -> int | None:
        return self.dice.choice([None, 0, self.dice.randrange(LIMIT)])

    def place(self) -> dict[str, Any]:
        sector = self.dice.choice(list(self.links))
        return {
            "sector": sector,
            "chain_link": self.dice.choice(self.links[sector]),
            "prefecture": self.dice.choice(self.prefectures),
        }

    def figures_of_a_project(self) -> None:
        self.one(Project).update(
            expected_revenue=self.amount(),
            transferred=self.dice.choice(Transferred.values),
            source_province="",
            kind=self.dice.choice(ProjectKind.values),
        )

    def place_of_a_project(self) -> None:
        self.one(Project).update(**self.place())

    def basis_of_several(self) -> None:
        rows(Project).filter(prefecture=self.dice.choice(self.prefectures[1:])).exclude(source=None).update(
            basis=self.dice.choice(Basis.values)
        )

    def entry(self) -> None:
        self.one(Entry).update(planned_disbursement=self.amount(), status=self.dice.choice(ListStatus.values))

    def day(self) -> dt.date | None:
        return self.dice.choice([None, *(dt.date(year, self.dice.randrange(1, 13), 28) for year in (2022, 2023, 9999))])

    def place_on_the_list(self) -> None:
        days = sorted((self.day() or dt.date.min, self.day() or dt.date.min))
        joined, left = (None if day == dt.date.min else day for day in days)
        self.one(Entry).update(joined=joined, left=left, planned_disbursement=self.amount())

    def standing(self) -> None:
        self.one(MonthlyReport).update(
            stage=self.dice.choice(["", *Stage.values]),
            forecast=self.amount(),
            started_on=self.dice.choice([None, dt.date(2023, 1, 1)]),
        )

    def report(self) -> None:
        self.one(MonthlyReport).update(disbursed=self.amount(), enterprises_attracted=self.dice.choice([None, 0, 7]))

    def new_project(self) -> None:
        self.number += 1
        place = {f"{name}_id": value for name, value in self.place().items()}
        fresh = Project(code=f"NEW-{self.number}", name_zh="新", basis=Basis.REPORTED, **place)
        fresh.total_investment = self.amount()
        rows(Project).bulk_create([fresh])
        entry = Entry(project=fresh, programme=rows(Programme).get(year=2023), planned_disbursement=self.amount())
        rows(Entry).bulk_create([entry])

    def new_reports(self) -> None:
        entry = self.one(Entry)[:1].get()
        taken = set(rows(MonthlyReport).filter(entry=entry).values_list("month", flat=True))
        free = [month for month in range(1, 13) if month not in taken]
        chosen = self.dice.sample(free, min(len(free), 2))
        approved = {"state": ReportState.APPROVED, "basis": Basis.ILLUSTRATIVE}
        made = [MonthlyReport(entry=entry, month=month, disbursed=self.amount() or 0, **approved) for month in chosen]
        rows(MonthlyReport).bulk_create(made)

    def report_goes(self) -> None:
        self.one(MonthlyReport)._raw_delete("default")

    def month_goes(self) -> None:
        rows(MonthlyReport).filter(month=self.dice.randrange(1, 7))._raw_delete("default")

    def entry_changes_its_project(self) -> None:
        free = rows(Project).exclude(entries__programme__year=2023).order_by("pk")[:1]
        if free:
            self.one(Entry).filter(programme__year=2023).update(project=free[0])

    def work(self, steps: int) -> None:
        doings: list[Callable[[], None]] = [
            self.figures_of_a_project,
            self.place_of_a_project,
            self.basis_of_several,
            self.entry,
            self.place_on_the_list,
            self.place_on_the_list,
            self.report,
            self.standing,
            self.standing,
            self.new_project,
            self.new_reports,
            self.report_goes,
            self.month_goes,
            self.entry_changes_its_project,
        ]
        for _step in range(steps):
            doing = self.dice.choice(doings)
            try:
                with transaction.atomic():
                    doing()
            except IntegrityError:
                continue  # a rule of the register: nothing was written
