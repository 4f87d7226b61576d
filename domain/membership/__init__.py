"""What becomes of a membership: its settings, leaving, coming back."""
