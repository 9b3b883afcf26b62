"""The documents cannot drift from what they document."""

import re
import tomllib
from pathlib import Path

import pytest

from workbench.measures import MEASURES
from workbench.reference import FOLDER, PAGES, command_names
from workbench.settings import parse_settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_page_is_what_the_declarations_say(page):
    written = (FOLDER / page).read_text(encoding="utf-8")
    assert written == PAGES[page](), "renew it: python -m workbench.reference"


def test_every_command_has_an_example():
    page = (FOLDER / "commands.md").read_text(encoding="utf-8")
    for words in command_names():
        name = " ".join(words)
        section = page.partition(f"## workbench {name}\n")[2].partition("\n## ")[0]
        assert f"Example: workbench {name}" in section, name


def test_readme_names_every_measure_and_every_notebook_room():
    for name in MEASURES:
        assert f"`{name}`" in README, name


def test_commands_in_the_readme_exist():
    known = {" ".join(words) for words in command_names()}
    said = " ".join(re.findall(r"```sh.*?```|`workbench [^`]+`", README, re.S))
    for used in re.findall(r"workbench ([a-z]+(?: [a-z]+)?)", said):
        assert used in known or used.split()[0] in known, used


def test_files_that_the_documents_link_to_exist():
    for document in (ROOT / "README.md", *FOLDER.glob("*.md")):
        for link in re.findall(r"\]\((?!http)([^)#]+)\)", document.read_text(encoding="utf-8")):
            assert (document.parent / link).exists(), f"{document.name}: {link}"


def test_make_targets_in_the_readme_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"make ([a-z-]+)", README)) <= targets | {"and"}


def test_what_is_commented_out_in_the_settings_may_be_taken_in():
    written = (ROOT / "workbench.toml").read_text(encoding="utf-8")
    taken_in = re.sub(r'^# (?=\[|\w[\w."]* = )', "", written, flags=re.M)
    assert taken_in.count("\n# ") < written.count("\n# ") / 2
    settings = parse_settings(tomllib.loads(taken_in), ROOT)
    assert {"releases", "quarterly_reviews"} == set(settings.calendars)
    assert settings.notify.channels
    assert settings.baseline
