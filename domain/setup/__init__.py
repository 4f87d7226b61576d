"""What a merchant sets up: the program's name and money, look, terms and policies."""
