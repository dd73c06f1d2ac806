"""What a browser, a program and a stranger get."""
