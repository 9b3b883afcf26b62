"""YAML as people mean it: 10:30 is no number, `no` is no falsehood, and a key stands once."""

import re
from typing import Any

import yaml

_BARE = re.compile(r":\s+[*@%&!`]")  # values that begin so mean something else in YAML: cron: */5 * * * *
_NOTHING = "tag:yaml.org,2002:null"


class _Loader(yaml.SafeLoader):
    """Reads the core schema of YAML 1.2; refuses repeated keys and aliases."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 - as in the base

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.repeated: list[str] = []

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            line = self.peek_event().start_mark.line + 1
            raise yaml.YAMLError(f"line {line}: aliases (*name) are not read; write it out")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key in (key for key, _value in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                self.repeated.append(
                    f"line {key.start_mark.line + 1}: '{key.value}' stands twice. Remove one"
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


# What yaml.SafeLoader would add: dates (kept as text), 10:30 as a number to the base 60, yes and no, octals.
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:bool", re.compile(r"(true|True|TRUE|false|False|FALSE)$"), None
)
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?(0|[1-9][0-9]*)$"), None)
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?([0-9]*\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?$"),
    None,
)
_Loader.add_implicit_resolver(_NOTHING, re.compile(r"(~|null|Null|NULL|)$"), None)


def read_yaml(text: str) -> tuple[Any, list[str]]:
    """What a YAML text says, and the keys that stand in it twice, as sentences without the full stop.

    Raises
    ------
    ValueError
        It is no YAML; names the line.

    Examples
    --------
    >>> read_yaml("at: 10:30\\nday: 2026-10-01\\nretries: 2\\nretries: 3")
    ({'at': '10:30', 'day': '2026-10-01', 'retries': 3}, ["line 4: 'retries' stands twice. Remove one"])
    """
    try:
        loader = _Loader(text)
        content = loader.get_single_data()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = f"line {mark.line + 1}: " if mark else ""
        written = text.splitlines()[mark.line] if mark and mark.line < len(text.splitlines()) else ""
        quotes = ". Put the value in quotes" if _BARE.search(written) else ""
        raise ValueError(f"{line}no valid YAML: {error.problem or error.context}{quotes}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ValueError(f"no valid YAML: {' '.join(str(error).split()) or 'nested too deeply'}") from None
    return content, loader.repeated
