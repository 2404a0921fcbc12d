"""Evaluates SPARQL: one interface, with killable workers over the store on this machine behind it."""
