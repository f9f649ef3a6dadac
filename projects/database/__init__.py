"""Database features beyond tables, for the domain: read replicas, prepared statements, triggers, rollups."""
