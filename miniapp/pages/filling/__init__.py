"""Fills screens from what the domain says about one customer."""
