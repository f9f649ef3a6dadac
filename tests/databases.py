"""Which files of tests run on SQLite only: the one place for it, beside the marker `no_database`.

A test belongs on both databases when what it holds reaches the database in another way there: SQL of ours, constraints
and triggers, locks and transactions, how text is compared and sorted, dates, sums, what is written by SQL. All else is the
same Python, whatever the database. A page, a form or a screen of the administration says what querysets and functions
give it that have tests of their own, on both. That both databases understand its statements is held by `tests/bounds`,
which asks every page, every list of the administration, every address of the API and every file.
"""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]

# files, and folders but for what lies in them of BOTH, by what they are about
ONCE = {
    "how something looks and what a form asks": (
        "tests/markup",
        "tests/portfolio/dashboards",
        "tests/projects/admin",
        "tests/projects/pages",
        "tests/projects/test_every_field.py",
        "tests/projects/test_names_of_then.py",
        "tests/projects/test_second_year.py",
        "tests/projects/test_transitions.py",
    ),
    "what is refused of what was typed or sent, and in which words": (
        "tests/projects/api/test_errors.py",
        "tests/projects/imports/test_load_register_refuses.py",
        "tests/projects/test_days.py",
        "tests/projects/test_months_to_come.py",
    ),
    "addresses of the API over workflows and models that have tests of their own; test_contract.py asks each on both": (
        "tests/projects/api/test_adoption.py",
        "tests/projects/api/test_description.py",
        "tests/projects/api/test_every_rule_speaks.py",
        "tests/projects/api/test_light_rules.py",
        "tests/projects/api/test_notes.py",
        "tests/projects/api/test_plausibility.py",
        "tests/projects/api/test_plausibility_of_months.py",
        "tests/projects/api/test_plausibility_of_proposals.py",
        "tests/projects/api/test_plausibility_rules.py",
        "tests/projects/api/test_projects_writing.py",
        "tests/projects/api/test_proposals.py",
        "tests/projects/api/test_ratings.py",
        "tests/projects/api/test_report_transitions.py",
        "tests/projects/api/test_reports_writing.py",
    ),
    "what is read of a file, before anything of it is written": (
        "tests/projects/workbook_imports/test_by_api.py",
        "tests/projects/workbook_imports/test_choosing.py",
        "tests/projects/workbook_imports/test_heads_of_texts.py",
        "tests/projects/workbook_imports/test_mapping_again.py",
        "tests/projects/workbook_imports/test_refused_rows.py",
        "tests/projects/imports/test_doubts.py",
        "tests/projects/imports/workbooks/test_mapping.py",
        "tests/projects/imports/workbooks/test_own_files.py",
        "tests/projects/imports/workbooks/test_register_rows.py",
        "tests/projects/imports/workbooks/test_report_rows.py",
    ),
    "rules that a model, a workflow or a sum asks in Python": (
        "tests/projects/models/test_attribution.py",
        "tests/projects/models/test_rounds.py",
        "tests/projects/provenance/test_implied_plans.py",
        "tests/projects/test_fixtures.py",
        "tests/projects/workflows/test_proposals.py",
        "tests/projects/workflows/test_proposed_basis_and_names.py",
    ),
    "doors that agree; what they agree with is held by tests/projects/totals, on both": (
        "tests/projects/test_crown.py",
    ),
    "letters": (
        "tests/projects/reminders/test_letters.py",
        "tests/projects/reminders/test_proposal_mails.py",
    ),
    "documents that are typed into a shell": ("tests/contract",),
    "what is kept in front of Django once the state of the data is known": (),
}
# what about these is the database's
BOTH = {
    "tests/portfolio/dashboards/test_number_in_navigation.py": "SQL of ours",
    "tests/projects/admin/test_deletion.py": "foreign keys and triggers",
    "tests/projects/admin/test_revisions.py": "unions of histories",
    "tests/projects/admin/test_rows.py": "permission in SQL",
    "tests/projects/pages/test_asked_once.py": "how often it is asked",
    "tests/projects/pages/test_attention.py": "SQL of ours",
    "tests/projects/pages/test_list_changes.py": "SQL of ours",
    "tests/projects/pages/changes/test_changes.py": "searches words, persons and days",
    "tests/projects/pages/changes/test_readers_of_changes.py": "permission in SQL",
    "tests/projects/pages/changes/test_revision.py": "unions of histories",
    "tests/projects/pages/changes/test_undo_page.py": "unions of histories",
    "tests/projects/pages/test_files.py": "written by SQL",
    "tests/projects/pages/test_notes.py": "prepared records",
    "tests/projects/pages/test_order_of_records.py": "sorts by SQL",
    "tests/projects/pages/test_round_at_one_instant.py": "locks and transactions",
    "tests/projects/pages/test_past.py": "rows of the past",
    "tests/projects/pages/test_problem_order.py": "sorts by SQL",
    "tests/projects/pages/test_project.py": "prepared records",
    "tests/projects/pages/test_project_list.py": "filters, sorts and searches",
    "tests/projects/pages/test_project_year.py": "prepared records",
    "tests/projects/pages/test_proposed_facts.py": "prepared records",
    "tests/projects/pages/test_review_pages.py": "SQL of ours",
    "tests/projects/pages/test_rounds.py": "SQL of ours",
    "tests/projects/pages/test_search.py": "how text is compared",
    "tests/projects/pages/test_tasks.py": "SQL of ours",
}
_ONCE = tuple(place for places in ONCE.values() for place in places)


def runs_once(path: Path) -> bool:
    """Whether a file of tests is left out on PostgreSQL."""
    name = path.relative_to(ROOT).as_posix()
    return name not in BOTH and any(name == place or name.startswith(f"{place}/") for place in _ONCE)
