"""The pages that leaders read of the monthly round: attention list, rounds, problems, milestones, ranking, forecast."""
