"""What commands show is what was said: no bracket, colon or long path is taken for something else."""

import pytest

from workbench.cli import main
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


def test_a_few_rows_of_many_figures_stand_beside_each_other(capsys):
    row = {f"figure_{number}": 1000 + number for number in range(30)}
    print_rows([row, {name: value + 1000 for name, value in row.items()}], False, "")
    shown = capsys.readouterr().out.splitlines()
    assert [line.split() for line in shown[:2]] == [
        ["figure_0", "1000", "2000"],
        ["figure_1", "1001", "2001"],
    ]
    print_rows([row] * 31, False, "")
    assert len(capsys.readouterr().out.splitlines()) >= 32  # of many rows each has its own line


def test_what_is_told_meanwhile_too(capsys):
    console.print("Declare [baseline] :x: [/no]", style="yellow", soft_wrap=True)
    assert "Declare [baseline] :x: [/no]" in capsys.readouterr().err


@pytest.mark.parametrize("end", [KeyboardInterrupt(), SystemExit(130)])
def test_whoever_interrupts_is_told_that_nothing_is_lost(end, monkeypatch, capsys):
    def stopped() -> None:
        raise end

    monkeypatch.setattr("workbench.cli.app", stopped)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 130
    assert "What was stored stays" in capsys.readouterr().err


def test_any_other_end_of_a_command_says_nothing_of_an_interrupt(monkeypatch, capsys):
    def ended() -> None:
        raise SystemExit(75)

    monkeypatch.setattr("workbench.cli.app", ended)
    with pytest.raises(SystemExit, match="75"):
        main()
    assert capsys.readouterr().err == ""
