"""The surface for customers: what they see in a chat's mini app, and the JSON beside it."""
