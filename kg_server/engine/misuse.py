"""
Variables that break a rule of SPARQL rather than its grammar: chosen twice, given a value twice, or not grouped.

It only reads what the engine has refused and the grammar takes, to tell its author where to look.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kg_server.engine.expressions import whole_tokens

if TYPE_CHECKING:
    from kg_server.engine.tokens import Token

_OPEN, _CLOSE = "{([", "})]"
_AGGREGATES = ("count", "sum", "min", "max", "avg", "sample", "group_concat")
_MOST_TOKENS = 1000
"""Of a longer query nothing is told: each of its parts may have to be read once for every one around it."""
_AFTER = ("having", "order", "limit", "offset", "values")


class Misuse(NamedTuple):
    """The variable at fault, or the star of SELECT, and what is wrong with it: twice, given or ungrouped."""

    token: Token
    kind: str


class _Select(NamedTuple):
    """The parts of a SELECT: what it chooses, the group it chooses from, and what it groups by."""

    chosen: list[Token]
    body: list[Token]
    grouped: list[Token]
    end: int
    """The place after the group."""


def find_misuse(query: str) -> Misuse | None:
    """The first variable that the rules do not allow where it stands, as far as the tokens tell."""
    tokens = whole_tokens(query)
    if len(tokens) > _MOST_TOKENS:
        return None
    found = [_in_select(_read_select(tokens, at)) for at in range(len(tokens)) if _is(tokens[at], "select")]
    found += [_in_bind(tokens, at) for at in range(len(tokens)) if _is(tokens[at], "bind")]
    return min((one for one in found if one), key=lambda one: one.token.start, default=None)


def _in_select(select: _Select) -> Misuse | None:
    heads = [select.chosen[place] for place in _heads(select.chosen)]
    names = [head.text for head in heads]
    for place, head in enumerate(heads):
        if head.text in names[:place]:
            return Misuse(head, "twice")
    given = {token.text for token in _top_variables(select.body)}
    for place in _heads(select.chosen):
        if select.chosen[place].text in given and place and _is(select.chosen[place - 1], "as"):
            return Misuse(select.chosen[place], "given")
    if not select.grouped and not any(_is(token, *_AGGREGATES) for token in select.chosen):
        return None
    keys = {token.text for token in select.grouped if token.kind == "var"}
    for token in _free(select.chosen):
        if token.text not in keys:
            return Misuse(token, "ungrouped")
    return None


def _in_bind(tokens: list[Token], at: int) -> Misuse | None:
    """The variable of a BIND that its group has given a value before."""
    end = _end(tokens, at + 1)
    target = tokens[end - 2]
    depth, begin = 0, at
    while begin and depth >= 0:
        begin -= 1
        depth += (tokens[begin].text in _CLOSE) - (tokens[begin].text in _OPEN)
    before = {token.text for token in _top_variables(tokens[begin + 1 : at])}
    return Misuse(target, "given") if target.kind == "var" and target.text in before else None


def _read_select(tokens: list[Token], at: int) -> _Select:
    body = at + 1
    while body < len(tokens) and tokens[body].text != "{":
        body = _end(tokens, body)
    end = _end(tokens, body)
    first = next((place for place in range(at, body) if _is(tokens[place], "from", "where")), body)
    chosen = [token for token in tokens[at + 1 : first] if not _is(token, "distinct", "reduced")]
    grouped = []
    if end < len(tokens) and _is(tokens[end], "group"):
        last = end
        while last < len(tokens) and not _is(tokens[last], *_AFTER) and tokens[last].text not in _CLOSE:
            last = _end(tokens, last)
        grouped = tokens[end:last]
    return _Select(chosen, tokens[body:end], grouped, end)


def _heads(chosen: list[Token]) -> list[int]:
    """The places of the variables a SELECT gives: those by themselves, and those after AS."""
    depth, places = 0, []
    for place, token in enumerate(chosen):
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if token.kind == "var" and (not depth or (depth == 1 and _is(chosen[place - 1], "as"))):
            places.append(place)
    return places


def _free(chosen: list[Token]) -> list[Token]:
    """What a SELECT reads outside of aggregates: variables, and its star."""
    free, place, named = [], 0, set()
    while place < len(chosen):
        if _is(chosen[place], *_AGGREGATES):
            place = _end(chosen, place + 1)
            continue
        if chosen[place].kind == "var" and place and _is(chosen[place - 1], "as"):
            named.add(chosen[place].text)
        elif chosen[place].kind == "var" or (chosen[place].text == "*" and not place):
            free.append(chosen[place])
        place += 1
    return [token for token in free if token.text not in named]


def _top_variables(tokens: list[Token]) -> list[Token]:
    """The variables of triples and of AS; not those that FILTER, MINUS and a SELECT inside keep for themselves."""
    found, place = [], 0
    while place < len(tokens):
        if _is(tokens[place], "filter", "minus", "exists"):
            place = _end(tokens, place + 1)
        elif _is(tokens[place], "bind"):
            end = _end(tokens, place + 1)
            found.append(tokens[end - 2])
            place = end
        elif _is(tokens[place], "select"):
            select = _read_select(tokens, place)
            found += [select.chosen[head] for head in _heads(select.chosen)]
            place = select.end
        else:
            found += [tokens[place]] if tokens[place].kind == "var" else []
            place += 1
    return found


def _end(tokens: list[Token], place: int) -> int:
    """The place after this token, or after the bracket that closes the one it opens."""
    depth = 0
    while place < len(tokens):
        depth += (tokens[place].text in _OPEN) - (tokens[place].text in _CLOSE)
        place += 1
        if depth <= 0:
            break
    return place


def _is(token: Token, *words: str) -> bool:
    return token.kind == "word" and token.text.lower() in words
