"""How the API describes itself in OpenAPI 3.1, beyond what drf-spectacular reads from views and serializers."""
