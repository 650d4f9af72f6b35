"""Runs the peers on one dbt project, as it is and with each mutant in turn: one JSON question on stdin, JSON lines out.

The question is `{project, mutants: [{id, file, text}], bouncer, specify, dblect, seconds}`, paths of programs only where they are there; an answer is
`{id, findings: {peer: [text]}, failed: {peer: why}}`, the first with the id "" for the project as it is. dbt and sqlfluff run in this
process, so that parsing stays warm.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from dbt.cli.main import dbtRunner
from sqlfluff.core import FluffConfig, Linter

QUIET = ["--quiet", "--no-use-colors", "--no-send-anonymous-usage-stats", "--profiles-dir", "."]


class Project:
    """A copy of the project with dbt warm in this process."""

    def __init__(self, folder: str):
        self.folder = Path(folder)
        self.dbt = dbtRunner()
        self.last: list[str] | None = None
        overrides = {"dialect": "duckdb", "templater": "jinja", "exclude_rules": "layout"}
        self.linter = Linter(config=FluffConfig(overrides=overrides))
        self.original = {path: path.read_text() for path in (self.folder / "models").rglob("*.sql")}

    def invoke(self, *args: str):
        return self.dbt.invoke([*args, *QUIET])

    def build(self, file: str | None) -> list[str]:
        """Findings of `dbt build`: of the mutated model, all that reads it, and what the mutant before left behind; of everything where that is not one model."""
        mine = [f"path:{file}+"] if file and file.endswith(".sql") else None
        select = [] if mine is None or self.last is None else ["--select", *mine, *self.last]
        self.last = mine
        outcome = self.invoke("build", "--exclude-resource-type", "snapshot", "seed", *select)
        if outcome.exception is not None or outcome.result is None:
            self.last = None
            return [f"dbt: {str(outcome.exception).splitlines()[0] if outcome.exception else 'no result'}"]
        return [f"{each.node.unique_id} {each.status}" for each in outcome.result.results if str(each.status) not in ("success", "pass", "skipped", "no-op")]

    def catalog(self) -> None:
        self.invoke("docs", "generate")

    def lint(self, file: str | None, text: str | None) -> list[str]:
        """Findings of sqlfluff on the file a mutant changes; on every model for the project as it is."""
        texts = {self.folder / file: text} if file and text is not None else self.original
        found = []
        for path, sql in texts.items():
            if path.suffix != ".sql":
                continue
            result = self.linter.lint_string(sql, fname=str(path))
            found += [f"{path.relative_to(self.folder)} {each.rule_code()} {each.desc()}" for each in result.violations]
        return sorted(found)


def bouncer(question: dict, folder: Path) -> list[str]:
    out = folder / "target" / "bouncer.json"
    out.unlink(missing_ok=True)
    run = subprocess.run([question["bouncer"], "run", "--config-file", "dbt-bouncer.yml", "--output-file", str(out), "--output-format", "json"], cwd=folder, capture_output=True, text=True, timeout=120)
    if not out.exists():
        raise RuntimeError(f"dbt-bouncer wrote no output: {(run.stdout + run.stderr).strip()[-300:]}")
    checks = json.loads(out.read_text())
    checks = checks if isinstance(checks, list) else checks.get("results", checks)
    return [f"{each['check_run_id']} {each.get('failure_message') or ''}" for each in checks if each["outcome"] not in ("success", "passed")]


def specify(question: dict, folder: Path) -> list[str]:
    found = []
    for command in (["report", "--format", "json"], ["ci"]):
        run = subprocess.run([question["specify"], *command, "--target", "."], cwd=folder, capture_output=True, text=True, timeout=120)
        if "Traceback" in run.stderr:
            raise RuntimeError(run.stderr.strip().splitlines()[-1])
        if command[0] == "ci":
            found.append(f"ci ended with {run.returncode}")
            continue
        found += sorted(line.strip() for line in run.stdout.splitlines() if '"message"' in line or '"path"' in line)
    return found


def dblect(question: dict, folder: Path) -> list[str]:
    run = subprocess.run([question["dblect"], "check", ".", "--manifest", "target/manifest.json", "--catalog", "target/catalog.json", "--format", "json", "--no-fail"], cwd=folder, capture_output=True, text=True, timeout=120)
    if run.returncode != 0 or not run.stdout.lstrip().startswith("{"):
        raise RuntimeError(f"dblect wrote no report: {(run.stderr or run.stdout).strip()[-300:]}")
    return sorted(f"{each['kind']} {each.get('model_unique_id')} {each.get('column') or ''} {each['message']}" for each in json.loads(run.stdout)["findings"])


def findings_of(project: Project, question: dict, file: str | None, text: str | None) -> dict:
    answer: dict = {"findings": {}, "failed": {}}

    def ask(peer: str, run) -> None:
        try:
            answer["findings"][peer] = run()
        except Exception as error:
            answer["failed"][peer] = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"

    ask("dbt build", lambda: project.build(file))
    ask("sqlfluff", lambda: project.lint(file, text))
    if question.get("bouncer") or question.get("dblect"):
        project.catalog()
    if question.get("bouncer"):
        ask("dbt-bouncer", lambda: bouncer(question, project.folder))
    if question.get("specify"):
        ask("dbt-spec-kit", lambda: specify(question, project.folder))
    if question.get("dblect"):
        ask("dblect", lambda: dblect(question, project.folder))
    return answer


def main() -> None:
    question = json.loads(sys.stdin.readline())
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    os.chdir(question["project"])
    project = Project(question["project"])
    seeded = project.invoke("seed")
    if not seeded.success:
        raise SystemExit(f"dbt seed failed: {seeded.exception or seeded.result}")

    def say(answer: dict) -> None:
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    say({"id": "", **findings_of(project, question, None, None)})
    start = time.monotonic()
    for mutant in question["mutants"]:
        if time.monotonic() - start > question["seconds"]:
            break
        path = project.folder / mutant["file"]
        before = path.read_text()
        path.write_text(mutant["text"])
        try:
            say({"id": mutant["id"], **findings_of(project, question, mutant["file"], mutant["text"])})
        finally:
            path.write_text(before)


if __name__ == "__main__":
    main()
