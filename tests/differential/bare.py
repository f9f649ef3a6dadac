"""Django alone, by its own WSGI handler: nothing of what stands in front of it. `tests.differential.bare.application`."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
