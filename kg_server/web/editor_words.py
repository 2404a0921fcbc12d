"""What the editor says, in the reader's language; a name in braces is filled in by the editor."""

from __future__ import annotations

from kg_server.web.site import gettext


def editor_words() -> dict[str, str]:
    """The sentences of the editor by the names its scripts know them by."""
    return {
        "askedAll": gettext("The pattern matches, but LIMIT, OFFSET or HAVING leaves nothing of it."),
        "bars": gettext("Chart"),
        "broken": gettext("From here on the query cannot be read."),
        "cancel": gettext("Cancel"),
        "cancelled": gettext("Cancelled after {seconds} s."),
        "chartOf": gettext("{value} for each row, the first {count} rows"),
        "clear": gettext("Clear the history"),
        "copied": gettext("The link is copied."),
        "copyLink": gettext("Copy a link to this query"),
        "cut": gettext("The service has cut the answer at its limit: there is more."),
        "didYouMean": gettext("Did you mean {name}?"),
        "download": gettext("Download the whole answer:"),
        "editor": gettext("Query in SPARQL"),
        "failed": gettext("The service cannot be reached. Check the network and try again."),
        "filtered": gettext("Nothing that the rest of the query matches passes this filter."),
        "firstRows": gettext("Rows {first} to {last} of {count}"),
        "graph": gettext("Graph"),
        "help": gettext("Ctrl+Enter runs the query. Ctrl+Space suggests what can stand here. Tab leaves the editor."),
        "history": gettext("Earlier queries (kept in this browser only)"),
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
        "prefixAdd": gettext("Declare {prefix}: at the top"),
        "prefixMissing": gettext("The prefix {prefix}: is not declared."),
        "previous": gettext("Previous page"),
        "refused": gettext("The service answers with an error ({status}). Try again in a little while."),
        "replace": gettext("Write {name}"),
        "result": gettext("Answer"),
        "running": gettext("Running …"),
        "rows": gettext("Rows: {count}. Time: {seconds} s."),
        "searching": gettext("Finding out which part matches nothing …"),
        "sort": gettext("Sort by {name}"),
        "table": gettext("Table"),
        "takenAway": gettext("This takes away everything that the rest of the query matches."),
        "textHasLanguage": gettext(
            "The graph has the text {text} with a language. Write the language after it, as @nb or @en."
        ),
        "things": gettext("Things: {count}"),
        "triples": gettext("Triples: {count}. Time: {seconds} s."),
        "unknownClass": gettext("Nothing in the graph is of the class {name}."),
        "unknownProperty": gettext("Nothing in the graph has the property {name}."),
        "truth": gettext("Answer: {truth}. Time: {seconds} s."),
        "type": gettext("is of the class"),
        "unknownThing": gettext("The graph does not speak of {name}."),
        "uses": gettext("Uses: {count}"),
        "yes": gettext("Yes"),
    }
