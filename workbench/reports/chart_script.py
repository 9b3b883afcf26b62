"""The program that draws live charts, made once a version and kept."""

import contextlib
from functools import lru_cache
from importlib.metadata import version

import vl_convert
from platformdirs import user_cache_path

from workbench.figures.renderer import VEGALITE
from workbench.reports.pages import write_page


@lru_cache
def chart_script() -> str:
    """The program that draws live charts (Vega, 0.9 MB), to be inlined once a page.

    Putting it together takes a second, so it is kept in the user's cache folder, under the version that made it.
    """
    made_by = version("vl-convert-python")
    kept = user_cache_path("workbench") / f"vega-lite-{VEGALITE}-by-{made_by}.js"
    with contextlib.suppress(OSError, UnicodeDecodeError):
        return kept.read_text(encoding="utf-8")
    script = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", vl_version=VEGALITE)
    script = script.replace("</script", "<\\/script")
    with contextlib.suppress(OSError):  # no folder to keep it in: it is made anew the next time
        write_page(kept, script)
    return script
