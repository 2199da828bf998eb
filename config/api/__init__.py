"""The API under /api/v1/: the apps' own viewsets, joined; errors as problem details; its description."""
