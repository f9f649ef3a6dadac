"""Jobs: what takes long, run by workers on the database alone, and survived by what a killed worker was at."""

from .queue import enqueue, job
from .worker import JobFailedError, LeaseLostError, Run
