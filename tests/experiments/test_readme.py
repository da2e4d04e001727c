"""The study that the README has its readers write: it is written and run as it stands there, in both languages."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from dafeng.experiments.cli import app
from dafeng.experiments.terminal import status

ROOT = Path(__file__).parents[2]
HEADS = {"README.md": "### A study of your own", "README.zh.md": "### 自己的政策组合与研究"}


def example(name: str) -> tuple[dict[str, str], list[list[str]]]:
    """The files of a README's example, and its commands without their remarks."""
    section = (ROOT / name).read_text(encoding="utf-8").split(HEADS[name])[1].split("\n## ")[0]
    blocks = re.findall(r"```(yaml)?\n(.*?)```", section, re.DOTALL)
    files = {text.split("\n")[0].removeprefix("# "): text for kind, text in blocks if kind}
    return files, [shlex.split(line, comments=True) for kind, text in blocks if not kind for line in text.splitlines()]


def test_the_study_of_the_readme_works_from_end_to_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files, commands = example("README.md")
    assert set(files) == {"early.yaml", "mine.yaml"}
    assert [command[1] for command in commands] == ["check", "study", "compare", "explain"]
    monkeypatch.chdir(tmp_path)
    for file, text in files.items():
        Path(file).write_text(text, encoding="utf-8")
    for command in commands:
        more = ["-j", "1", "-q"] if command[1] == "study" else []
        code = status(app, [*command[1:], *more])
        said = capsys.readouterr()
        assert code == 0, said
    assert "toy_gas" in said.out


def test_both_readmes_have_the_same_example() -> None:
    assert example("README.md") == example("README.zh.md")


def test_every_command_of_the_readmes_has_options_that_exist() -> None:
    import typer.main

    known = {name: {option for param in command.params for option in param.opts}
             for name, command in typer.main.get_command(app).commands.items()}
    for name in HEADS:
        for line in re.findall(r"^dafeng .*$", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE):
            _, command, *rest = shlex.split(line, comments=True)
            assert {word for word in rest if word.startswith("-")} <= known[command], line
