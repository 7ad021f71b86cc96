"""Long inputs, each of a shape that has made some reader of some program slow: 100 kB of it, or as much as is read."""

import json
from collections.abc import Mapping
from typing import Any

from app.link import KEYS
from app.link.parse import MAX_LENGTH
from app.protocol.commands import COMMANDS
from engine.own_examples import MAX_EXAMPLES

_PAIRS = [f'"k{n}":1' for n in range(10_000)]
MESSAGES: Mapping[str, str] = {
    "names": "{" + ",".join(_PAIRS) + "}",
    "a name twice": "{" + ",".join([*_PAIRS, *(f'"l{n}":1' for n in range(20_000)), '"l0":2']) + "}",
    "brackets": "[" * 100_000,
    "pairs of brackets": "[" + "[]," * 33_000 + "[]]",
    "digits": '{"id":' + "9" * 100_000 + "}",
    "escapes": '{"id":"' + "\\u0041" * 16_000 + '"}',
    "halves of characters": '{"id":"' + "\\ud800" * 16_000 + '"}',
    "a text": '{"type":"' + "x" * 100_000 + '"}',
    **{f"fields of {name}": f'{{"type":"{name}",' + ",".join(_PAIRS) + "}" for name in COMMANDS},
    "changes": '{"type":"configure","changes":{' + ",".join(_PAIRS) + "}}",
    "changes of the view": '{"type":"set_view","changes":{' + ",".join(_PAIRS) + "}}",
}
_LINKS = {
    "ampersands": "#" + "&" * 100_000,
    "pairs": "#" + "a=1&" * 25_000,
    "keys": "#" + "".join(f"k{n}=1&" for n in range(12_000)),
    "entities": "#&" + "amp;" * 25_000,
    "swallowed ampersands": "#" + "®Dataset" * 12_000,
    "percent signs": "#" + "%" * 100_000,
    "encoded": "#a=" + "%41" * 33_000,
    "layers": "#networkShape=" + "1," * 50_000,
    "digits": "#noise=" + "9" * 100_000,
    "brackets at the end": "#noise=1" + " )" * 32_000 + "x",
    "a seed": "#seed=" + "é" * 100_000,
    "huge layers": "#networkShape=" + "1e308," * 20_000,
    "names of layers": "#layerActivations=" + "tanh," * 20_000,
    "variants": "#compare=" + "networkShape=1,1,1,1,1,1,1;" * 4_000,
    "changes of a variant": "#compare=" + "activation=relu%26" * 5_000,
    "axes of a sweep": "#sweep=" + "noise:1|2;" * 8_000,
    "values of a sweep": "#sweep=noise:" + "1|" * 40_000,
    "a range of a sweep": "#sweep=noise:" + ".." * 30_000 + ":x",
    "every key": "#" + "".join(f"{key.name}=1&{key.name}=2&" for key in KEYS * 10),
}

LINKS: Mapping[str, str] = {name: text[:MAX_LENGTH] for name, text in _LINKS.items()}

TABLES: Mapping[str, str] = {
    "too many rows": "x,y,label\n" + "1.5,2.5,a\n" * 10_000,
    "rows": "x,y,label,split\n" + "1.23456,-2.3456,a,train\n" * MAX_EXAMPLES,
    "rows of values": "x;y;value\n" + "".join(f"1,2345;-2,3456;0,{n}\n" for n in range(MAX_EXAMPLES)),
    "bad rows": "x,y,label\n" + "12.3456,abcdefg,\n" * MAX_EXAMPLES,
    "bad values": "x,y,value\n" + "1.2345,2.3456,1e999\n" * MAX_EXAMPLES,
    "formulas in rows": "x,y,label\n" + "".join(f"1,2,'={n}\n" for n in range(MAX_EXAMPLES)),
    "decimals of either kind": "x;y;label\n" + "1,5;-2.25;a\n" * MAX_EXAMPLES,
    "wide rows": ("1," * 63 + "1\n") * 780,
    "numbers with many digits": "x,y,label\n" + f"{'9' * 300},{'9' * 300},a\n" * 160,
    "line ends of old": "x,y,label\r" + '"1\r",2,a\r' * 9_000,
    "spaces between quotes": '" ", ' * 20_000,
    "zero bytes": "x,y,label\n" + "1,2,a\0\n" * 12_000,
    "blank lines": "\n" * 100_000,
    "separators": ";,\t" * 33_000,
    "quotes": '"' * 100_000,
    "open quotes": '"a\n' * 33_000,
    "digits": "1,2," + "9" * 100_000,
    "zeros": "1,2,0." + "0" * 99_000 + "1\n1,2,3",
    "formulas": "1,2," + "'" * 100_000 + "=",
    "columns": "1," * 50_000,
    "labels": "".join(f"1,2,l{n}\n" for n in range(MAX_EXAMPLES)),
}


def files(greeting: str) -> dict[str, str]:
    """Experiment files, as a page sends them to be opened, of one that is whole."""
    whole = json.loads(greeting)
    arrays = whole["checkpoint"]["arrays"]

    def file(**changes: Any) -> str:
        return json.dumps({**whole, "checkpoint": {**whole["checkpoint"], **changes}})

    return {
        "whole": greeting,
        "many arrays": file(arrays={f"a{n}": "AAAAAAAA8D8=" for n in range(4_500)}),
        "a long array": file(arrays={**arrays, "params": "A" * 100_000}),
        "an array of lists": file(arrays={**arrays, "params": [[[]]] * 20_000}),
        "an array of signs": file(arrays={**arrays, "params": "!" * 100_000}),
        "an array that nobody knows": file(arrays={"x": "B" * 100_000}),
        "names of arrays": file(arrays={f"{n:0>90}": "" for n in range(1_000)}),
        "an epoch of many digits": file(epoch=int("9" * 4_000)),
        "keys": json.dumps({**whole, **{f"k{n}": 1 for n in range(9_000)}}),
        "examples": json.dumps({**whole, "link": "#dataset=own", "examples": "1" + "A" * 99_000}),
        "a link": json.dumps({**whole, "link": "#seed=" + "é" * 16_000}),
    }
