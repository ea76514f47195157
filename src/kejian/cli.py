"""The command line: every command is one call inwards, and imports what it needs only when it runs."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import click

from kejian import __version__
from kejian.catalogue import LANGUAGES, language_of, say
from kejian.click_words import name_metavars, speak
from kejian.yamlfile import shown

if TYPE_CHECKING:
    from kejian.book import Built
    from kejian.notices import Notice

__all__ = ["main"]

LANGUAGE: Final = language_of(os.environ.get("KEJIAN_LANGUAGE", LANGUAGES[0]))
speak(LANGUAGE)  # here, since the commands below are made of its words
PORT: Final = 8000
INTERRUPTED: Final = 128 + signal.SIGINT
"""Exit status after Ctrl-C, as of every other program."""
PLACES: Final = 20
"""So many places that need attention are listed; all have been told."""
_ID: Final = say("check.id", LANGUAGE)
_BOOK = click.option(
    "--book",
    "source",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    show_default=True,
    help=say("cli.book", LANGUAGE),
)
_EDITION = click.option(
    "--edition",
    type=click.Choice(["practice", "exam"]),
    default="practice",
    show_default=True,
    help=say("cli.edition", LANGUAGE),
)


class _BankPath(click.Path):
    """A folder or file; when it is not there, the first guess is that this is not the folder of the book."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        path = super().convert(value, param, ctx)
        if not os.path.lexists(path):
            self.fail(say("cli.no-bank", LANGUAGE, path=shown(Path(value))), param, ctx)
        return path


_BANK = click.option(
    "--bank",
    type=_BankPath(path_type=Path),
    default="quizzes",
    show_default=True,
    help=say("cli.bank", LANGUAGE),
)


class _Main(click.Group):
    """The group of all commands, which ends at once and quietly on Ctrl-C."""

    def invoke(self, ctx: click.Context) -> Any:
        before = signal.signal(signal.SIGINT, _interrupt)
        try:
            result = super().invoke(ctx)
            if signal.getsignal(signal.SIGINT) is _interrupt:
                return result
            # else the web server has kept the interruption for itself
        except KeyboardInterrupt:
            pass  # with it go the locks of processes, which would else be told of as leaked
        finally:
            signal.signal(signal.SIGINT, before)
        # not sys.exit, which would wait for threads that still run a notebook
        os._exit(INTERRUPTED)


def _interrupt(*_: object) -> NoReturn:
    """Say it once; what libraries have to say of it goes nowhere. A second Ctrl-C does not wait for them."""
    click.echo("\n" + say("cli.interrupted", LANGUAGE), err=True)
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    import psutil  # a part of ipykernel

    for child in psutil.Process().children(
        recursive=True
    ):  # kernels, which would tell of their end at length
        with suppress(psutil.Error):
            child.kill()
    sys.stdout.flush()
    silence = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(silence, stream)
    raise KeyboardInterrupt


@click.group(
    cls=_Main, help=say("cli.main", LANGUAGE), context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(__version__, prog_name="kejian")
def main() -> None:
    """The group of all commands."""


@main.command(help=say("cli.build", LANGUAGE))
@_BOOK
@click.option(
    "--output", "-o", type=click.Path(file_okay=False, path_type=Path), help=say("cli.output", LANGUAGE)
)
@_EDITION
@click.option("--strict", is_flag=True, help=say("cli.strict", LANGUAGE))
def build(source: Path, output: Path | None, edition: str, strict: bool) -> None:
    """Build the web book."""
    built = _build(source, output, edition, strict)
    path = built.site / "index.html"
    if built.notices:
        values = {"count": len(built.notices), "places": _places(built.notices), "path": path}
        click.echo(say("cli.build.attention", LANGUAGE, **values))
    else:
        click.echo(say("cli.build.done", LANGUAGE, path=path))


@main.command(help=say("cli.serve", LANGUAGE))
@_BOOK
@_EDITION
@click.option("--host", default="127.0.0.1", show_default=True, help=say("cli.host", LANGUAGE))
@click.option(
    "--port",
    "-p",
    type=click.IntRange(1, 65535),
    default=PORT,
    show_default=True,
    help=say("cli.port", LANGUAGE),
)
@click.option("--watch", "-w", is_flag=True, help=say("cli.watch", LANGUAGE))
def serve(source: Path, edition: str, host: str, port: int, watch: bool) -> None:
    """Build the web book and serve it."""
    from kejian.book import EVERYWHERE, LOCAL, free_port, network_address, serve_book

    site = _build(source, None, edition, strict=False).site
    with _told():
        found = free_port(host, port)
    if found != port:
        click.echo(say("cli.serve.busy", LANGUAGE, port=port, found=found))
    shown_host = LOCAL if host in EVERYWHERE else host
    click.echo(say("cli.serve.address", LANGUAGE, url=f"http://{shown_host}:{found}/"))
    if host in EVERYWHERE and (address := network_address()):
        click.echo(say("cli.serve.network", LANGUAGE, url=f"http://{address}:{found}/"))
    sys.stdout.flush()
    serve_book(source.resolve(), site, host, found, edition, watch=watch, language=LANGUAGE)


@main.command(help=say("cli.grade", LANGUAGE))
@click.argument("answers", nargs=-1, required=True, metavar=say("cli.grade.answers", LANGUAGE))
@_BANK
@click.option("--variant", "variants", multiple=True, metavar="A", help=say("exam.grade.variant", LANGUAGE))
@click.option("--output", "-o", default="-", help=say("cli.grade.output", LANGUAGE))
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help=say("cli.workers", LANGUAGE)
)
@click.pass_context
def grade(
    context: click.Context,
    answers: tuple[str, ...],
    bank: Path,
    variants: tuple[str, ...],
    output: str,
    workers: int,
) -> None:
    """Grade files of answers."""
    from kejian.answers import open_answers
    from kejian.marking import grade_answers
    from kejian.model import Problem
    from kejian.terminal import tell
    from kejian.variants import find_plan

    erase = "\r\x1b[K" if sys.stderr.isatty() else ""  # the progress bar

    def report(problem: Problem) -> None:
        click.echo(erase + tell(problem, LANGUAGE), err=True)

    with _told(), open_answers(answers) as opened:
        for file, encoding in opened.recoded:
            click.echo(say("cli.grade.recoded", LANGUAGE, file=file, encoding=encoding), err=True)
        with click.progressbar(
            length=opened.size, label=say("cli.grade.start", LANGUAGE), file=sys.stderr
        ) as progress:
            summary = grade_answers(
                opened,
                bank,
                output,
                variants=[find_plan(variant, Path(answers[0])) for variant in variants],
                workers=workers,
                language=LANGUAGE,
                progress=progress.update,
                report=report,
            )
    done = "cli.grade.problems" if summary.problems else "cli.grade.done"
    click.echo(say(done, LANGUAGE, rows=summary.rows, problems=summary.problems, path=output), err=True)
    context.exit(bool(summary.problems))


@main.command(help=say("check.help", LANGUAGE))
@click.argument(
    "paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar=say("check.paths", LANGUAGE)
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif", "junit"]),
    default="text",
    show_default=True,
    help=say("check.format", LANGUAGE),
)
@click.option("--select", multiple=True, metavar=_ID, help=say("check.select", LANGUAGE))
@click.option("--ignore", multiple=True, metavar=_ID, help=say("check.ignore", LANGUAGE))
@click.option("--strict", is_flag=True, help=say("check.strict", LANGUAGE))
@click.option("--fix", is_flag=True, help=say("check.fix", LANGUAGE))
@click.option(
    "--leak",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    metavar=say("check.path", LANGUAGE),
    help=say("check.leak", LANGUAGE),
)
@click.option("--explain", metavar=_ID, help=say("check.explain", LANGUAGE))
@click.option("--mutate", is_flag=True, help=say("mutate.help", LANGUAGE))
@click.option(
    "--accept", multiple=True, metavar=say("cli.question", LANGUAGE), help=say("check.accept", LANGUAGE)
)
@click.option("--by", default="", metavar=say("check.name", LANGUAGE), help=say("check.by", LANGUAGE))
@click.option("--reason", default="", metavar=say("check.why", LANGUAGE), help=say("check.reason", LANGUAGE))
@click.pass_context
def check(
    context: click.Context,
    paths: tuple[Path, ...],
    form: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    strict: bool,
    fix: bool,
    leak: tuple[Path, ...],
    explain: str | None,
    mutate: bool,
    accept: tuple[str, ...],
    by: str,
    reason: str,
) -> None:
    """Prove that the keys of a bank are sound."""
    from kejian.checks.command import accept_questions, check_paths, explain_check
    from kejian.checks.report import FORMATS

    with _told():
        if explain is not None:
            click.echo(explain_check(explain, LANGUAGE))
            return
        if accept:
            click.echo(accept_questions(paths, accept, by, reason, LANGUAGE))
            return
        if mutate:
            from kejian.checks.mutate import describe_tallies, mutate_paths, stands

            click.echo(say("mutate.start", LANGUAGE), err=True)
            tallies = mutate_paths(paths, select, ignore)
            click.echo(describe_tallies(tallies, LANGUAGE))
            context.exit(not stands(tallies))
        if fix:
            from kejian.checks.fix import describe_fixed, fix_paths

            # beside the findings, which a program may be reading
            click.echo(describe_fixed(fix_paths(paths, select, ignore), LANGUAGE), err=form != "text")
        result = check_paths(paths, select, ignore, LANGUAGE, leak)
    told = FORMATS[form](result.findings, LANGUAGE)
    if told:
        click.echo(told)
    if form == "text":
        click.echo(("\n" if told else "") + result.summary(LANGUAGE), err=True)
    context.exit(result.failed(strict))


@main.group(help=say("key.help", LANGUAGE))
def key() -> None:
    """Verify keys by a second marker."""


@key.command(help=say("key.blind", LANGUAGE))
@_BANK
@click.option("--quiz", "quizzes", multiple=True, metavar=_ID, help=say("key.quiz", LANGUAGE))
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help=say("key.output", LANGUAGE)
)
def blind(bank: Path, quizzes: tuple[str, ...], output: Path | None) -> None:
    """Write an answer sheet without answers."""
    from kejian.second_marker import blind_sheet
    from kejian.terminal import CommandError

    with _told():
        sheet = blind_sheet(bank, quizzes, LANGUAGE)
        if output is None:
            click.echo(sheet, nl=False)
            return
        try:
            output.write_text(sheet, encoding="utf-8", newline="\n")
        except OSError as error:
            raise CommandError("key.unwritable", file=output, reason=error) from error


@key.command(help=say("key.compare", LANGUAGE))
@click.argument(
    "sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar=say("key.sheet", LANGUAGE)
)
@_BANK
@click.pass_context
def compare(context: click.Context, sheet: Path, bank: Path) -> None:
    """Compare a sheet with the key."""
    from kejian.second_marker import compare_sheet, describe_comparison

    with _told():
        comparison = compare_sheet(sheet, bank, LANGUAGE)
    click.echo(describe_comparison(comparison, LANGUAGE))
    context.exit(bool(comparison.disagreements or comparison.blank))


@main.group(help=say("cli.rubric", LANGUAGE))
def rubric() -> None:
    """Draft and test the rubrics of essays."""


@rubric.command(help=say("cli.rubric.draft", LANGUAGE))
@click.argument("question", required=False, metavar=say("cli.question", LANGUAGE))
@_BANK
@click.option(
    "--text",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=say("cli.rubric.text", LANGUAGE),
)
@click.option("--points", type=click.IntRange(1, 100), help=say("cli.rubric.points", LANGUAGE))
def draft(question: str | None, bank: Path, text: Path | None, points: int | None) -> None:
    """Print a first rubric."""
    from kejian.rubric_tools import draft_of_file, draft_of_question

    if (question is None) == (text is None):
        raise click.UsageError(say("cli.rubric.one", LANGUAGE))
    with _told():
        if text is not None:
            click.echo(draft_of_file(text, points, LANGUAGE), nl=False)
        elif question is not None:
            click.echo(draft_of_question(bank, question, points, LANGUAGE), nl=False)


@rubric.command(help=say("cli.rubric.test", LANGUAGE))
@click.argument(
    "paths", nargs=-1, type=click.Path(exists=True, path_type=Path), metavar=say("check.paths", LANGUAGE)
)
@click.option("--question", metavar=say("cli.question", LANGUAGE), help=say("cli.rubric.only", LANGUAGE))
@click.pass_context
def test(context: click.Context, paths: tuple[Path, ...], question: str | None) -> None:
    """Grade the samples of the rubrics."""
    from kejian.rubric_tools import describe_run, run_samples

    here = Path("quizzes")
    if not paths and not here.is_dir():
        raise _Unusable(say("cli.no-bank-here", LANGUAGE, path=here))
    count = failed = 0
    with _told():
        for path in paths or (here,):
            for run in run_samples(path, question):
                click.echo(describe_run(run, LANGUAGE))
                count += 1
                failed += not run.passed
    if not count:
        raise _Unusable(say("cli.rubric.no-samples", LANGUAGE))
    click.echo(say("cli.rubric.tested", LANGUAGE, count=count, failed=failed))
    context.exit(bool(failed))


@main.group(help=say("cli.bench", LANGUAGE))
def bench() -> None:
    """Measure the grader."""


@bench.command(help=say("cli.bench.essays", LANGUAGE))
@click.argument("dataset")
@_BANK
@click.option(
    "--skip", type=click.IntRange(0), default=0, show_default=True, help=say("cli.bench.skip", LANGUAGE)
)
def essays(dataset: str, bank: Path, skip: int) -> None:
    """Compare the marks of the grader with those of people."""
    from kejian.agreement import bench_essays, describe_bench

    with _told():
        result = bench_essays(dataset, bank, skip)
    click.echo(describe_bench(result, LANGUAGE))
    for question, count in result.left_out.items():
        click.echo(say("cli.bench.left-out", LANGUAGE, question=question, count=count), err=True)


@main.command(help=say("cli.notebook", LANGUAGE))
@click.argument("chapter", required=False, metavar=say("cli.notebook.chapter", LANGUAGE))
@_BOOK
@click.option(
    "--output",
    "-o",
    type=click.Path(file_okay=False, path_type=Path),
    help=say("cli.notebook.output", LANGUAGE),
)
@_EDITION
@click.option("--check", is_flag=True, help=say("cli.notebook.check", LANGUAGE))
@click.pass_context
def notebook(
    context: click.Context, chapter: str | None, source: Path, output: Path | None, edition: str, check: bool
) -> None:
    """Write the pages as notebooks, and run them."""
    from kejian.notebook.export import Failure, check_notebooks, default_folder, read_book, write_notebooks

    failures: list[Failure] = []
    with _told():
        book = read_book(source, edition)
        folder = output or default_folder(source, edition)
        written = write_notebooks(book, folder, chapter)
        click.echo(say("cli.notebook.done", LANGUAGE, count=len(written), path=folder))
        if check:
            count, failures = check_notebooks(book, chapter)
            for failure in failures:
                click.echo(failure.tell(LANGUAGE))
            click.echo(say("cli.notebook.checked", LANGUAGE, count=count, failed=len(failures)))
    context.exit(bool(failures))


@main.group(help=say("cli.pdf", LANGUAGE), invoke_without_command=True)
@_BOOK
@click.option(
    "--output", "-o", type=click.Path(file_okay=False, path_type=Path), help=say("cli.pdf.output", LANGUAGE)
)
@click.option(
    "--edition",
    type=click.Choice(["student", "teacher", "key", "all"]),
    default="all",
    show_default=True,
    help=say("cli.pdf.edition", LANGUAGE),
)
@click.pass_context
def pdf(context: click.Context, source: Path, output: Path | None, edition: str) -> None:
    """Write the book as PDFs."""
    if context.invoked_subcommand is not None:
        return
    from kejian.pdf.outputs import EDITIONS, write_pdfs

    click.echo(say("cli.pdf.start", LANGUAGE))
    with _told():
        written = write_pdfs(source, output, EDITIONS if edition == "all" else (edition,))
    for path in written:
        click.echo(say("cli.pdf.done", LANGUAGE, path=path))


@pdf.command(help=say("exam.help", LANGUAGE))
@click.option("--quiz", "quizzes", multiple=True, required=True, metavar=_ID, help=say("exam.quiz", LANGUAGE))
@_BANK
@click.option("--select", multiple=True, metavar=_ID, help=say("exam.select", LANGUAGE))
@click.option("--variants", default="A,B", show_default=True, help=say("exam.variants", LANGUAGE))
@click.option("--seed", type=int, default=1, show_default=True, help=say("exam.seed", LANGUAGE))
@click.option("--duration", type=int, default=90, show_default=True, help=say("exam.minutes", LANGUAGE))
@click.option("--title", default="", help=say("exam.title", LANGUAGE))
@click.option("--sheet/--no-sheet", "on_sheet", default=True, help=say("exam.sheet", LANGUAGE))
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path),
    default="_build/papers",
    show_default=True,
    help=say("exam.output", LANGUAGE),
)
def exam(
    quizzes: tuple[str, ...],
    bank: Path,
    select: tuple[str, ...],
    variants: str,
    seed: int,
    duration: int,
    title: str,
    on_sheet: bool,
    output: Path,
) -> None:
    """Set an examination in several variants."""
    from kejian.pdf.exam import Request, make_exam

    request = Request(quizzes, select, variants, seed, duration, title, on_sheet)
    with _told():
        for path in make_exam(bank, request, output, LANGUAGE):
            click.echo(path)


@contextmanager
def _told() -> Iterator[None]:
    """Errors that a person can mend, as messages."""
    from kejian.answers import AnswersError
    from kejian.bank import BankError
    from kejian.terminal import BookError, CommandError, tell

    try:
        yield
    except AnswersError as error:
        raise _Unusable(tell(error.problem, LANGUAGE)) from error
    except BankError as error:
        raise _Unusable("\n".join(tell(problem, LANGUAGE) for problem in error.problems)) from error
    except BookError as error:
        raise _Unusable(error.tell(LANGUAGE)) from error
    except CommandError as error:
        # click's own exits with 1
        failure = _Unusable if error.status == _Unusable.exit_code else click.ClickException
        raise failure(error.tell(LANGUAGE)) from error


class _Unusable(click.ClickException):
    """Nothing was done, because the call or a whole file is wrong."""

    exit_code = 2


def _build(source: Path, output: Path | None, edition: str, strict: bool) -> Built:
    from kejian.book import build_book
    from kejian.terminal import BookError

    click.echo(say("cli.build.start", LANGUAGE))
    with _told():
        try:
            return build_book(source, output, edition, strict=strict)
        except BookError as error:
            reason = error.tell(LANGUAGE)
            text = "cli.build.failed" if reason else "cli.build.stopped"
            raise click.ClickException(say(text, LANGUAGE, reason=reason)) from error


def _places(notices: Sequence[Notice]) -> str:
    """What needs attention, one line each."""
    lines = [f"  {notice.place}  {notice.text.splitlines()[0]}" for notice in notices[:PLACES]]
    more = len(notices) - PLACES
    return "\n".join([*lines, *([say("cli.build.more", LANGUAGE, count=more)] if more > 0 else [])])


name_metavars(main, LANGUAGE)
