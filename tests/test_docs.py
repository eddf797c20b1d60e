"""The documents say what is so: links lead somewhere, commands parse, tables are current, both languages agree."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from scripts import make_command_docs, make_matching_docs, make_reference_docs, measure_demo

from reconcile.cli.main import build_command
from reconcile.cli.settings import hoisted, spread
from reconcile.core.frames import STANDARDISED_BY_KIND
from reconcile.core.layouts import FOLDER as LAYOUTS
from reconcile.core.layouts import load_layout
from reconcile.core.messages import speak
from reconcile.matchers import matcher_names
from reconcile.preflight import load_config

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CHINESE = [name for name in DOCUMENTS if name.endswith(".zh-CN.md")]
LARGEST_PICTURE = 300_000


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.fixture(autouse=True)
def _english() -> None:
    speak("en")


# Links and pictures


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name: str) -> None:
    targets = re.findall(r"\]\(([^)\s]+)\)", read(name))
    missing = [
        target for target in targets
        if not target.startswith("https://") and not (ROOT / name).parent.joinpath(target.split("#")[0]).exists()
    ]  # fmt: skip
    assert missing == []


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs/img/*")), ids=lambda path: path.name)
def test_a_picture_is_small_and_used(path: Path) -> None:
    assert path.stat().st_size < LARGEST_PICTURE
    assert all(f"docs/img/{path.name}" in read(name) for name in READMES)


READMES = ("README.md", "README.zh-CN.md")
README_LINES = 120


@pytest.mark.parametrize("name", READMES)
def test_a_readme_is_short(name: str) -> None:
    assert len(read(name).splitlines()) <= README_LINES


# Both languages


# Its tables are written by scripts, and stand in the English page alone.
TABLES_IN_ENGLISH = "docs/benchmarks.zh-CN.md"


def test_every_page_is_in_both_languages() -> None:
    pages = {name for name in DOCUMENTS if name.startswith("docs/")}
    assert pages == {
        f"{name.removesuffix('.md').removesuffix('.zh-CN')}{end}" for name in pages for end in (".md", ".zh-CN.md")
    }


def shape(document: str) -> list[str]:
    """What the document is made of: headings by depth, tables by size, code by language, in order."""
    parts, rows, in_code = [], 0, False
    for line in [*document.splitlines(), ""]:
        if line.startswith("```"):
            in_code = not in_code
            parts += [line] * in_code
        elif line.startswith("|"):
            rows += 1
            columns = line.count("|") - line.count("\\|") - 1
        elif rows:
            parts.append(f"table {rows} × {columns}")
            rows = 0
        if line.startswith("#") and not in_code:
            parts.append(line.split()[0])
    return parts


@pytest.mark.parametrize("name", CHINESE)
def test_both_languages_have_the_same_sections_tables_and_code(name: str) -> None:
    chinese, english = shape(read(name)), shape(read(name.replace(".zh-CN", "")))
    if name == TABLES_IN_ENGLISH:
        chinese, english = ([part for part in parts if part in ("#", "##")] for parts in (chinese, english))
    assert chinese == english


# Commands


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", read(name), re.DOTALL | re.MULTILINE)


def commands(text: str) -> list[str]:
    """The `reconcile …` lines of a block of shell, without what comes before and behind."""
    found = re.findall(r"^(?:\S*/)?reconcile .*", text, re.MULTILINE)
    return [re.split(r" [|>]| 2>| #", line)[0] for line in found]


SHOWN = sorted({(name, command) for name in DOCUMENTS for text in blocks(name, "sh") for command in commands(text)})


@pytest.mark.parametrize(("name", "command"), SHOWN)
def test_a_command_that_is_shown_can_be_typed(name: str, command: str) -> None:
    parse(shlex.split(command.replace("$period", "2026-10"))[1:])


@cache
def command_line() -> Any:
    return build_command()


def parse(words: list[str]) -> None:
    """Takes the words apart as the command line would, and runs nothing. Raises when they do not fit."""
    group: Any = command_line()
    words = spread(hoisted(words))
    while hasattr(group, "commands"):
        with group.make_context("reconcile", words) as context:
            words = [*context._protected_args, *context.args]
            if not words and group.invoke_without_command:
                return
            _, group, words = group.resolve_command(context, words)
    with group.make_context("reconcile", words):
        pass


def leaves(group: Any) -> Iterator[Any]:
    for command in group.commands.values():
        if hasattr(command, "commands"):
            yield from leaves(command)
        if not hasattr(command, "commands") or command.invoke_without_command:
            yield command


def test_help_follows_the_language_in_one_process() -> None:
    said = []
    for language in ("en", "zh"):
        speak(language)
        said.append(dict(_helps(build_command(), "reconcile")))
    assert [name for name, told in said[0].items() if told == said[1][name]] == []


def _helps(command: Any, name: str) -> Iterator[tuple[str, str]]:
    yield from ((f"{name} {parameter.name}", parameter.help) for parameter in command.params)
    for word, inner in getattr(command, "commands", {}).items():
        yield from _helps(inner, f"{name} {word}")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_command_and_option_has_help_and_every_command_an_example(language: str) -> None:
    speak(language)
    root = build_command()
    silent = [p.name for command in (root, *leaves(root)) for p in command.params if not p.help]
    without_example = [c.name for c in leaves(root) if f"{c.name} " not in f"{c.epilog} "]
    assert (silent, without_example) == ([], [])


# Configs


@pytest.mark.parametrize(
    ("name", "block"),
    [(name, block) for name in DOCUMENTS for block in blocks(name, "yaml")],
)
def test_a_config_that_is_shown_can_be_used(name: str, block: str, tmp_path: Path) -> None:
    shutil.copytree(LAYOUTS, tmp_path / "layouts")
    shutil.copytree(ROOT / "configs" / "latin", tmp_path, dirs_exist_ok=True)
    (tmp_path / "layouts" / "residents.toml").rename(tmp_path / "layouts" / "our_residents.toml")
    sources = "" if "sources:" in block else "sources: {residents: {layout: residents, files: [a.csv]}}\n"
    config = tmp_path / "config.yaml"
    config.write_text(sources + block, encoding="utf-8")
    assert load_config(config, need_files=False).sources


@pytest.mark.parametrize(("name", "block"), [(name, block) for name in DOCUMENTS for block in blocks(name, "toml")])
def test_a_layout_that_is_shown_can_be_used(name: str, block: str, tmp_path: Path) -> None:
    layout = tmp_path / "residents.toml"
    layout.write_text(block, encoding="utf-8")
    assert load_layout(str(layout)).columns


# What scripts write


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_commands_are_current(language: str) -> None:
    document = read(make_command_docs.DOCUMENTS[language])
    assert make_command_docs.with_commands(document, language) == document, "run scripts.make_command_docs"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_plan_is_current(language: str) -> None:
    document = read(make_matching_docs.DOCUMENTS[language])
    assert make_matching_docs.with_tables(document, language) == document, "run scripts.make_matching_docs"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("documents", "written"),
    [
        (make_reference_docs.RULES, make_reference_docs.with_rules),
        (make_reference_docs.MATCHERS, make_reference_docs.with_levels),
        (make_reference_docs.TOLD, make_reference_docs.with_told),
    ],
    ids=["rules", "comparisons", "comparisons that are told their columns"],
)
def test_the_reference_is_current(documents: dict[str, str], written: Callable[[str, str], str], language: str) -> None:
    document = read(documents[language])
    assert written(document, language) == document, "run scripts.make_reference_docs"


# The run folder


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return measure_demo.run_demo(tmp_path_factory.mktemp("demo"))


@pytest.mark.slow
def test_the_figures_are_current(demo: Path, tmp_path: Path) -> None:
    scores = measure_demo.measured(demo, tmp_path)
    for language, name in measure_demo.DOCUMENTS.items():
        assert measure_demo.with_figures(read(name), scores, language) == read(name), "run scripts.measure_demo"


def documented(page: str = "docs/run-folder.md") -> dict[str, dict[str, str]]:
    """frame → column → dtype, by the page."""
    frames = {}
    for section in re.split(r"^### ", read(page), flags=re.MULTILINE)[1:]:
        columns = dict(re.findall(r"^\| `(\w+)` \| ([\w()]+) \|", section, re.MULTILINE))
        for frame in re.findall(r"(\w+)(?:_&lt;source&gt;)?\.parquet", section.splitlines()[0]):
            frames[frame] = columns
    return frames


def test_the_frames_of_a_run_are_those_of_the_document(demo: Path) -> None:
    found: dict[str, dict[str, str]] = {}
    for path in sorted((demo / "frames").glob("*.parquet")):
        schema = {column: _told(dtype) for column, dtype in pl.read_parquet_schema(path).items()}
        if path.stem.startswith("standardised_"):
            told = documented()["standardised"]
            found["standardised"] = {column: schema[column] for column in told}
        elif path.stem == "scored_pairs":
            compared = [*matcher_names(), *(f"w_{name}" for name in matcher_names())]
            found[path.stem] = {column: dtype for column, dtype in schema.items() if column not in compared}
        else:
            found[path.stem] = schema
    assert found == documented()


def test_both_languages_document_the_same_frames() -> None:
    assert documented("docs/run-folder.zh-CN.md") == documented()


def _told(dtype: Any) -> str:
    if isinstance(dtype, pl.List):
        return f"List({_told(dtype.inner)})"
    return str(dtype.base_type().__name__)


@pytest.mark.parametrize(("kind", "suffix"), [(k, s) for k, parts in STANDARDISED_BY_KIND.items() for s in parts])
def test_what_standardising_adds_is_documented(kind: str, suffix: str) -> None:
    section = read("docs/run-folder.md").split("| kind of column |")[1].split("\n\n")[0]
    rows = [line for line in section.splitlines() if kind in line.split("|")[1:2][0].replace(",", " ").split()]
    assert any(f"`{suffix}`" in row or (kind == "datetime" and suffix in ("_std", "_flag")) for row in rows)
