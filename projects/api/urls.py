"""The addresses of the API."""

from django.urls import include, path, re_path
from rest_framework.routers import SimpleRouter

from .changes import ChangesView
from .claims import ClaimViewSet
from .entries import EntryViewSet
from .explain import ComparisonView, ExplainView
from .imports import ImportViewSet
from .milestones import MilestoneViewSet
from .notes import NoteViewSet
from .plans import PlanViewSet
from .problems import ProblemViewSet
from .programmes import ProgrammeViewSet, TargetViewSet
from .projects import ProjectViewSet
from .proposals import ProposalViewSet
from .ratings import RatingViewSet
from .reference import (
    ChainLinkViewSet,
    DirectionViewSet,
    EnterpriseViewSet,
    PrefectureViewSet,
    SectorViewSet,
    SourceViewSet,
)
from .reports import ReportViewSet
from .root import DocsView, NothingView, RootView, SchemaView
from .rounds import RoundViewSet
from .rules import LightRuleViewSet, PlausibilityRuleViewSet
from .tasks import TasksView
from .totals import FiguresView, TotalsView

app_name = "api"

VIEWSETS = {
    "programmes": ProgrammeViewSet,
    "targets": TargetViewSet,
    "directions": DirectionViewSet,
    "sectors": SectorViewSet,
    "chain-links": ChainLinkViewSet,
    "prefectures": PrefectureViewSet,
    "enterprises": EnterpriseViewSet,
    "sources": SourceViewSet,
    "projects": ProjectViewSet,
    "entries": EntryViewSet,
    "reports": ReportViewSet,
    "rounds": RoundViewSet,
    "plans": PlanViewSet,
    "milestones": MilestoneViewSet,
    "problems": ProblemViewSet,
    "ratings": RatingViewSet,
    "light-rules": LightRuleViewSet,
    "plausibility-rules": PlausibilityRuleViewSet,
    "proposals": ProposalViewSet,
    "claims": ClaimViewSet,
    "notes": NoteViewSet,
}
VIEWS = {
    "totals": TotalsView,
    "explain": ExplainView,
    "comparison": ComparisonView,
    "changes": ChangesView,
    "figures": FiguresView,
    "tasks": TasksView,
    "schema": SchemaView,
    "docs": DocsView,
}
router, imports = SimpleRouter(), SimpleRouter()
for name, viewset in VIEWSETS.items():
    router.register(name, viewset, basename=name)
imports.register("imports", ImportViewSet, basename="imports")

endpoints = {name: f"{name}-list" for name in (*VIEWSETS, "imports")} | {name: name for name in VIEWS}
files = [  # no word at the place of a key, which might be one
    path(f"files/{name}/", viewset.as_view({"get": "file"}, basename=name, detail=False), name=f"{name}-file")
    for name, viewset in VIEWSETS.items()
]
version_1 = [
    path("", RootView.as_view(endpoints=endpoints), name="root"),
    *(path(f"{name}/", view.as_view(), name=name) for name, view in VIEWS.items()),
    *router.urls,
    *imports.urls,
    *files,
]

urlpatterns = [
    path("v1/", include(version_1)),
    re_path("", NothingView.as_view(), name="nothing"),
]
