"""Lines of code that ask one question with its values, ready to run."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator


class Snippet(NamedTuple):
    """Code in a language, what it needs, and the ending of a file with such code."""

    name: str
    needs: str
    extension: str
    code: str


def snippets_of(csv: str, endpoint: str, query: str) -> Iterator[Snippet]:
    """The same question in several languages: by the address of its CSV, or as SPARQL to the endpoint."""
    yield Snippet("curl", "curl", "sh", _curl(csv))
    yield Snippet("Python", "SPARQLWrapper, pandas", "py", _python(endpoint, query))
    yield Snippet("R", "", "R", _r(csv))
    yield Snippet("JavaScript", "", "mjs", _javascript(csv.replace("format=csv", "format=json")))


def _curl(csv: str) -> str:
    address = urlsplit(csv)
    values = parse_qsl(address.query)
    given = "".join(f" \\\n  --data-urlencode {shlex.quote(f'{name}={value}')}" for name, value in values)
    return f"curl --fail --get {shlex.quote(address._replace(query='').geturl())}{given}\n"


def _python(endpoint: str, query: str) -> str:
    return f"""import pandas
from SPARQLWrapper import JSON, POST, SPARQLWrapper

service = SPARQLWrapper({json.dumps(endpoint)})
service.setMethod(POST)
service.setReturnFormat(JSON)
service.setQuery({_python_text(query)})
answer = service.queryAndConvert()
rows = [{{name: cell["value"] for name, cell in row.items()}} for row in answer["results"]["bindings"]]
table = pandas.DataFrame(rows, columns=answer["head"]["vars"])
print(table.to_csv(index=False))
"""


def _python_text(text: str) -> str:
    """The text as Python writes it, over several lines where nothing in it would be read otherwise."""
    if '"""' in text or "\\" in text or text.endswith('"'):
        return repr(text)
    return f'"""\n{text}"""'


def _r(csv: str) -> str:
    return f"""table <- read.csv({json.dumps(csv, ensure_ascii=False)}, encoding = "UTF-8")
print(table)
"""


def _javascript(address: str) -> str:
    return f"""const response = await fetch({json.dumps(address, ensure_ascii=False)});
if (!response.ok) throw new Error(await response.text());
const answer = await response.json();
console.log(JSON.stringify(answer.rows, null, 2));
"""
