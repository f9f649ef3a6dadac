"""The register in Django's admin, one noun a file. What all of them share is in `base`."""

from . import (
    claims,
    enterprises,
    entries,
    grants,
    jobs,
    light_rules,
    milestones,
    notes,
    plans,
    plausibility_rules,
    problems,
    programmes,
    projects,
    proposals,
    ratings,
    reference,
    reports,
    rounds,
    sources,
)
