"""Addresses of the pages about projects."""

from django.urls import path

from .project import project
from .project_list import project_list

urlpatterns = [
    path("projects/", project_list, name="projects"),
    path("projects/<str:code>/", project, name="project"),
]
