"""A labeller in a real browser, signed in to a real Label Studio; and the power cut that everybody fears."""

from contextlib import contextmanager

import psutil
from chromium import CHROMIUM, QUIET
from playwright.sync_api import expect, sync_playwright

from workbench.labels.server import address, folder, read_credentials, up

PATIENCE = 120  # seconds; machines are busy


@contextmanager
def signed_in(settings):
    """Gives a function that opens a queue; fails on requests to elsewhere and on faults of the page."""
    url, faults = address(settings), []
    who = read_credentials(folder(settings))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.set_default_timeout(PATIENCE * 1000)
        expect.set_options(timeout=PATIENCE * 1000)
        page.on("request", lambda r: r.url.startswith((url, "data:", "blob:")) or faults.append(r.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(f"{url}/user/login/")
        page.fill('input[name="email"]', who.email)
        page.fill('input[name="password"]', who.password)
        page.click('button[type="submit"]')
        page.wait_for_url(lambda url: "/user/login" not in url)

        def visit(queue):
            page.goto(queue)
            instructions = page.get_by_text("Labeling Instructions")
            expect(instructions).to_be_visible()
            expect(page.get_by_text("Hard cases")).to_be_visible()
            page.keyboard.press("Escape")
            expect(instructions).to_be_hidden()
            return page

        visit.faults = faults
        yield visit
        expect.set_options(timeout=None)
        browser.close()
    assert not faults, faults


def choice(page, name):
    """The box of an answer."""
    return page.locator(".lsf-choice__checkbox", has=page.get_by_text(name, exact=True)).locator("input")


def submit(page):
    """Submit by its key and wait until the next post stands there."""
    shown = page.locator(".wb-post").text_content()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".wb-post")).not_to_have_text(shown)


def visit_again(visit, settings, queue):
    """Start the server that was killed and open the queue again."""
    up(settings)
    page = visit(queue)
    visit.faults.clear()  # while its server was dead the page could only complain
    return page


def kill(settings):
    """As the power cut does it: no signal that could be handled."""
    data = str(folder(settings) / "data")
    for process in psutil.process_iter(["cmdline"]):
        if data in (process.info["cmdline"] or []):
            process.kill()
            process.wait(20)
