"""What JupyterLab is told by `make lab`: the notebooks are templates in its launcher, wherever it looks for others."""

import json
import re
from pathlib import Path

HERE = Path(__file__).parent
NOTEBOOKS = HERE.parent / "notebooks"


def _template(path: Path) -> dict[str, str]:
    """Path and title of a notebook, as its first cell says it."""
    first = json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]
    title = "".join(first).partition("\n")[0]
    return {
        "path": path.relative_to(NOTEBOOKS).as_posix(),
        "title": title.removeprefix("# ").strip(),
    }


# A copy that was opened from a template (weekly-2.ipynb) is none itself.
found = [path for path in NOTEBOOKS.glob("[!.]*/*.ipynb") if not re.search(r"-\d+$", path.stem)]
# The figures first: most people come for them.
templates = [_template(path) for path in sorted(found, key=lambda path: (path.parent.name != "kpi", path))]

c = get_config()  # noqa: F821, given by JupyterLab
c.LabApp.extra_labextensions_path = [str(HERE / "labextensions")]
c.ServerApp.tornado_settings = {"page_config_data": {"workbenchNotebooks": json.dumps(templates)}}
