"""The table of settings in the operating guide, made from `Environment`: `python -m lessalone.config.settings_table`.

With `--write` it is put into docs/operating.md; a test keeps it true.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from annotated_types import Ge, Le
from pydantic.fields import FieldInfo

from lessalone.config.environment import ROOT, SECRET_NAMES, Environment, name_of

GUIDE = ROOT / "docs" / "operating.md"
BEGIN = "<!-- settings: made by python -m lessalone.config.settings_table --write -->"
END = "<!-- end of settings -->"


def table() -> str:
    """Markdown: name, default, what it does and which values it takes."""
    lines = ["| setting | default | what it does |", "| --- | --- | --- |"]
    for field, info in Environment.model_fields.items():
        name = name_of(field)
        lines.append(f"| `{name}` | {_default(info.default)} | {_meaning(name, info)} |")
    return "\n".join(lines)


def _default(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Path):
        return f"`{value.relative_to(ROOT)}/` beside the code"
    return {True: "on", False: "off"}.get(value, f"`{value}`") if isinstance(value, bool) else f"`{value}`"


def _meaning(name: str, info: FieldInfo) -> str:
    said = [str(info.description)]
    if get_origin(info.annotation) is Literal:
        said.append("One of " + ", ".join(f"`{value}`" for value in get_args(info.annotation)) + ".")
    lowest = next((limit.ge for limit in info.metadata if isinstance(limit, Ge)), None)
    highest = next((limit.le for limit in info.metadata if isinstance(limit, Le)), None)
    if lowest is not None and highest is not None:
        said.append(f"From {lowest} to {highest}.")
    if name in SECRET_NAMES:
        said.append(f"A secret: `{name}_FILE` may name a file that holds it instead.")
    return " ".join(said)


def with_table(guide: str) -> str:
    """The guide's text with the table as it should be."""
    before, _, rest = guide.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{table()}\n\n{END}{after}"


if __name__ == "__main__":
    if "--write" in sys.argv[1:]:
        GUIDE.write_text(with_table(GUIDE.read_text()))
    else:
        print(table())
