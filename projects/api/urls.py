"""The addresses of the API."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from .changes import ChangesView
from .claims import ClaimViewSet
from .entries import EntryViewSet
from .explain import ComparisonView, ExplainView
from .imports import (
    ImportCellsView,
    ImportChoicesView,
    ImportConfirmView,
    ImportMappingView,
    ImportRefusedView,
    ImportsView,
    ImportUndoView,
    ImportView,
)
from .milestones import MilestoneViewSet
from .notes import NoteViewSet
from .plans import PlanViewSet
from .problems import ProblemViewSet
from .programmes import ProgrammeViewSet, TargetViewSet
from .projects import ProjectViewSet
from .proposals import ProposalViewSet
from .ratings import RatingViewSet
from .reference import ChainLinkViewSet, DirectionViewSet, EnterpriseViewSet, PrefectureViewSet, SectorViewSet
from .reports import ReportViewSet
from .root import DocsView, NothingView, RootView, SchemaView
from .rounds import RoundViewSet
from .rules import LightRuleViewSet, PlausibilityRuleViewSet
from .tasks import TasksView
from .totals import FiguresView, TotalsView

app_name = "api"

router = SimpleRouter()
router.register("projects", ProjectViewSet, basename="projects")
router.register("programmes", ProgrammeViewSet, basename="programmes")
router.register("targets", TargetViewSet, basename="targets")
router.register("directions", DirectionViewSet, basename="directions")
router.register("sectors", SectorViewSet, basename="sectors")
router.register("chain-links", ChainLinkViewSet, basename="chain-links")
router.register("prefectures", PrefectureViewSet, basename="prefectures")
router.register("enterprises", EnterpriseViewSet, basename="enterprises")
router.register("entries", EntryViewSet, basename="entries")
router.register("reports", ReportViewSet, basename="reports")
router.register("rounds", RoundViewSet, basename="rounds")
router.register("plans", PlanViewSet, basename="plans")
router.register("milestones", MilestoneViewSet, basename="milestones")
router.register("problems", ProblemViewSet, basename="problems")
router.register("ratings", RatingViewSet, basename="ratings")
router.register("light-rules", LightRuleViewSet, basename="light-rules")
router.register("plausibility-rules", PlausibilityRuleViewSet, basename="plausibility-rules")
router.register("proposals", ProposalViewSet, basename="proposals")
router.register("claims", ClaimViewSet, basename="claims")
router.register("notes", NoteViewSet, basename="notes")

version_1 = [  # what is asked the most first: an address is held against one after the other
    path("", RootView.as_view(), name="root"),
    path("totals/", TotalsView.as_view(), name="totals"),
    path("explain/", ExplainView.as_view(), name="explain"),
    path("comparison/", ComparisonView.as_view(), name="comparison"),
    path("changes/", ChangesView.as_view(), name="changes"),
    path("figures/", FiguresView.as_view(), name="figures"),
    path("tasks/", TasksView.as_view(), name="tasks"),
    *router.urls,
    path("imports/", ImportsView.as_view(), name="imports"),
    re_path(r"^imports/(?P<pk>[0-9]{1,18})/$", ImportView.as_view(), name="import"),
    re_path(r"^imports/(?P<pk>[0-9]{1,18})/cells/$", ImportCellsView.as_view(), name="import-cells"),
    re_path(r"^imports/(?P<pk>[0-9]{1,18})/mapping/$", ImportMappingView.as_view(), name="import-mapping"),
    re_path(r"^imports/(?P<pk>[0-9]{1,18})/choices/$", ImportChoicesView.as_view(), name="import-choices"),
    re_path(r"^imports/(?P<pk>[0-9]{1,18})/refused/$", ImportRefusedView.as_view(), name="import-refused"),
    re_path(r"^imports/(?P<pk>[0-9]{1,18})/confirm/$", ImportConfirmView.as_view(), name="import-confirm"),
    re_path(r"^imports/(?P<pk>[0-9]{1,18})/undo/$", ImportUndoView.as_view(), name="import-undo"),
    path("schema/", SchemaView.as_view(), name="schema"),
    path("docs/", DocsView.as_view(), name="docs"),
]

urlpatterns = [
    path("v1/", include(version_1)),
    re_path("", NothingView.as_view(), name="nothing"),
]
