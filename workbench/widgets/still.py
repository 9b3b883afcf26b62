"""Charts in a widget: still pictures with a name, in colours that follow JupyterLab's light or dark."""

from html import escape
from typing import Any

from workbench.figures.renderer import picture
from workbench.figures.theme import in_dark


def still(spec: dict[str, Any]) -> str:
    """The picture of a chart as markup, named by its description; stands in a page that has `STYLE`."""
    svg = picture(spec)
    for light in in_dark():
        svg = svg.replace(f'"{light}"', f'"var(--still-{light[1:]})"')
    named = f'<svg role="img" aria-label="{escape(spec["description"])}" style="max-width:100%;height:auto" '
    return svg.replace("<svg ", named, 1)


def _colors(of_dark: bool) -> str:
    return "".join(f"--still-{light[1:]}:{dark if of_dark else light};" for light, dark in in_dark().items())


STYLE = (
    f"<style>:root{{{_colors(of_dark=False)}}}"
    f'body[data-jp-theme-light="false"]{{{_colors(of_dark=True)}}}</style>'
)
