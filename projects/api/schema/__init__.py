"""OpenAPI 3.1: how the API describes itself beyond what drf-spectacular reads from views and serializers."""
