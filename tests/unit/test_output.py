"""What commands show is what was said: no bracket, colon or long path is taken for something else."""

from workbench.cli.output import console, print_rows


def test_tables_show_words_as_they_are(capsys):
    path = "/srv/" + "long/" * 60 + "report.html"
    print_rows(
        [{"reason [/x]": "lacks [brands] and the closing [/data] mark :warning:", "report": path}], False, ""
    )
    shown = capsys.readouterr().out
    for words in ("reason [/x]", "[brands]", "[/data]", ":warning:"):
        assert words in shown
    assert "…" not in shown
    assert path in "".join(line.split()[-1] for line in shown.splitlines()[1:])


def test_what_is_told_meanwhile_too(capsys):
    console.print("Declare [baseline] :x: [/no]", style="yellow", soft_wrap=True)
    assert "Declare [baseline] :x: [/no]" in capsys.readouterr().err
