"""Questions with names, things and their links, and why a triple holds."""
