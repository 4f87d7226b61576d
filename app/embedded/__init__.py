"""PostgreSQL and Redis of our own, for whoever has configured neither."""
