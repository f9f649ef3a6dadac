"""Addresses of the pages about projects."""

from django.urls import path

from .changelog.page import changes
from .changelog.revision import revision
from .changelog.undo import undo_revision
from .monitoring.attention import attention
from .monitoring.forecast import forecast
from .monitoring.league import league_table
from .monitoring.milestones import milestones
from .monitoring.problems import problems
from .monitoring.rounds import rounds
from .project import project
from .project_list import project_list
from .review.page import review
from .sheet.now import round_now
from .sheet.page import round_sheet
from .sheet.row import round_row

urlpatterns = [
    path("projects/", project_list, name="projects"),
    path("projects/<str:code>/", project, name="project"),
    path("attention/", attention, name="attention"),
    path("rounds/", rounds, name="rounds"),
    path("problems/", problems, name="problems"),
    path("milestones/", milestones, name="milestones"),
    path("league/", league_table, name="league"),
    path("forecast/", forecast, name="forecast"),
    path("rounds/now/", round_now, name="round-now"),
    path("rounds/<str:month>/", round_sheet, name="round"),
    path("rounds/<str:month>/<str:code>/", round_row, name="round-row"),
    path("review/", review, name="review"),
    path("changes/", changes, name="changes"),
    path("changes/<int:number>/", revision, name="revision"),
    path("changes/<int:number>/undo/", undo_revision, name="undo"),
]
