"""What the bot answers: one file a subject, each with its router, its words and its card."""
