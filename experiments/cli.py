"""The command line: each command is what it is given, one call, one answer."""

from __future__ import annotations

import shlex
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dafeng.configs.errors import Problem
from dafeng.experiments import given
from dafeng.experiments.problems import gathered
from dafeng.experiments.progress import tell_of_compiling, watch
from dafeng.experiments.terminal import Answer, Code, answering, status

if TYPE_CHECKING:
    from dafeng.experiments.study import Finished

app = typer.Typer(
    name="dafeng", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout and nothing else.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress and no remarks.")]
NoProgress = Annotated[bool, typer.Option("--no-progress", help="No progress bar.")]
Jobs = Annotated[int | None, typer.Option("-j", "--jobs", min=1, help="Runs at a time; default: one a core.")]
Out = Annotated[Path | None, typer.Option(help="Results folder; default: results/<study>-<hash>.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Set a value; repeatable.")]
Seed = Annotated[int, typer.Option(min=0, max=2**63 - 1, help="Seed of all chance.")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A results folder.")]
Lang = Annotated[str, typer.Option(metavar="en|zh", help="Language of labels.")]


def main() -> NoReturn:
    """The command `dafeng`."""
    sys.exit(status(app, sys.argv[1:]))


@app.callback(invoke_without_command=True)
def front(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Which bundle of policies makes a city's emissions peak, when, at what cost, and do the lights stay on?"""
    if version:
        from dafeng import __version__

        print(__version__)
        raise typer.Exit(Code.FINE)


@app.command()
@answering
def demo(
    jobs: Jobs = None, out: Out = None, lang: Lang = "en", quiet: Quiet = False, no_progress: NoProgress = False,
    as_json: Json = False,
) -> Answer:
    """Run one small study with the data inside the package and draw its first figure."""
    from dafeng.experiments.demo import demo as show
    from dafeng.experiments.demo import first_look

    given.language(lang)
    looks = [str(path) for path in first_look(out, lang)]
    if not quiet and looks:
        typer.echo(f"first figure: {looks[0]} (toy city, interpreted); compiling for Jiangmen, once", err=True)
    with watch("demo", quiet, no_progress) as bar:
        shown = show(out, jobs, lang, bar)
    figures = [*looks, *(str(path) for path in shown.figures)]
    answer = _finished(shown.finished)
    more = [f"figure: {path}" for path in figures if path.endswith(".svg")]
    content = {**answer.content, "figures": figures, "said": list(shown.said)}
    return Answer("\n".join([answer.text, *more, *shown.said]), content, answer.code)


@app.command("list")
@answering
def list_(
    what: Annotated[str, typer.Argument(
        metavar="WHAT", help="cities, bundles, levers, measures, targets, metrics, agents, figures, studies, settings "
                             "(switches of --set) or parameters.")],
    text: Annotated[str, typer.Argument(metavar="[TEXT]", help="Only what has this text in its name or line.")] = "",
    city: Annotated[str, typer.Option(help="City whose measures, targets, settings or parameters are listed.")]
    = "jiangmen",
    as_json: Json = False,
) -> Answer:
    """List what there is, with titles."""
    from dafeng.experiments.listing import as_text, listing

    items = listing(what, city, text)
    return Answer(as_text(items), {"items": items})


@app.command()
@answering
def check(
    what: Annotated[str, typer.Argument(metavar="FILE_OR_CITY", help="A city, bundle or study, by name or file.")],
    as_json: Json = False,
) -> Answer:
    """Validate inputs and simulate nothing; every problem at once, with file, line, key and nearest right name."""
    from dafeng.experiments.checking import check_input

    lines = check_input(what)
    return Answer("\n".join(lines), {"input": what, "lines": lines})


@app.command()
@answering
def run(
    city: Annotated[str, typer.Argument(metavar="CITY", help="A city, by name or folder.")],
    bundle: Annotated[str, typer.Option(help="A bundle, by name or file.")],
    years: Annotated[str | None, typer.Option(metavar="2020-2040", help="First and last year.")] = None,
    seed: Seed = 1,
    engine: Annotated[str, typer.Option(metavar="fast|exact", help="How hours are dispatched.")] = "fast",
    set_: Set = None, out: Out = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on from the last year's end.")] = False,
    quiet: Quiet = False, no_progress: NoProgress = False, as_json: Json = False,
) -> Answer:
    """Run one bundle once; the folder can be plotted, reported and explained like a study's."""
    from dafeng.experiments.single import run_one

    wrong: list[Problem] = []
    span = gathered(lambda: given.years(years), wrong) if years else None
    tell_of_compiling(quiet)
    with watch(f"{city}, {bundle}", quiet, no_progress, unit="years") as bar:
        finished = run_one(
            city, bundle, years=span, seed=seed, engine=engine, values=given.settings(set_ or [], wrong), out=out,
            resume=resume, watcher=bar, command=_command(), wrong=wrong,
        )
    return _finished(finished)


@app.command()
@answering
def study(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A study, by name or file.")],
    jobs: Jobs = None, out: Out = None,
    retry_failed: Annotated[bool, typer.Option("--retry-failed", help="Try failed runs again.")] = False,
    shard: Annotated[str, typer.Option(metavar="i/N", help="Make only the i-th of N parts (job arrays).")] = "1/1",
    set_: Set = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be run.")] = False,
    quiet: Quiet = False, no_progress: NoProgress = False, as_json: Json = False,
) -> Answer:
    """Run bundles x scenarios x replications; what is already there is not run again, a killed study goes on."""
    from dafeng.experiments.expand import expand
    from dafeng.experiments.study import run_study

    wrong: list[Problem] = []
    part = gathered(lambda: given.shard(shard), wrong) or (1, 1)
    expansion = expand(file, given.settings(set_ or [], wrong), wrong)
    if dry_run:
        from dafeng.experiments.plan import as_text, plan

        planned = plan(expansion, out, part, retry_failed)
        return Answer(as_text(planned), {"runs": planned})
    with watch(expansion.study.key, quiet, no_progress) as bar:
        finished = run_study(
            expansion, out=out, workers=jobs, shard=part, retry_failed=retry_failed, watcher=bar, command=_command()
        )
    return _finished(finished)


@app.command()
@answering
def compare(
    folder: Folder,
    baseline: Annotated[str | None, typer.Option(help="Bundle to compare with; default: the study's.")] = None,
    targets: Annotated[bool, typer.Option("--targets", help="Add targets by bundle.")] = False,
    require: Annotated[list[str] | None, typer.Option(
        metavar="[BUNDLE:]MEASURE<NUMBER",
        help="A difference that must hold over its 95 % interval, else exit code 4; repeatable.")] = None,
    form: Annotated[str, typer.Option("--format", metavar="text|md|csv|xlsx|tex", help="How it is written.")] = "text",
    out: Annotated[Path | None, typer.Option(
        metavar="FILE.xlsx", help="The workbook of --format xlsx; default: DIR/tables/comparison.xlsx.")] = None,
    as_json: Json = False,
) -> Answer:
    """Compare bundles with a baseline, replication by replication, with 95 % intervals."""
    from dafeng.experiments.compared import compared

    text, content, unmet = compared(folder, baseline, targets, require or [], form, out)
    return Answer(text, content, Code.FELL_SHORT if unmet else Code.FINE)


@app.command()
@answering
def report(folder: Folder, lang: Lang = "en", as_json: Json = False) -> Answer:
    """Write one self-contained HTML file."""
    from dafeng.experiments.results import Results

    given.language(lang)
    place = Results(folder).folder
    from dafeng.experiments.report import write

    path = write(place, lang)
    return Answer(str(path), {"file": str(path)})


@app.command()
@answering
def plot(
    folder: Folder,
    only: Annotated[str | None, typer.Option(
        metavar="NAME[,NAME]", help="Some figures; see `dafeng list figures`.")] = None,
    lang: Lang = "en",
    form: Annotated[str, typer.Option("--format", metavar="svg,pdf,png", help="File formats.")] = "svg",
    as_json: Json = False,
) -> Answer:
    """Draw the figures, each with the numbers it shows."""
    from dafeng.experiments.results import Results

    given.language(lang)
    formats, place = given.formats(form), Results(folder).folder
    from dafeng.experiments.figures.base import FIGURES, draw

    names = given.figures(only, FIGURES.names()) if only else (None,)
    paths = [str(path) for name in names for path in draw(place, name, lang, formats)]
    return Answer("\n".join(paths), {"files": paths})


@app.command()
@answering
def explain(
    folder: Folder,
    agent: Annotated[str | None, typer.Option(metavar="KEY", help="An agent; without it the kinds are listed.")] = None,
    kind: Annotated[str | None, typer.Option(metavar="KIND", help="List all agents of one kind.")] = None,
    year: Annotated[int | None, typer.Option(help="One year only.")] = None,
    bundle: Annotated[str | None, typer.Option(help="Bundle; default: the study's baseline.")] = None,
    scenario: Annotated[str | None, typer.Option(help="Scenario; default: the first.")] = None,
    replication: Annotated[int | None, typer.Option(help="Replication; default: the first.")] = None,
    as_json: Json = False,
) -> Answer:
    """Say what an agent saw, what its options were worth to it, what it chose and why."""
    from dafeng.experiments import explain as why
    from dafeng.experiments.results import Results

    results = Results(folder)
    if agent is None:
        kinds = why.kinds(results, bundle, kind, scenario, replication)
        return Answer(why.kinds_as_text(kinds, kind is not None), {"kinds": kinds})
    told = why.explain(results, agent, year, bundle, scenario, replication)
    return Answer("\n\n".join(map(why.as_text, told)), {"decisions": [vars(choice) for choice in told]})


@app.command()
@answering
def dispatch(
    network: Annotated[Path, typer.Argument(metavar="NETWORK", help="MATPOWER .m, PyPSA .nc or PyPSA CSV folder.")],
    engine: Annotated[str, typer.Option(metavar="fast|exact", help="How hours are dispatched.")] = "fast",
    susceptance: Annotated[str | None, typer.Option(
        metavar="matpower|powermodels", help="Of branches of a .m case; default: matpower.")] = None,
    hours: Annotated[int | None, typer.Option(min=1, help="Only the first hours.")] = None,
    relief: Annotated[str | None, typer.Option(
        metavar="yes|days|no", help="How the fast engine relieves lines: by hour, by day (default), or not.")] = None,
    losses: Annotated[bool, typer.Option("--losses", help="Serve the losses of branches as well.")] = False,
    commitment: Annotated[str | None, typer.Option(
        metavar="lp|fixed|milp", help="How the exact engine switches units: in part (default), as fast, or on or off."
    )] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write tables by hour in Parquet.")] = None,
    quiet: Quiet = False, as_json: Json = False,
) -> Answer:
    """Dispatch a network that others wrote: cost, generation by carrier, curtailment, shedding, binding lines."""
    from dafeng.experiments.dispatched import check_folder
    from dafeng.experiments.dispatching import dispatch_network

    if network.suffix != ".m":
        tell_of_compiling(quiet)
    if out:
        check_folder(out)
    found = dispatch_network(network, engine, susceptance, hours, relief, losses, commitment)
    for remark in () if quiet else found.remarks:
        typer.echo(f"{network}: {remark}", err=True)
    for warning in found.warnings():
        typer.echo(f"{network}: warning: the result does not hold: {warning}", err=True)
    written = found.write(out) if out else []
    code = Code.FELL_SHORT if found.warnings() else Code.FINE
    return Answer("\n".join([found.as_text(), *written]), {**found.as_object(), "files": written}, code)


@app.command()
@answering
def export(
    city: Annotated[str, typer.Argument(metavar="CITY", help="A city, by name or folder.")],
    bundle: Annotated[str, typer.Argument(metavar="BUNDLE", help="A bundle, by name or file.")],
    year: Annotated[int, typer.Option(help="The year; all years up to it are simulated.")],
    out: Annotated[Path, typer.Option(metavar="FILE.nc", help="The netCDF file.")],
    seed: Annotated[int, typer.Option(min=0, help="Seed of all chance.")] = 1,
    engine: Annotated[str, typer.Option(metavar="fast|exact", help="How hours are dispatched.")] = "fast",
    with_shedding: Annotated[bool, typer.Option(help="Add a generator to each bus that sheds load at VOLL.")] = False,
    set_: Set = None, quiet: Quiet = False, no_progress: NoProgress = False, as_json: Json = False,
) -> Answer:
    """Write a simulated year as a PyPSA network: what stands, its hours, and what was dispatched."""
    from dafeng.experiments.exporting import export_year

    wrong: list[Problem] = []
    with watch(f"{city}, {bundle}", quiet, no_progress, unit="years") as bar:
        remarks = export_year(
            city, bundle, year, out, seed=seed, engine=engine, values=given.settings(set_ or [], wrong), watcher=bar,
            has_shedding=with_shedding, wrong=wrong,
        )
    for remark in () if quiet else remarks:
        typer.echo(f"{out}: {remark}", err=True)
    return Answer(str(out), {"file": str(out), "year": year, "left_out": list(remarks)})


@app.command()
@answering
def adequacy(
    system: Annotated[str, typer.Argument(metavar="SYSTEM", help="rts79, a folder with units.csv and load.csv, a "
                                          ".pras file, or a city, of which a year is assessed.")],
    sample_years: Annotated[int | None, typer.Option(help="Sample years; default: until the target is met.")] = None,
    method: Annotated[str | None, typer.Option(metavar="sequential|exact", help="Sampled, or by convolution; default: "
                                               "sequential.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, max=2**63 - 1, help="Seed of the sampling; default: 1.")] = None,
    target: Annotated[float | None, typer.Option(
        "--target", "--cv", help="Coefficient of variation of the unserved energy; default: 0.05.")] = None,
    bundle: Annotated[str | None, typer.Option(help="SYSTEM is a city: the bundle it lives under.")] = None,
    year: Annotated[int | None, typer.Option(help="SYSTEM is a city: the year that is assessed.")] = None,
    view: Annotated[str | None, typer.Option(metavar="province|deliverability|island", help="Of a city; default: "
                                             "province, or island where there is none.")] = None,
    weather_years: Annotated[int | None, typer.Option(
        help="Of a city: replications, each with its own weather.")] = None,
    network: Annotated[str, typer.Option(metavar="transport|dc", help="Between regions: transfer limits alone, or "
                                         "DC flows by the reactances of interfaces.csv.")] = "transport",
    set_: Set = None,
    jobs: Annotated[int | None, typer.Option(
        "-j", "--jobs", help="Threads of a system's sampling; default: 1.")] = None,
    load_scale: Annotated[float | None, typer.Option(help="Of a system: every load times this factor.")] = None,
    antithetic: Annotated[bool, typer.Option("--antithetic", help="Of a system: sample in mirrored pairs.")] = False,
    control_variate: Annotated[bool, typer.Option(
        "--control-variate", help="Of a system: correct by the same outages in one node, known exactly.")] = False,
    credit: Annotated[str | None, typer.Option(metavar="NAME[,NAME]|TYPE", help="Of a system: the ELCC of these units "
                                               "and stores instead of indices.")] = None,
    as_json: Json = False,
) -> Answer:
    """Assess the adequacy of a system, or of a city's year: LOLE, LOLH, LOLF, EUE and more, each with its error."""
    from dafeng import __version__
    from dafeng.experiments.adequacy import adequacy_of
    from dafeng.experiments.adequacy_asked import Asked, is_system
    from dafeng.experiments.adequacy_city import city_adequacy, is_city

    asked = Asked(system, bundle, year, view, weather_years, set_ or (), method, sample_years, target, network, jobs,
                  load_scale, antithetic, control_variate, credit, seed)
    luck = 1 if seed is None else seed
    tell_of_compiling(as_json)
    is_of_city = is_city(system) or ((bundle is not None or year is not None) and not is_system(system))
    with watch("years lived", is_quiet=False, is_plain=False, unit="years") as watcher:
        told = city_adequacy(asked, luck, watcher) if is_of_city else adequacy_of(asked, luck)
    made = {"seed": None if method == "exact" else luck, "version": __version__}
    return Answer(told.text(), {**told.content(), **made})


@app.command()
@answering
def verify(
    only: Annotated[list[str] | None, typer.Option(metavar="CHECK_OR_ID", help="Some only: a check, a row "
                                                   "or how rows begin (V06 for V06a to V06f); repeatable.")] = None,
    as_json: Json = False,
) -> Answer:
    """Reproduce published answers: value, error, tolerance, source, pass or fail; exit code 4 when one falls short."""
    from dafeng.experiments.verify import as_text, content
    from dafeng.experiments.verify import verify as measured

    rows = measured(only or [])
    is_fine = all(row.passes for row in rows)
    return Answer(as_text(rows), content(rows), Code.FINE if is_fine else Code.FELL_SHORT)


@app.command()
@answering
def doctor(as_json: Json = False) -> Answer:
    """Look whether this machine is fit to run the program."""
    from dafeng.experiments.doctor import examine

    findings = examine()
    lines = [f"{'ok ' if found.is_fine else 'BAD'}  {found.name}: {found.says}" for found in findings]
    is_fine = all(found.is_fine for found in findings)
    content = {"is_fine": is_fine, "findings": [vars(found) for found in findings]}
    return Answer("\n".join(lines), content, Code.FINE if is_fine else Code.FELL_SHORT)


def _finished(finished: Finished) -> Answer:
    """How a study ended."""
    counts = {name: getattr(finished, name) for name in ("done", "cached", "failed", "missing")}
    told = ", ".join(f"{number} {name}" for name, number in counts.items() if number)
    lines = [f"{finished.folder}: {told or 'nothing to do'} ({finished.wall_s:.1f} s)"]
    for error, number in Counter(failure.error for failure in finished.errors).items():
        first = next(failure.run for failure in finished.errors if failure.error == error)
        lines.append(f"failed: {first}{f' and {number - 1} more' if number > 1 else ''}: {error}")
    errors = [vars(failure) for failure in finished.errors]
    content = {"folder": str(finished.folder), **counts, "wall_s": finished.wall_s, "errors": errors}
    return Answer("\n".join(lines), content, Code.RUNS_FAILED if finished.failed else Code.FINE)


def _command() -> str:
    return shlex.join(["dafeng", *sys.argv[1:]])


