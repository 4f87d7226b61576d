"""The loyalty program itself. Knows no chat and no HTTP."""
