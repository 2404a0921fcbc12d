"""Turns the project's text files into an immutable, checked graph."""
