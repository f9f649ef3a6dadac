"""Jobs: what takes long, run by workers on the database alone, and survived by what a killed worker was at.

`kinds` says what can be done, `queue` takes up and puts back, `running` does one job, `worker` one after the other.
"""

from .kinds import job
from .queue import enqueue
from .running import JobFailedError, LeaseLostError, Run
