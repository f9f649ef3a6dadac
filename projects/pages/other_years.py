"""Other years: what a search of one year finds on the lists of the others."""

from __future__ import annotations

from dataclasses import replace

from projects.totals.scope import Scope

from . import links


def in_other_years(scope: Scope) -> list[links.CountLink]:
    """The other years whose lists have something, newest first; none without words. A query for each year with projects.

    The words alone are looked for: what else was filtered by was filtered for the list of this year.
    """
    words = [pair for pair in scope.filters if pair[0] == "search"]
    if not words:
        return []
    found = []
    for programme in scope.programmes:
        if programme == scope.programme or not programme.has_projects:
            continue
        last = programme.months.default
        of_year = replace(scope, programme=programme, first_month=1, last_month=last, filters=tuple(words))
        if count := of_year.projects().count():
            found.append(links.CountLink(str(programme.year), links.records(of_year.parameters()), count))
    return found
