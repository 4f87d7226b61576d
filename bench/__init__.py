"""How fast the product posts, as parts of what PostgreSQL itself can do on this machine."""
