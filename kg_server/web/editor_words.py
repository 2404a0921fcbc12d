"""What the editor says, in the reader's language; a name in braces is filled in by the editor."""

from __future__ import annotations

from kg_server.web.site import gettext


def editor_words() -> dict[str, str]:
    """The sentences of the editor by the names its scripts know them by."""
    return _about_queries() | _about_answers()


def _about_queries() -> dict[str, str]:
    return {
        "broken": gettext("From here on the query cannot be read."),
        "cancel": gettext("Cancel"),
        "choices": gettext("What can stand here"),
        "clear": gettext("Clear the history"),
        "close": gettext("Close"),
        "copied": gettext("The link is copied."),
        "copyLink": gettext("Copy a link to this query"),
        "didYouMean": gettext("Did you mean {name}?"),
        "editor": gettext("Query in SPARQL"),
        "faults": gettext("What may be wrong in the query"),
        "help": gettext("Ctrl+Enter runs the query. Ctrl+Space suggests what can stand here. Tab leaves the editor."),
        "history": gettext("Earlier queries (kept in this browser only)"),
        "noteAt": gettext("Line {line}: {message}"),
        "prefixAdd": gettext("Declare {prefix}: at the top"),
        "prefixMissing": gettext("The prefix {prefix}: is not declared."),
        "replace": gettext("Write {name}"),
        "running": gettext("Running …"),
        "textHasLanguage": gettext(
            "The graph has the text {text} with a language. Write the language after it, as @nb or @en."
        ),
        "things": gettext("Things: {count}"),
        "type": gettext("is of type"),
        "unknownClass": gettext("Nothing in the graph is of the class {name}."),
        "unknownProperty": gettext("Nothing in the graph has the property {name}."),
        "unknownThing": gettext("The graph does not speak of {name}."),
        "uses": gettext("Uses: {count}"),
    }


def _about_answers() -> dict[str, str]:
    return {
        "askedAll": gettext("The pattern matches, but LIMIT, OFFSET or HAVING leaves nothing of it."),
        "bars": gettext("Chart"),
        "cancelled": gettext("Cancelled after {seconds} s."),
        "chartOf": gettext("{value} for each row, the first {count} rows"),
        "cut": gettext("The service has cut the answer at its limit: there is more."),
        "download": gettext("Download the whole answer:"),
        "failed": gettext("The service cannot be reached. Check the network and try again."),
        "filtered": gettext("Nothing that the rest of the query matches passes this filter."),
        "goesOn": gettext("The table goes on to the right."),
        "firstRows": gettext("Rows {first} to {last} of {count}"),
        "graph": gettext("Graph"),
        "inGraph": gettext("Things: {things}. Links: {links}."),
        "inGraphCut": gettext("Only the first {links} links are drawn."),
        "jointly": gettext("Matches by itself, but not together with what stands before it."),
        "map": gettext("Map"),
        "next": gettext("Next page"),
        "no": gettext("No"),
        "noMatch": gettext("Matches nothing in the graph."),
        "nothing": gettext("The answer is empty."),
        "nothingBecause": gettext("Nothing matches because of this part:"),
        "nothingKnown": gettext("What makes it empty could not be found out."),
        "pages": gettext("Pages of the answer"),
        "places": gettext("Places: {count}. The table has all rows."),
        "previous": gettext("Previous page"),
        "refused": gettext("The service answers with an error ({status}). Try again in a little while."),
        "result": gettext("Answer"),
        "rows": gettext("Rows: {count}. Time: {seconds} s."),
        "searching": gettext("Finding out which part matches nothing …"),
        "sort": gettext("Sort by {name}"),
        "table": gettext("Table"),
        "takenAway": gettext("This takes away everything that the rest of the query matches."),
        "triples": gettext("Triples: {count}. Time: {seconds} s."),
        "truth": gettext("Answer: {truth}. Time: {seconds} s."),
        "yes": gettext("Yes"),
    }
