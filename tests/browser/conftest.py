"""A page in the system's browser, whose every request, fault and breach of its policy is one of the test."""

import pytest
from chromium import CHROMIUM, QUIET
from playwright.sync_api import sync_playwright


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser, address):
    """Open the page at the module's `address`; fails on requests, errors and breaches of the policy."""
    contexts, faults = [], []

    def visit(**options):
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: request.url == address or faults.append(request.url))
        page.on(
            "console", lambda message: message.type in ("error", "warning") and faults.append(message.text)
        )
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        return page

    yield visit
    for context in contexts:
        context.close()
    assert faults == []
