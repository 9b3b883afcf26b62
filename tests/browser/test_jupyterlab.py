"""`make lab` as a data scientist meets it: a real JupyterLab in a real browser, without a network."""

import contextlib
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import psutil
import pytest
from chromium import CHROMIUM, QUIET
from label_studio_server import made_database, with_database
from playwright.sync_api import expect, sync_playwright

from workbench.figures.theme import color
from workbench.labels.server import down, up
from workbench.settings import load_settings

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PATIENCE = 120  # seconds; machines are busy
PATIENCE_AT_START = 900  # the sample is read first, and a model trained on it

# A kernel that cannot even start, under the name that every notebook asks for.
STRANGE_KERNEL = '{"argv": ["false", "{connection_file}"], "display_name": "Elsewhere", "language": "python"}'

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed"),
    pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed"),
]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """Copy of what `make lab` needs, so that running a notebook changes nothing that is committed."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copy(ROOT / "Makefile", folder)
    ignored = shutil.ignore_patterns(".ipynb_checkpoints")
    shutil.copytree(ROOT / "notebooks", folder / "notebooks", ignore=ignored)
    shutil.copytree(ROOT / ".jupyter", folder / ".jupyter")
    sample = folder / "data" / "sample"
    sample.mkdir(parents=True)
    for file in (ROOT / "data" / "sample").iterdir():
        if file.is_file():  # folders are made from these
            shutil.copy(file, sample)
    return folder


@pytest.fixture
def label_studio(checkout, tmp_path_factory):
    """Starts the Label Studio of the sample when it is called; its settings say the port from the beginning."""
    settings = with_database(made_database(tmp_path_factory.getbasetemp()), tmp_path_factory.mktemp("server"))
    sample = checkout / "data" / "sample"
    shutil.copytree(settings.data_folder / "label_studio", sample / "label_studio")
    with (sample / "workbench.toml").open("a", encoding="utf-8") as file:
        file.write(f"\n[labeling]\nport = {settings.labeling.port}\n")
    own = load_settings(sample / "workbench.toml")
    yield lambda: up(own)
    down(own)


@pytest.fixture(scope="module")
def server(checkout, tmp_path_factory):
    """Address and token of the JupyterLab that `make lab` starts for a user with other kernels of his own."""
    port, token = _free_port(), secrets.token_hex(16)
    address = f"http://127.0.0.1:{port}"
    log = checkout / "lab.log"
    command = ["make", f"BIN={BIN}", f"--old-file={BIN}/.full", "lab", f"OPTIONS=--no-browser --port={port}"]
    environment = _strange_home(tmp_path_factory.mktemp("home")) | {"JUPYTER_TOKEN": token}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_until_it_answers(process, address, log)
        yield address, token
    finally:
        _stop(process, address, token)


@pytest.fixture
def lab(server):
    """Open a path of JupyterLab and return its page; fails on nagging, faults and requests to elsewhere."""
    address, token = server
    faults = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1400, "height": 900}, color_scheme="light")
        page.set_default_timeout(PATIENCE * 1000)
        expect.set_options(timeout=PATIENCE * 1000)
        page.on("request", lambda r: r.url.startswith((address, "data:", "blob:")) or faults.append(r.url))
        page.on("console", lambda message: message.type == "error" and faults.append(message.text))
        page.on("pageerror", lambda error: faults.append(str(error)))

        def visit(path):
            page.goto(f"{address}/{path}?reset&token={token}")
            return page

        yield visit
        expect.set_options(timeout=None)
        assert page.locator(".jp-Dialog, .Toastify__toast").all_text_contents() == []
        browser.close()
    assert faults == []


def test_a_notebook_runs_and_its_charts_are_drawn(lab, checkout):
    cells = nbformat.read(checkout / "notebooks" / "kpi" / "weekly.ipynb", as_version=4).cells
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    page = lab("lab/tree/kpi/weekly.ipynb")
    _run_all(page, len(sources))

    charts = page.locator(".jp-RenderedVegaLite canvas.marks")
    expect(charts).to_have_count(sum(_last_line(s).startswith(("bars(", "trend(")) for s in sources))
    for chart in charts.all():
        chart.scroll_into_view_if_needed()
        box = chart.bounding_box()
        assert box["width"] > 500
        assert box["height"] > 150
        assert color("own") in _colours(chart), "the own brand is drawn in its colour"
    # JupyterLab's rule for tables would put names to the right.
    name = page.locator(".wb-table tbody th").first
    assert name.evaluate("cell => getComputedStyle(cell).textAlign") == "left"


def test_first_lines_of_a_data_scientist(lab):
    page = lab("lab")
    expect(_cards(page, "Console")).to_have_count(1)  # no kernel of another environment is offered
    _cards(page, "Notebook").filter(has_text="Python 3 (ipykernel)").click()
    _idle(page)
    opened = _run(page, "from workbench import open_workbench\nwb = open_workbench()\nwb")
    expect(opened.get_by_role("row", name="Brands")).to_contain_text("Halvora (own)")
    posts = _run(page, "wb.posts").locator("[data-mime-type='text/html'] table")
    expect(posts).to_contain_text("created_at")
    expect(posts.locator("tbody tr")).to_have_count(10)
    signal = _run(page, 'wb.measure("sentiment_signal", by=["brand", "week"])')
    table = signal.locator("[data-mime-type='text/html'] table")
    expect(table).to_contain_text("Halvora")
    expect(table).to_contain_text("sentiment_signal.negative")
    asked = _run(page, "%load_ext workbench\n%measure net_sentiment by brand, week for region GB")
    expect(asked.get_by_role("rowheader", name="Halvora").first).to_be_visible()


def test_a_notebook_is_copied_from_the_launcher(lab, checkout):
    original = (checkout / "notebooks" / "kpi" / "weekly.ipynb").read_bytes()
    page = lab("lab/tree/kpi")
    cards = _cards(page, "Notebook")
    notebooks = [path for path in (checkout / "notebooks").glob("[!.]*/*.ipynb") if "-2" not in path.stem]
    expect(cards).to_have_count(1 + len(notebooks))
    weekly = cards.filter(has_text="The week in public")
    weekly.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("tab", name="weekly-2.ipynb")).to_be_visible()
    _idle(page)
    copied = nbformat.read(checkout / "notebooks" / "kpi" / "weekly-2.ipynb", as_version=4)
    assert [cell.source for cell in copied.cells] == [
        cell.source for cell in nbformat.reads(original.decode(), as_version=4).cells
    ]
    assert not any(cell.get("outputs") for cell in copied.cells)
    assert (checkout / "notebooks" / "kpi" / "weekly.ipynb").read_bytes() == original


def test_the_start_notebook_is_explored_by_keyboard(lab, checkout, label_studio):
    cells = nbformat.read(checkout / "notebooks" / "start.ipynb", as_version=4).cells
    page = lab("")  # make lab opens it by itself
    expect(page.get_by_role("tab", name="start.ipynb")).to_be_visible()
    _run_all(page, sum(cell.cell_type == "code" for cell in cells))
    explorer, browser, _ = (
        page.locator(".jp-OutputArea-output .jp-OutputArea-child, .jp-OutputArea-output")
        .filter(has=page.locator(".jupyter-widgets"))
        .all()
    )
    _explore(page, explorer)
    _read(page, browser, label_studio)


def _explore(page, explorer):
    """Another figure, of one platform, of a shorter time."""
    chart = explorer.get_by_role("img").first
    expect(chart).to_have_attribute("aria-label", re.compile("Net sentiment"))
    figure = explorer.get_by_role("combobox", name="Figure")
    figure.focus()
    page.keyboard.press("ArrowUp")
    expect(chart).to_have_attribute("aria-label", re.compile("Sentiment share, negative"))
    explorer.get_by_role("combobox", name="Platform").focus()
    page.keyboard.press("ArrowDown")
    expect(chart).to_have_attribute("aria-label", re.compile("Sentiment share, negative: x"))
    page.keyboard.press("ArrowDown")
    expect(chart).to_have_attribute("aria-label", re.compile("Sentiment share, negative: reddit"))

    first = explorer.get_by_role("combobox", name="From")
    expect(first).to_have_value("2026-W09")
    explorer.get_by_role("slider").first.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(first).to_have_value("2026-W12")
    explorer.get_by_text("The same in Python").focus()
    page.keyboard.press("Enter")
    expect(explorer.locator("pre")).to_contain_text('.between("2026-W12", "2026-W44")')
    _named(explorer)


def _read(page, browser, label_studio):
    """The next page of posts, one of them ticked and sent: while Label Studio does not run, and once it does."""
    told = browser.get_by_role("status").first
    expect(told).to_contain_text("1–6 of")
    expect(told).to_contain_text("facebook, instagram, mastodon are not shown")
    browser.get_by_role("textbox", name="Words").focus()
    page.keyboard.type("the")
    expect(told).to_contain_text("whatever their words")
    browser.get_by_role("spinbutton", name="Page").focus()
    page.keyboard.press("ArrowUp")
    expect(told).to_contain_text("7–12 of")
    browser.get_by_role("checkbox", name="Post 8").focus()
    page.keyboard.press("Space")
    browser.get_by_role("button", name="Send 1 post to labelling").press("Enter")
    expect(browser.get_by_role("alert")).to_contain_text(
        "Label Studio does not run. Start it: workbench labels up."
    )
    expect(browser.get_by_role("checkbox", name="Post 8")).to_be_checked()
    label_studio()
    browser.get_by_role("button", name="Send 1 post to labelling").press("Enter")
    expect(browser.get_by_text("1 post sent to sentiment. They teach models")).to_be_visible()
    expect(browser.get_by_role("checkbox", name="Post 8")).not_to_be_checked()
    assert browser.get_by_role("link").first.get_attribute("href").startswith("http://127.0.0.1:")
    _named(browser)


def _named(widget):
    """Every control can be told by its name; the slider's two handles stand between lists that say the same."""
    for role in ("combobox", "listbox", "textbox", "spinbutton", "checkbox", "button"):
        for control in widget.get_by_role(role).all():
            named = control.evaluate(
                "e => e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText"
            )
            assert named.strip(), f"a {role} has no name"


def _cards(page, category):
    return page.locator(f".jp-LauncherCard[data-category={category}]")


def test_a_threshold_is_moved_by_keyboard(lab, checkout):
    cells = nbformat.read(checkout / "notebooks" / "modeling" / "tune_thresholds.ipynb", as_version=4).cells
    page = lab("lab/tree/modeling/tune_thresholds.ipynb")
    _run_all(page, sum(cell.cell_type == "code" for cell in cells))
    tuner = page.locator(".jp-OutputArea-output .jupyter-widgets").first
    table, chart = tuner.get_by_role("table"), tuner.get_by_role("img").first
    expect(table.get_by_role("columnheader")).to_have_text(["Figure", "negative"])
    threshold, asked = _row(table, "Threshold"), table.inner_text()
    expect(threshold).to_have_text("20\xa0%")  # a miss costs four false alarms

    slider = tuner.get_by_role("slider")
    slider.scroll_into_view_if_needed()
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(threshold).to_have_text("23\xa0%")
    expect(chart).to_have_attribute("aria-label", re.compile("At 23\xa0%: precision"))
    page.keyboard.press("End")
    expect(_row(table, "Recall")).to_have_text(re.compile(r"^0\xa0%"))
    expect(_row(table, "Left to people")).to_have_text(re.compile(r"^0\xa0%"))

    number = tuner.get_by_role("spinbutton", name="negative")
    expect(number).to_have_value("1")
    number.fill("0.5")
    number.press("Enter")
    number.press("ArrowUp")
    number.press("Enter")
    expect(threshold).to_have_text("51\xa0%")
    expect(slider).to_have_attribute("aria-valuetext", "0.51")

    tuner.get_by_role("button", name="As the costs ask").press("Enter")
    expect(table).to_have_text(asked, use_inner_text=True)
    expect(number).to_have_value("0.2")
    expect(chart).to_have_attribute("aria-label", re.compile("At 20\xa0%: precision"))
    left, right = table.bounding_box(), chart.bounding_box()
    assert left["x"] + left["width"] <= right["x"], "table and chart stand beside each other"
    assert right["x"] + right["width"] <= page.viewport_size["width"]


def _row(table, name):
    """The cell of that figure."""
    header = table.page.get_by_role("rowheader", name=name, exact=True)
    return table.get_by_role("row").filter(has=header).get_by_role("cell")


def _run_all(page, count):
    """Run every cell of the notebook that is open, and see that nothing went wrong."""
    _idle(page)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    prompts = page.locator(".jp-CodeCell .jp-InputPrompt")
    expect(prompts.first).to_have_text("[1]:")
    expect(prompts.filter(has_text="[*]")).to_have_count(0)
    _idle(page)
    assert _red(page) == []
    expect(prompts).to_have_text([f"[{number}]:" for number in range(1, count + 1)])


def _run(page, source):
    """Write into the last cell and run it; gives the cell."""
    cells = page.locator(".jp-CodeCell")
    number = cells.count()
    cell = cells.nth(number - 1)
    cell.locator(".cm-content").click()
    page.keyboard.insert_text(source)
    page.keyboard.press("Shift+Enter")
    expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"\[\d+\]:"))
    expect(cells).to_have_count(number + 1)
    assert _red(page) == []
    return cell


def _idle(page):
    """Wait for the kernel; a notebook whose kernel has not yet begun to start is called idle too."""
    status = page.locator("#jp-main-statusbar")
    expect(status).to_contain_text("Python 3 (ipykernel) | Idle")


def _red(page):
    """What stands on red: errors, warnings, anything on standard error."""
    return page.locator("[data-mime-type='application/vnd.jupyter.stderr']").all_text_contents()


def _colours(canvas):
    """Colours of a canvas as #rrggbb."""
    found = canvas.evaluate(
        """canvas => {
            const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            const found = new Set();
            for (let i = 0; i < data.length; i += 4)
                if (data[i + 3] === 255) found.add((data[i] << 16) + (data[i + 1] << 8) + data[i + 2]);
            return [...found];
        }"""
    )
    return {f"#{value:06x}" for value in found}


def _last_line(source):
    return source.rstrip().rpartition("\n")[2]


def _strange_home(home):
    """Environment of a user who prefers kernels of his own, which know nothing of workbench."""
    for data in ("data", "path"):
        for name in ("python3", "elsewhere"):
            kernel = home / data / "kernels" / name
            kernel.mkdir(parents=True)
            (kernel / "kernel.json").write_text(STRANGE_KERNEL)
    outside = ("WORKBENCH_", "JUPYTER", "IPYTHON", "MAKE", "MFLAGS")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(outside)}
    return kept | {
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_PATH": str(home / "path"),
        "JUPYTER_PREFER_ENV_PATH": "0",
        "JUPYTER_PORT_RETRIES": "0",
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
    }


def _free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def _wait_until_it_answers(process, address, log):
    end = time.monotonic() + PATIENCE_AT_START
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{address}/login", timeout=5):
            return
        time.sleep(0.2)
    pytest.fail(f"make lab gave no JupyterLab:\n{log.read_text(errors='replace')[-3000:]}")


def _stop(process, address, token):
    """End the server and its kernels; what does not end by itself is killed, and is a fault."""
    family = []
    with contextlib.suppress(psutil.NoSuchProcess):
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    shutdown = urllib.request.Request(
        f"{address}/api/shutdown", method="POST", headers={"Authorization": f"token {token}"}
    )
    try:
        urllib.request.urlopen(shutdown, timeout=10).close()
    except OSError:  # it never came up
        _signal(process, signal.SIGTERM)
    _, alive = psutil.wait_procs(family, timeout=30)
    _signal(process, signal.SIGKILL)
    for left in alive:
        left.kill()
    process.wait()
    assert alive == []


def _signal(process, number):
    """To make and all that it has started until now; kernels are groups of their own and end with their server."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
