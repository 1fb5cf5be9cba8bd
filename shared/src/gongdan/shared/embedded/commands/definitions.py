"""`gongdan apply`, `diff`, `delete`, `rollback` and `export`: definitions as files, in force, and back."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from gongdan.shared.definitions.registry import check
from gongdan.shared.embedded import export as exporting
from gongdan.shared.embedded.client import Client, Json, Refused
from gongdan.shared.embedded.commands.foretold import foretold
from gongdan.shared.embedded.commands.where import told_plainly, where_of
from gongdan.shared.embedded.documents import Bundle, fault_line, read_files

PATH = "/intake/v1/definitions"
YAML = {"Content-Type": "application/yaml"}
LONGEST_VALUE = 200

Files = Annotated[list[Path], typer.Option("-f", "--file", help="A file or folder; may be given several times.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the versions that this makes.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")]
Kind = Annotated[str, typer.Argument(help="The kind, such as Team.")]
Name = Annotated[str, typer.Argument(help="The definition's name.")]
Workspace = Annotated[str | None, typer.Option(help="The workspace it belongs to.")]


def apply(context: typer.Context, file: Files, dry_run: DryRun = False, reason: Reason = "") -> None:
    """Apply definitions: all of them, or none."""
    with told_plainly(), where_of(context).client() as client:
        report = _send(client, read_files(file), dry_run, reason)
        _tell(client, report)
    _doubt(report)
    _tell_revision(report, dry_run)


def diff(
    context: typer.Context,
    file: Files,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with status 3 when something differs.")] = False,
) -> None:
    """What applying these definitions would change."""
    with told_plainly(), where_of(context).client() as client:
        report = _send(client, read_files(file), dry_run=True, reason="")
        consequences = foretold(client, report)
    changed = [item for item in report["definitions"] if item["result"] != "unchanged"]
    for item in changed:
        typer.echo(f"{item['result']} {_called(item)}")
        for one in item["changes"]:
            typer.echo(f"  {one['path']}\n    - {_value(one['old'])}\n    + {_value(one['new'])}")
    _doubt(report)
    for line in consequences:
        typer.echo(line)
    if not changed:
        typer.echo("no difference")
    if changed and exit_code:
        raise typer.Exit(3)


def delete(
    context: typer.Context,
    kind: Kind,
    name: Name,
    workspace: Workspace = None,
    dry_run: DryRun = False,
    reason: Reason = "",
) -> None:
    """Delete a definition that no other names."""
    query = _query(workspace, dry_run, reason)
    with told_plainly(), where_of(context).client() as client:
        report = client.delete(f"{PATH}/{kind}/{name}", query)
        _tell(client, report)
    _tell_revision(report, dry_run)


def rollback(  # noqa: PLR0913, PLR0917 - a parameter for each argument and option
    context: typer.Context,
    kind: Kind,
    name: Name,
    version: Annotated[int, typer.Argument(help="The version to apply anew; see `gongdan get history`.", min=1)],
    workspace: Workspace = None,
    dry_run: DryRun = False,
    reason: Reason = "",
) -> None:
    """Apply an old version of a definition anew, as a new one."""
    query = _query(workspace, dry_run, reason) | {"version": str(version)}
    with told_plainly(), where_of(context).client() as client:
        report = client.post_raw(f"{PATH}/{kind}/{name}/rollback", b"", {}, query)
        _tell(client, report)
    _tell_revision(report, dry_run)


def export(
    context: typer.Context,
    folder: Annotated[Path, typer.Option("-o", "--output", help="The folder to write to.")],
    workspace: Annotated[
        str | None, typer.Option(help="Only this workspace, with all that it names; without it, everything.")
    ] = None,
) -> None:
    """Write definitions as files, one each, that apply on an empty installation."""
    with told_plainly(), where_of(context).client() as client:
        items = client.get("/v1/definitions")["items"]
        found = [check(item["document"], item["version"]) for item in items]
        contents = exporting.files(exporting.whole(found, workspace) if workspace else found)
        others = exporting.write(folder, contents)
    typer.echo(f"{len(contents)} definitions written to {folder}")
    for path in others:
        typer.echo(f"{folder / path} is of no definition any more", err=True)


def _send(client: Client, bundled: Bundle, dry_run: bool, reason: str) -> Json:
    try:
        return client.post_raw(PATH, bundled.text.encode(), YAML, _query(None, dry_run, reason))
    except Refused as error:
        raise error.told_as([fault_line(bundled, fault) for fault in error.faults]) from error


def _query(workspace: str | None, dry_run: bool, reason: str) -> dict[str, str]:
    given = {"workspace": workspace, "dry_run": "true" if dry_run else None, "reason": reason or None}
    return {name: value for name, value in given.items() if value is not None}


def _tell(client: Client, report: Json) -> None:
    """What became of each definition that is not as it was; of a dry run also what it would mean."""
    told = [item for item in report["definitions"] if item["result"] != "unchanged"]
    for item in told:
        typer.echo(f"{_called(item)} {item['result']} (version {item['version']})")
    if same := len(report["definitions"]) - len(told):
        typer.echo(f"{same} unchanged")
    for line in foretold(client, report) if report["dry_run"] else ():
        typer.echo(line)


def _doubt(report: Json) -> None:
    for one in report["doubts"]:
        typer.echo(f"is this meant? {_called(one)}: {one['field']} {one['problem']}; {one['cure']}")


def _called(item: Json) -> str:
    workspace = f" in {item['workspace']}" if item["workspace"] else ""
    return f"{item['kind']} {item['name']}{workspace}"


def _value(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    text = "(nothing)" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + " …"


def _tell_revision(report: Json, dry_run: bool) -> None:
    """Whether anything came into force, and with which revision."""
    typer.echo(f"{'nothing was changed: a dry run' if dry_run else 'applied'}; revision {report['revision']}")
