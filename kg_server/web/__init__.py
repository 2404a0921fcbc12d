"""The service: SPARQL, pages and data over HTTP."""
