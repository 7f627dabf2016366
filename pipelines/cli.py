"""The ``duologue`` command. Each command loads what it needs when it runs, so that help is instant."""

import sys

import typer

from pipelines.answer import answering
from pipelines.checkout import check_packages
from pipelines.commands import (
    build,
    datasets,
    domain_check,
    domains,
    importing,
    recipes,
    reports,
    serve,
)
from pipelines.commands.options import HERE

app = typer.Typer(
    name="duologue",
    help="Synthetic dialogue datasets that can prove they are right.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("build")(build.build_command(build.build_here))
app.command("serve")(serve.serve)
app.command("versions")(datasets.versions)
app.command("show")(datasets.show)
app.command("export")(datasets.export)
app.command("verify")(datasets.verify)
app.command("domains")(domains.domains)
app.command("doctor")(domains.doctor)

recipe_app = typer.Typer(help="Look at recipes.", no_args_is_help=True)
recipe_app.command("check")(recipes.check)
app.add_typer(recipe_app, name="recipe")

domain_app = typer.Typer(help="Look at one domain, or bring others in.", no_args_is_help=True)
domain_app.command("check")(domain_check.check)
import_app = typer.Typer(help="Make domains of services that are described.", no_args_is_help=True)
import_app.command("sgd")(importing.import_sgd)
import_app.command("openapi")(importing.import_openapi)
import_app.command("mcp")(importing.import_mcp)
domain_app.add_typer(import_app, name="import")
app.add_typer(domain_app, name="domain")

report_app = typer.Typer(help="Reports about versions.", no_args_is_help=True)
report_app.command("show")(reports.show)
report_app.command("compare")(reports.compare)
app.add_typer(report_app, name="report")


@app.callback()
def _callback() -> None:
    """Synthetic dialogue datasets that can prove they are right."""
    with answering(HERE):
        check_packages()


def main() -> None:
    """Runs the command line."""
    try:
        app()
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
