"""Django alone, by its own ASGI handler: nothing of what stands in front of it. `tests.differential.bare:application`."""

from django.core.asgi import get_asgi_application

application = get_asgi_application()
