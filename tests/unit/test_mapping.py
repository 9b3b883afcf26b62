"""mapping.toml: strict, every error at once, and what is written reads back."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.errors import WorkbenchError
from workbench.sources import Layout, load_mapping
from workbench.sources.mapping import DateRules, Mapping, parse_mapping
from workbench.sources.mapping_checks import CONSTANTS, FIELDS, Constant

LAYOUT = Layout(Path("posts.csv"), "csv", ("body", "Date", "Time", "who"))


def test_load(tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text(
        'text = "body"\ncreated_at = ["Date", "Time"]\nplatform = { value = "x" }\nauthor_role = "who"\n'
        '[dates]\nday_first = true\ntime_zone = "Europe/Berlin"\n[values.author_role]\nTeam = "brand"\n'
    )
    mapping = load_mapping(path, LAYOUT)
    assert mapping.sources("created_at") == ("Date", "Time")
    assert mapping.fields["platform"] == Constant("x")
    assert mapping.dates == DateRules(None, True, "Europe/Berlin")
    assert mapping.values == {"author_role": {"team": "brand"}}
    assert mapping.unread == []


def test_every_error_at_once():
    with pytest.raises(WorkbenchError) as error:
        parse_mapping(
            {
                "txt": "body",
                "created_at": "Dat",
                "native_id": {"value": "1"},
                "kind": {"value": "tweets"},
                "likes": 3,
                "dates": {"day_frist": True, "time_zone": "Europe/Berln", "format": 5},
                "values": {"likes": {"a": "b"}, "author_role": {"agent": "boss"}, "sentiment": "good"},
            },
            LAYOUT,
        )
    message = str(error.value)
    for part in (
        "mapping.toml: 12 lines are wrong.",
        "txt: is no field. Did you mean 'text'?",
        "created_at: the file has no column 'Dat'. Did you mean 'Date'? It has: body, Date, Time, who.",
        "native_id: cannot be the same for every row",
        "kind: 'tweets' is none of post, reply,",
        "likes: expected the name of a column",
        'text: has no line, and every post needs it. Name its column: text = "…"',
        "dates.day_frist: is no setting. Did you mean 'day_first'?",
        "dates.time_zone: 'Europe/Berln' is no IANA time zone. Did you mean 'Europe/Berlin'?",
        "dates.format: expected text.",
        "values.likes: is no field whose words are translated.",
        "values.author_role: 'boss' is none of customer, brand,",
        "values.sentiment: expected lines",
    ):
        assert part in message
    assert message.count("\n  ") == 12


@pytest.mark.parametrize("content", ["text = ", b"\xff"])
def test_no_toml(tmp_path, content):
    path = tmp_path / "mapping.toml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(WorkbenchError, match="is not valid TOML"):
        load_mapping(path)


def test_no_file(tmp_path):
    with pytest.raises(WorkbenchError, match="does not exist"):
        load_mapping(tmp_path / "mapping.toml")


def test_explain_lists_what_is_not_read():
    mapping = Mapping(
        {"text": ("body", "Time"), "created_at": ("Date", "Time"), "author_role": ("who",)},
        values={"author_role": {"true": "customer"}},
        columns=(*LAYOUT.columns, "age"),
    )
    assert mapping.explain().splitlines() == [
        "text         body, else Time",
        "created_at   Date and Time",
        "author_role  who (true → customer)",
        "not read     age",
    ]


words = st.text(st.characters(codec="utf-8"), max_size=20)
columns = st.lists(words, min_size=1, max_size=3).map(tuple)
mappings = st.builds(
    Mapping,
    fields=st.fixed_dictionaries(
        {"text": columns, "created_at": columns},
        optional={
            name: columns | words.map(Constant) if name in set(CONSTANTS) - {"kind", "author_role"} else columns
            for name in FIELDS if name not in ("text", "created_at")
        },
    ),
    dates=st.builds(DateRules, st.none() | words, st.none() | st.booleans(), st.sampled_from([None, "Europe/Berlin"])),
    values=st.dictionaries(st.sampled_from(["sentiment", "brand"]), st.dictionaries(words.map(str.casefold), words)),
)  # fmt: skip


@settings(deadline=None)
@given(mappings)
def test_what_is_written_reads_back(mapping):
    again = parse_mapping(tomllib.loads(mapping.to_toml()))
    assert (again.fields, again.dates) == (mapping.fields, mapping.dates)
    folded = {name: {word.casefold(): ours for word, ours in w.items()} for name, w in mapping.values.items()}
    assert again.values == folded
