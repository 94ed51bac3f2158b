"""The command line: what it writes, prints and returns, and what it does when something is wrong."""

import json
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pandas as pd
import pytest
from click.testing import CliRunner

import kommtyp
from kommtyp import cli
from kommtyp.cli import commands, output
from kommtyp.clustering import Method
from kommtyp.scaling import ScalingMethod

FIGURES = {f"abbildungen/{name}.svg" for name in ("profil", "groessen", "aussagen", "stabilitaet")}
MADE = {"bericht.html", "tabellen.xlsx", "ergebnis.json", "typologie.json", "zuordnung.csv"} | FIGURES


def run(*arguments):
    return CliRunner().invoke(cli.main, [str(argument) for argument in arguments])


def files_in(folder):
    return {path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file()}


def made_in(folder):
    """All files but the figures of the comparison, whose number depends on what was asked."""
    return {name for name in files_in(folder) if not name.startswith("abbildungen/vergleich-")}


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "kommtyp-demo"
    return folder, run("demo", "--out", folder)


@pytest.fixture(scope="module")
def survey_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("survey") / "antworten.csv"
    kommtyp.make_survey(90, random_state=3).to_csv(path, index=False)
    return path


@pytest.fixture(scope="module")
def expected():
    return kommtyp.fit(kommtyp.load_sample())


class TestDemo:
    def test_it_writes_all_files(self, demo):
        folder, outcome = demo
        assert outcome.exit_code == 0, outcome.output
        assert made_in(folder) == MADE
        assert "abbildungen/vergleich-01.svg" in files_in(folder)
        assert all((folder / name).stat().st_size > 0 for name in files_in(folder))

    def test_it_prints_types_sizes_and_where_to_look(self, demo, expected):
        folder, outcome = demo
        for definition, n in zip(expected.typology.definitions.types, expected.sizes["n"], strict=True):
            assert any(definition.label in line and f" {n} " in line for line in outcome.stdout.splitlines())
        assert str(folder / "bericht.html") in outcome.stdout
        assert "synthetisch" in outcome.stdout

    def test_progress_goes_to_stderr(self, demo):
        _, outcome = demo
        assert "Bildet" in outcome.stderr
        assert "Bildet" not in outcome.stdout

    def test_the_results_are_json(self, demo, expected):
        folder, _ = demo
        results = json.loads((folder / "ergebnis.json").read_text(encoding="utf-8"))
        assert json.dumps(results)
        assert kommtyp.Typology.from_json(folder / "typologie.json").keys == expected.typology.keys

    def test_german_excel_can_read_the_assignment(self, demo, expected):
        folder, _ = demo
        raw = (folder / "zuordnung.csv").read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        table = pd.read_csv(folder / "zuordnung.csv", sep=";", decimal=",", dtype={"ags": str}, index_col="ags")
        assert list(table.index) == list(expected.types.index)
        assert table["typ"].fillna("").tolist() == expected.types.astype(object).fillna("").tolist()
        assert table["eindeutigkeit"].to_numpy() == pytest.approx(expected.margin.to_numpy(), abs=5e-5, nan_ok=True)
        for key in expected.typology.keys:
            assert table[f"abstand_{key}"].to_numpy() == pytest.approx(
                expected.distances[key].to_numpy(), abs=5e-5, nan_ok=True
            )
        assert table["hinweis"].notna().sum() == len(expected.excluded)

    def test_the_assignment_says_how_sure_it_is(self, demo, expected):
        folder, _ = demo
        table = pd.read_csv(folder / "zuordnung.csv", sep=";", decimal=",", dtype={"ags": str}, index_col="ags")
        membership = kommtyp.assess_stability(expected, n_boot=200).membership
        assert table["sicherheit"].to_numpy() == pytest.approx(
            membership["certainty"].to_numpy(), abs=5e-5, nan_ok=True
        )
        assert table["zweiter_typ"].fillna("").tolist() == membership["second"].astype(object).fillna("").tolist()

    def test_it_says_whether_the_types_come_back(self, demo):
        folder, outcome = demo
        results = json.loads((folder / "ergebnis.json").read_text(encoding="utf-8"))
        assert results["stability"]["n_boot"] == 200
        assert "werden in neuen Stichproben wiedergefunden" in outcome.stdout
        assert "Zieht 200 neue Stichproben" in outcome.stderr

    def test_the_typology_finds_the_same_types_again(self, demo, tmp_path, expected):
        folder, _ = demo
        file, out = tmp_path / "sample.csv", tmp_path / "neu" / "zuordnung.csv"
        kommtyp.load_sample().to_csv(file, index=False)
        outcome = run("classify", folder / "typologie.json", file, "--out", out, "--lang", "en")
        assert outcome.exit_code == 0, outcome.output
        table = pd.read_csv(out, dtype={"ags": str}, index_col="ags")
        assert table["type"].fillna("").tolist() == expected.types.astype(object).fillna("").tolist()
        assert "The Optimizers" in outcome.stdout


class TestReport:
    def test_the_same_command_writes_the_same_files(self, survey_file, tmp_path):
        folders = tmp_path / "a", tmp_path / "b"
        for folder in folders:
            outcome = run("report", survey_file, "--out", folder, "--n-init", 20, "--quiet")
            assert outcome.exit_code == 0, outcome.output
            assert not outcome.stderr
        assert made_in(folders[0]) == MADE
        made = files_in(folders[0])
        assert made == files_in(folders[1])
        assert not [name for name in made if (folders[0] / name).read_bytes() != (folders[1] / name).read_bytes()]

    def test_options_reach_the_fit(self, survey_file, tmp_path, monkeypatch):
        seen = {}

        def fit(answers, **options):
            seen.update(options, answers=answers)
            raise kommtyp.FitError("stop: here. Nothing more.")

        monkeypatch.setattr(kommtyp, "fit", fit)
        outcome = run(
            "report", survey_file, "--out", tmp_path, "--goals", "a = recht, b=effizienz", "--types", "unnamed",
            "--scaling", "rank", "--method", "ward", "--n-types", 3, "--weights", "w", "--min-answered", 0.5,
            "--n-init", 7, "--seed", 9, "--codebook", "digitale-kommune", "--quiet",
        )
        assert outcome.exit_code == 1
        assert seen == {
            "answers": survey_file, "goals": {"a": "recht", "b": "effizienz"}, "types": "unnamed", "scaling": "rank",
            "method": "ward", "n_types": 3, "weights": "w", "min_answered": 0.5, "n_init": 7, "random_state": 9,
            "codebook": "digitale-kommune", "progress": False,
        }

    def test_weights_reach_the_types(self, tmp_path):
        file = tmp_path / "antworten.csv"
        kommtyp.make_survey(60, random_state=4).assign(w=[1, 2] * 30).to_csv(file, index=False)
        outcome = run("report", file, "--weights", "w", "--n-init", 5, "--out", tmp_path / "out")
        assert outcome.exit_code == 0, outcome.output
        assert made_in(tmp_path / "out") == MADE
        assert json.loads((tmp_path / "out" / "ergebnis.json").read_text(encoding="utf-8"))["settings"]["weighted"]

    def test_no_samples_are_drawn_where_none_are_wanted(self, survey_file, tmp_path):
        outcome = run("report", survey_file, "--out", tmp_path, "--n-init", 5, "--stability", 0)
        assert outcome.exit_code == 0, outcome.output
        assert made_in(tmp_path) == MADE - {"abbildungen/stabilitaet.svg"}
        assert "sicherheit" not in (tmp_path / "zuordnung.csv").read_text(encoding="utf-8-sig")
        said = (tmp_path / "bericht.html").read_text(encoding="utf-8")
        assert "Dieser Bericht sagt nicht, wie stabil die Typen" in said

    def test_number_of_types_and_other_choices_are_looked_into_where_asked_for(
        self, survey_file, tmp_path, monkeypatch
    ):
        calls = {}

        def quicker(name, few):
            real = getattr(kommtyp, name)

            def look(result, **options):
                calls[name] = options
                return real(result, **few, **options)

            monkeypatch.setattr(kommtyp, name, look)

        quicker("choose_k", {"k": [2, 4], "n_pairs": 2, "n_boot": 2, "n_splits": 2, "n_null": 1})
        quicker("explore_choices", {"scalings": ("ipsative", "rank"), "methods": "kmeans", "k": 4, "n_init": 2})
        options = ("--n-init", 5, "--stability", 0, "--seed", 3, "--out", tmp_path, "--quiet")
        outcome = run("report", survey_file, *options, "--choose-k", "--explore-choices")
        assert outcome.exit_code == 0, outcome.output
        assert calls == {name: {"random_state": 3, "progress": False} for name in ("choose_k", "explore_choices")}
        results = json.loads((tmp_path / "ergebnis.json").read_text(encoding="utf-8"))
        assert [row["k"] for row in results["selection"]["table"]] == [2, 4]
        assert results["selection"]["sentence"] in outcome.output
        others = len(results["sensitivity"]["specifications"]) - 1
        assert f"{others} andere vertretbare Festlegungen" in outcome.output
        drawn = {"abbildungen/typenzahl.svg", "abbildungen/festlegungen.svg"}
        assert drawn <= files_in(tmp_path)
        outcome = run("report", survey_file, *options)
        results = json.loads((tmp_path / "ergebnis.json").read_text(encoding="utf-8"))
        assert results["selection"] is results["sensitivity"] is None
        assert not drawn & files_in(tmp_path)

    def test_what_a_survey_is_too_small_for_is_said_and_left_out(self, tmp_path):
        file = tmp_path / "klein.csv"
        kommtyp.make_survey(6, random_state=3).to_csv(file, index=False)
        outcome = run("report", file, "--n-init", 5, "--stability", 0, "--choose-k", "--out", tmp_path / "out")
        assert outcome.exit_code == 0, outcome.output
        assert "Ohne Angaben zur Zahl der Typen: k: 8 types wanted" in outcome.stderr
        assert json.loads((tmp_path / "out" / "ergebnis.json").read_text(encoding="utf-8"))["selection"] is None

    def test_a_survey_too_small_to_be_drawn_from_is_reported_without_stability(self, tmp_path):
        file = tmp_path / "antworten.csv"
        kommtyp.make_survey(5, random_state=4).to_csv(file, index=False)
        outcome = run("report", file, "--n-init", 5, "--stability", 2, "--out", tmp_path / "out")
        assert outcome.exit_code == 0, outcome.output
        assert "Ohne Angaben zur Stabilität: n_boot" in outcome.stderr
        assert made_in(tmp_path / "out") == MADE - {"abbildungen/stabilitaet.svg"}

    def test_columns_alone_are_goals_of_their_own(self):
        assert commands.columns_and_goals("a, b c") == ["a", "b c"]
        assert commands.columns_and_goals(None) is None


@pytest.fixture(scope="module")
def made(survey_file, tmp_path_factory):
    """A report that is adjusted and carries the doubt about the types."""
    folder = tmp_path_factory.mktemp("adjusted") / "out"
    options = ["--adjust-for", "groessenklasse, art", "--n-boot", 5, "--stability", 0, "--n-init", 10]
    return folder, run("report", survey_file, *options, "--seed", 7, "--out", folder)


class TestAdjustedAndUncertain:
    def test_report_tables_and_figures_hold_it(self, made):
        folder, outcome = made
        assert outcome.exit_code == 0, outcome.output
        figures = {f"abbildungen/{name}.svg" for name in ("bereinigt", "unsicher")}
        assert made_in(folder) == (MADE - {"abbildungen/stabilitaet.svg"}) | figures
        report = (folder / "bericht.html").read_text(encoding="utf-8")
        assert "Bereinigt um Größenklasse der KGSt und Art der Kommune" in report
        assert "5-mal wurden die Kommunen neu gezogen" in report

    def test_the_results_are_those_of_compare_and_check_findings(self, made, survey_file):
        folder, _ = made
        results = json.loads((folder / "ergebnis.json").read_text(encoding="utf-8"))
        result = kommtyp.fit(survey_file, random_state=7, n_init=10)
        options = {"adjust_for": ["groessenklasse", "art"], "n_boot": 5, "random_state": 7}
        assert [item["item"] for item in results["adjusted_for"]] == options["adjust_for"]
        own = kommtyp.compare(result, **options)
        assert len(results["adjusted"]) == len(own.adjusted)
        shown = [row["ci_low"] for row in results["uncertain"]]
        expected = own.uncertain["ci_low"].tolist()
        assert [x for x, low in zip(expected, shown, strict=True) if low is not None] == pytest.approx(
            [low for low in shown if low is not None]
        )
        verdicts = kommtyp.check_findings(result, **options)["verdict"].tolist()
        assert [row["verdict"] for row in results["findings"]] == verdicts

    def test_figures_of_an_earlier_run_do_not_stay(self, made, survey_file):
        folder, _ = made
        outcome = run("report", survey_file, "--stability", 0, "--n-init", 5, "--out", folder)
        assert outcome.exit_code == 0, outcome.output
        assert made_in(folder) == MADE - {"abbildungen/stabilitaet.svg"}

    def test_an_item_that_cannot_be_adjusted_for_is_one_clean_message(self, survey_file, tmp_path):
        outcome = run("report", survey_file, "--adjust-for", "groesenklasse", "--n-init", 5, "--out", tmp_path / "out")
        assert outcome.exit_code == 1
        assert "Did you mean 'groessenklasse'?" in outcome.stderr
        assert "Traceback" not in outcome.output

    @pytest.mark.parametrize("nothing", ["--adjust-for=", "--adjust-for= , "])
    def test_no_item_to_adjust_for_is_refused(self, survey_file, tmp_path, nothing):
        outcome = run("report", survey_file, nothing, "--n-init", 5, "--out", tmp_path / "out")
        assert outcome.exit_code == 2
        assert "no item given. Use names such as groessenklasse,land" in outcome.stderr
        assert not (tmp_path / "out").exists()

    def test_nothing_to_compare_is_no_error(self, tmp_path):
        goals = [item.name for item in kommtyp.read_codebook("digitale-kommune").goals]
        file = tmp_path / "ziele.csv"
        kommtyp.make_survey(60, random_state=3)[[*goals, "groessenklasse"]].to_csv(file, index=False)
        options = ["--adjust-for", "groessenklasse", "--n-boot", 2, "--stability", 0, "--n-init", 5]
        outcome = run("report", file, *options, "--out", tmp_path / "out")
        assert outcome.exit_code == 0, outcome.output


class TestWhatIsWrong:
    def test_a_problem_of_the_data_is_one_clean_message(self, tmp_path):
        file = tmp_path / "leer.csv"
        file.write_text("", encoding="utf-8")
        outcome = run("report", file, "--out", tmp_path / "out")
        assert outcome.exit_code == 1
        assert "Error: " in outcome.stderr
        assert "leer.csv" in outcome.stderr
        assert f"kommtyp codebook {file}" in outcome.stderr
        assert "Traceback" not in outcome.output
        assert not (tmp_path / "out").exists(), "an empty folder is left"

    @pytest.mark.parametrize(
        "option",
        [
            ["--n-types", 1],
            ["--min-answered", 1.5],
            ["--n-init", 0],
            ["--seed", -1],
            ["--stability", 1],
            ["--n-boot", 1],
        ],
    )
    def test_a_number_out_of_range_is_usage(self, option, survey_file):
        outcome = run("report", survey_file, *option)
        assert outcome.exit_code == 2
        assert option[0] in outcome.stderr

    def test_a_word_that_is_not_known_is_usage_and_names_the_nearest(self, survey_file):
        outcome = run("report", survey_file, "--scaling", "ipsativ")
        assert outcome.exit_code == 2
        assert "Did you mean 'ipsative'?" in outcome.stderr

    def test_half_given_goals_are_usage(self, survey_file, tmp_path):
        outcome = run("report", survey_file, "--out", tmp_path, "--goals", "a=recht,b")
        assert outcome.exit_code == 2
        assert "--goals" in outcome.stderr

    def test_a_file_that_is_not_there_is_usage(self, tmp_path):
        assert run("report", tmp_path / "nein.csv").exit_code == 2

    @pytest.mark.parametrize("command", [["demo"], ["report", "FILE"]])
    def test_a_folder_that_cannot_be_written_is_noticed_before_anything_is_computed(
        self, command, survey_file, tmp_path, monkeypatch
    ):
        (tmp_path / "datei").write_text("", encoding="utf-8")
        monkeypatch.setattr(kommtyp, "fit", lambda *_, **__: pytest.fail("computed"))
        command = [survey_file if word == "FILE" else word for word in command]
        outcome = run(*command, "--out", tmp_path / "datei" / "out")
        assert outcome.exit_code == 1
        assert "cannot be written" in outcome.stderr or "no folder that can be written" in outcome.stderr

    def test_what_cannot_be_written_is_not_lost(self, survey_file, tmp_path, monkeypatch):
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
        (tmp_path / "tmp").mkdir()
        out = tmp_path / "out"
        (out / "tabellen.xlsx").mkdir(parents=True)
        outcome = run("report", survey_file, "--out", out, "--n-init", 20)
        assert outcome.exit_code == 1
        assert made_in(out) == MADE - {"tabellen.xlsx"}
        (rescued,) = (tmp_path / "tmp").rglob("tabellen.xlsx")
        assert rescued.stat().st_size > 0
        assert str(rescued) in outcome.stderr


class TestCodebook:
    def test_it_writes_a_codebook_that_can_be_read(self, survey_file, tmp_path):
        target = tmp_path / "eigenes.toml"
        outcome = run("codebook", survey_file, "--out", target)
        assert outcome.exit_code == 0, outcome.output
        assert str(target) in outcome.stdout
        assert "recht" in kommtyp.read_codebook(target)
        assert "#" in target.read_text(encoding="utf-8")

    def test_it_replaces_no_work(self, survey_file, tmp_path):
        target = tmp_path / "eigenes.toml"
        target.write_text("meins", encoding="utf-8")
        assert run("codebook", survey_file, "--out", target).exit_code == 2
        assert target.read_text(encoding="utf-8") == "meins"
        assert run("codebook", survey_file, "--out", target, "--force").exit_code == 0


def test_a_key_that_looks_like_a_formula_stays_a_text(tmp_path):
    answers = kommtyp.make_survey(40).assign(ags=[f"=1+{i}" for i in range(40)])
    output.write_assignment(kommtyp.fit(answers.set_index("ags"), n_init=5), tmp_path / "z.csv", "de")
    rows = (tmp_path / "z.csv").read_text(encoding="utf-8-sig").splitlines()[1:]
    assert all(row.startswith("'=1+") for row in rows)


def test_the_words_of_the_options_are_those_of_the_rooms():
    assert get_args(ScalingMethod) == commands.SCALINGS
    assert get_args(Method) == commands.METHODS


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["report", "--help"]])
def test_asking_what_there_is_loads_no_statistics(arguments):
    code = (
        "import sys; from kommtyp.cli import main; main(sys.argv[1:], standalone_mode=False);"
        "print('loaded:', *{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rpartition("loaded:")[2].split())
    assert not {"numpy", "pandas", "scipy", "sklearn", "matplotlib", "jinja2"} & loaded


def test_the_package_runs_as_a_module():
    done = subprocess.run([sys.executable, "-m", "kommtyp", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["kommtyp", kommtyp.__version__]
