"""Who is there: proofs from chats, one-time links, and our own sessions."""
