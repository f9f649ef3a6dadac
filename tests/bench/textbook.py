"""The API that a textbook of Django REST framework would make of the same tables, in one file: what the bench compares with.

A ModelViewSet with a nested sector, `select_related`, django-filter, pages of 50 and Django's own conditional requests; no
authentication and no row permission, which would only cost it time. Served as `tests.bench.textbook:application`.
"""

from __future__ import annotations

import os

import dj_database_url
import django
from django.conf import settings

settings.configure(
    ALLOWED_HOSTS=["*"],
    DATABASES={"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60)},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "rest_framework", "django_filters"],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.http.ConditionalGetMiddleware",
    ],
    REST_FRAMEWORK={
        "DEFAULT_PAGINATION_CLASS": "rest_framework.pagination.PageNumberPagination",
        "PAGE_SIZE": 50,
        "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_AUTHENTICATION_CLASSES": [],
        "UNAUTHENTICATED_USER": None,
    },
    ROOT_URLCONF=__name__,
    SECRET_KEY="only for measuring",
    USE_TZ=True,
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402  needs the settings
from django.db import models  # noqa: E402
from django.urls import include, path  # noqa: E402
from rest_framework import routers, serializers, viewsets  # noqa: E402
from rest_framework.decorators import action  # noqa: E402
from rest_framework.request import Request  # noqa: E402
from rest_framework.response import Response  # noqa: E402


class Sector(models.Model):
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)

    class Meta:
        app_label, managed, db_table = "textbook", False, "sectors_sector"


class Project(models.Model):
    code = models.CharField(max_length=40)
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=5)
    sector = models.ForeignKey(Sector, on_delete=models.PROTECT)
    chain_link_id = models.BigIntegerField(null=True)
    prefecture_id = models.BigIntegerField(null=True)
    county_zh = models.CharField(max_length=100)
    county_en = models.CharField(max_length=100)
    enterprise_id = models.BigIntegerField(null=True)
    total_investment = models.BigIntegerField(null=True)
    expected_revenue = models.BigIntegerField(null=True)
    transferred = models.CharField(max_length=7)
    source_province = models.CharField(max_length=2)
    start = models.DateField(null=True)
    start_precision = models.CharField(max_length=7)
    finish = models.DateField(null=True)
    finish_precision = models.CharField(max_length=7)
    basis = models.CharField(max_length=12)
    source_id = models.BigIntegerField(null=True)
    note_zh = models.TextField()
    note_en = models.TextField()

    class Meta:
        app_label, managed, db_table = "textbook", False, "projects_project"
        ordering = ["code"]


class Programme(models.Model):
    year = models.PositiveSmallIntegerField()

    class Meta:
        app_label, managed, db_table = "textbook", False, "projects_programme"


class Entry(models.Model):
    programme = models.ForeignKey(Programme, on_delete=models.CASCADE)
    project = models.ForeignKey(Project, on_delete=models.PROTECT)
    planned_disbursement = models.BigIntegerField(null=True)

    class Meta:
        app_label, managed, db_table = "textbook", False, "projects_entry"


class MonthlyReport(models.Model):
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT)
    state = models.CharField(max_length=9)
    disbursed = models.BigIntegerField(null=True)
    enterprises_attracted = models.PositiveIntegerField(null=True)

    class Meta:
        app_label, managed, db_table = "textbook", False, "projects_monthlyreport"


class SectorSerializer(serializers.ModelSerializer):
    class Meta:
        model, fields = Sector, ["id", "code", "name_zh", "name_en"]


class ProjectSerializer(serializers.ModelSerializer):
    sector = SectorSerializer()

    class Meta:
        model, fields = Project, "__all__"


class ProjectViewSet(viewsets.ReadOnlyModelViewSet):
    queryset = Project.objects.select_related("sector")
    serializer_class = ProjectSerializer
    filterset_fields = ["sector__code", "basis", "kind"]

    @action(detail=False)
    def totals(self, request: Request) -> Response:
        year = request.query_params["programme"]
        names = {name: models.F(f"project__sector__{name}") for name in ("code", "name_zh", "name_en")}
        listed = Entry.objects.filter(programme__year=year).values(**names)
        listed = listed.annotate(
            project_count=models.Count("pk"),
            total_investment=models.Sum("project__total_investment"),
            planned_disbursement=models.Sum("planned_disbursement"),
            expected_revenue=models.Sum("project__expected_revenue"),
            transferred_count=models.Count("pk", filter=models.Q(project__transferred="yes")),
        )
        reported = MonthlyReport.objects.filter(entry__programme__year=year, state="approved")
        reported = reported.values(code=models.F("entry__project__sector__code")).annotate(
            disbursed=models.Sum("disbursed"), enterprises_attracted=models.Sum("enterprises_attracted")
        )
        sums = {row["code"]: row for row in reported}
        return Response([row | sums.get(row["code"], {}) for row in listed.order_by("code")])

    @action(detail=False)
    def everything(self, request: Request) -> Response:
        return Response(self.get_serializer(self.get_queryset(), many=True).data)


router = routers.SimpleRouter()
router.register("projects", ProjectViewSet)
urlpatterns = [path("", include(router.urls))]
application = get_wsgi_application()
