"""What the domain asks of the database beyond tables: read replicas, prepared statements, triggers, rollups."""
