"""History of the reference data in `sectors`, here because that app knows nobody."""

from simple_history import register

from sectors.models import ChainLink, Direction, Sector

from .revision import History

for model in (Sector, ChainLink, Direction):
    register(model, app="projects", records_class=History)
