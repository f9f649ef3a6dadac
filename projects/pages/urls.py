"""URLs of the pages about projects."""

from django.urls import path

from projects.choices import ReportAction
from projects.workflows import adoption

from .changes.log import changes
from .changes.revision import revision, undo_revision
from .claims import decide_claim
from .comparison import compare
from .figure import figure
from .imports.fill_in import template
from .imports.import_page import import_one
from .imports.imports_page import imports, refused_file
from .monitoring.attention import attention
from .monitoring.forecast import forecast
from .monitoring.milestones import add_milestone, change_milestone, milestones
from .monitoring.problems import add_problem, change_problem, problems
from .monitoring.ranking import league_table
from .monitoring.rounds import rounds
from .notes import add_note, change_note
from .project import project
from .project_list import project_list
from .proposals.form import propose
from .proposals.proposal import proposal
from .proposals.queue import proposals
from .report import change_report_state, report
from .report_sheet.sheet_page import round_drafts, round_now, round_row, round_sheet
from .review import review
from .search import search
from .tasks.page import tasks
from .webhooks import add_webhook, delete_webhook, skip_message, webhook, webhooks

urlpatterns = [
    path("tasks/", tasks, name="tasks"),
    path("projects/", project_list, name="projects"),
    path("projects/<str:code>/", project, name="project"),
    path("projects/<str:code>/reports/<str:month>/", report, name="report"),
    *(
        path(
            f"projects/<str:code>/reports/<str:month>/{action}/",
            change_report_state,
            {"action": action},
            name=f"report-{action}",
        )
        for action in (ReportAction.REOPEN, ReportAction.SUBMIT, ReportAction.WITHDRAW)
    ),
    path("figures/<slug:name>/", figure, name="figure"),
    path("compare/", compare, name="compare"),
    path("projects/<str:code>/propose/", propose, name="propose"),
    path("webhooks/", webhooks, name="webhooks"),
    path("webhooks/add/", add_webhook, name="webhook-add"),
    path("webhooks/<int:key>/", webhook, name="webhook"),
    path("webhooks/<int:key>/delete/", delete_webhook, name="webhook-delete"),
    path("webhooks/<int:key>/messages/<int:delivery>/skip/", skip_message, name="webhook-skip"),
    path("proposals/", proposals, name="proposals"),
    path("proposals/<int:number>/", proposal, name="proposal"),
    path("search/", search, name="search"),
    path("attention/", attention, name="attention"),
    path("rounds/", rounds, name="rounds"),
    path("problems/", problems, name="problems"),
    path("problems/add/", add_problem, name="problem-add"),
    path("problems/<int:key>/", change_problem, name="problem"),
    path("milestones/", milestones, name="milestones"),
    path("milestones/add/", add_milestone, name="milestone-add"),
    path("milestones/<int:key>/", change_milestone, name="milestone"),
    path("league/", league_table, name="league"),
    path("forecast/", forecast, name="forecast"),
    path("rounds/now/", round_now, name="round-now"),
    path("rounds/<str:month>/", round_sheet, name="round"),
    path("rounds/<str:month>/drafts/", round_drafts, name="round-drafts"),
    path("rounds/<str:month>/<str:code>/", round_row, name="round-row"),
    path("imports/", imports, name="imports"),
    path("imports/<int:key>/", import_one, name="import"),
    path("imports/<int:key>/refused.xlsx", refused_file, name="import-refused"),
    path("imports/template.xlsx", template, name="import-template"),
    path("review/", review, name="review"),
    *(
        path(f"claims/<int:key>/{action}/", decide_claim, {"action": action}, name=f"claim-{action}")
        for action in adoption.TRANSITIONS
    ),
    path("notes/add/", add_note, name="note-add"),
    path("notes/<int:key>/", change_note, name="note"),
    path("changes/", changes, name="changes"),
    path("changes/<int:number>/", revision, name="revision"),
    path("changes/<int:number>/undo/", undo_revision, name="undo"),
]
