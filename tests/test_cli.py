"""`python -m dgviz` from a shell: its output and its exit codes."""

import io
import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from dgviz.cli import train
from dgviz.cli.main import main
from dgviz.cli.parser import Parser
from dgviz.cli.progress import teacher_progress
from dgviz.data.split import Splits
from dgviz.gates.measures import always_zero_pixels
from dgviz.methods.catalogue import METHODS
from dgviz.runs import repeating
from dgviz.runs.recording import session
from dgviz.settings import COMMON, KNOBS, Knob, Settings
from dgviz.training.loop import TrainingDiverged

ROOT = Path(__file__).parents[1]
COMMAND = [sys.executable, "-m", "dgviz"]


def dgviz(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_a_real_run_ends_in_one_line_of_json(mnist: Splits) -> None:
    done = dgviz("train", "--epochs", "1", "--hidden", "16", "--device", "cpu", "--json")
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    types: dict[str, type] = {
        "method": str,
        "dataset": str,
        "settings": dict,
        "seed": int,
        "epochs": int,
        "test_accuracy": float,
        "validation_accuracy": float,
        "active_ratio": float,
        "active_weights": int,
        "total_weights": int,
        "macs": int,
        "dense_macs": int,
        "parameters": int,
        "dead_hidden_units": int,
        "pixels_in_use": int,
        "always_blank_pixels_in_use": int,
        "seconds": float,
        "seconds_per_epoch": float,
        "steps_per_second": float,
        "hardware": dict,
        "versions": dict,
    }
    for key, expected in types.items():
        assert type(result[key]) is expected, key
    assert result["total_weights"] == result["dense_macs"] == 16 * 794
    # No connection has closed yet, also none of an always blank pixel.
    blank = int(always_zero_pixels(mnist.train_images).sum())
    assert (result["pixels_in_use"], result["always_blank_pixels_in_use"]) == (784, blank)
    assert 0.8 < result["test_accuracy"] < 1 and 0.8 < result["validation_accuracy"] < 1
    assert result["settings"]["hidden"] == 16 and result["settings"]["preset"] == "paper"
    assert result["steps_per_second"] * result["seconds"] == pytest.approx(430)
    assert set(result["hardware"]) == {"cpu", "cores", "device", "threads"}
    assert result["hardware"]["cpu"] and result["hardware"]["device"] == "cpu"
    assert result["versions"]["torch"].startswith(torch.__version__.split("+")[0])
    # Without a terminal there is no bar, but one line for each epoch.
    (line,) = done.stderr.splitlines()
    assert line.startswith("epoch 1/1: test accuracy ") and "r 1.000" in line


def test_every_knob_is_a_flag(
    on_tiny: None, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {
        "preset": "classroom",
        "method": "dynamicgate",
        "beta": -0.5,
        "tau": 0.45,
        "initial_logit": 0.7,
        "hidden": 4,
        "learning_rate": 0.01,
        "batch_size": 30,
        "epochs": 2,
        "label_smoothing": 0.05,
        "weight_decay": 0.001,
        "distillation": 0.0,
        "beta_schedule": "warmup",
        "tau_schedule": "constant",
        "learning_rate_schedule": "cosine",
        "warmup": 0.2,
        "freeze_at": 0.7,
        "dataset": "mnist",
        "validation": 10,
        "seed": 4,
        "device": "cpu",
        "threads": 2,
    }
    assert set(given) == set(COMMON)
    flags = [text for name, value in given.items() for text in (KNOBS[name].flag, str(value))]
    assert main(["train", *flags, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["settings"] == {**given, "dynamicgate.gates": "weight", "dynamicgate.keep": 0}
    assert result["total_weights"] == 4 * 6 + 3 * 4


def parsed_settings(flags: list[str]) -> Settings:
    parser = Parser()
    train.add_arguments(parser)
    return train.settings_of(parser.parse_args(flags))


@pytest.mark.parametrize("text", ["-1e-3", "-.5", "-1E-2", "-1", "-0.25", "1e-3", "3e1"])
def test_a_negative_number_is_not_taken_for_a_flag(text: str) -> None:
    assert parsed_settings(["--beta", text]).beta == float(text)
    assert parsed_settings([f"--beta={text}"]).beta == float(text)


def values(knob: Knob) -> st.SearchStrategy[Any]:
    """Values that the knob accepts."""
    if knob.choices:
        return st.sampled_from(knob.choices)
    if knob.kind is int:
        return st.integers(int(knob.minimum or 0), int(knob.maximum or 0))
    return st.floats(knob.minimum, knob.maximum)


@given(st.fixed_dictionaries({}, optional={knob.name: values(knob) for knob in KNOBS.values()}))
def test_the_command_printed_for_a_run_has_the_same_settings(changes: dict[str, Any]) -> None:
    method = METHODS[changes.get("method", Settings.method)]
    known = {*COMMON, *(knob.name for knob in method.knobs)}
    settings = Settings.from_dict({name: changes[name] for name in changes.keys() & known})
    parsed = parsed_settings(shlex.split(repeating.commands(settings)[0])[4:])
    # Knobs that the method does not read may have any value.
    for knob in settings.knobs():
        assert parsed[knob.name] == settings[knob.name], knob.name
    # The same flags, each separated from its value by a space.
    apart = [word for flag in repeating.flags(settings) for word in flag.split("=", 1)]
    assert parsed_settings(apart) == parsed


def test_a_preset_is_only_a_starting_point(
    on_tiny: None, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--preset", "sparse", "--epochs", "1", "--beta", "2", "--device", "cpu", "--json"]
    assert main(["train", *arguments]) == 0
    settings = json.loads(capsys.readouterr().out)["settings"]
    assert (settings["beta"], settings["freeze_at"], settings["epochs"]) == (2.0, 0.8, 1)


def test_equal_commands_give_equal_figures(
    on_tiny: None, capsys: pytest.CaptureFixture[str]
) -> None:
    results = []
    for seed in ("3", "3", "4"):
        assert main(["train", "--seed", seed, "--epochs", "3", "--device", "cpu", "--json"]) == 0
        results.append(json.loads(capsys.readouterr().out))
    assert results[0]["test_loss"] == results[1]["test_loss"] != results[2]["test_loss"]


def test_without_a_validation_split_its_accuracy_is_null(
    train_on: Callable[[Splits], None], tiny: Splits, capsys: pytest.CaptureFixture[str]
) -> None:
    none, labels = tiny.train_images[:0], tiny.train_labels[:0]
    data = Splits(
        tiny.train_images, tiny.train_labels, none, labels, tiny.test_images, tiny.test_labels
    )
    train_on(data)
    assert main(["train", "--epochs", "1", "--validation", "0", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["validation_accuracy"] is None
    assert main(["train", "--epochs", "1", "--validation", "0"]) == 0
    assert "None" not in capsys.readouterr().out


def test_without_json_a_short_summary_is_printed(
    on_tiny: None, tiny: Splits, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--epochs", "2", "--method", "dense", "--device", "cpu"]) == 0
    captured = capsys.readouterr()
    lines = captured.out.splitlines()
    assert lines[0] == "dense on MNIST, preset paper, seed 0"
    assert len(lines) < 15
    shown = dict(re.split("  +", line.strip(), maxsplit=1) for line in lines[1:])
    assert shown["active connections"] == "2,304 of 2,304"
    assert shown["hidden units in use"] == "256 of 256"
    (image,) = {images.shape[1:] for images in (tiny.train_images, tiny.test_images)}
    blank = int(always_zero_pixels(tiny.train_images).sum())
    assert shown["pixels in use"] == f"{image[0] - blank} of {image[0]}"
    assert "2 epochs in" in captured.out and "torch" in lines[-2]
    assert re.search(r"recorded +run [0-9a-f]{12} in ", lines[-1])
    assert len(captured.err.splitlines()) == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_a_bar(on_tiny: None, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["train", "--epochs", "2", "--device", "cpu"]) == 0
    drawn = terminal.getvalue()
    assert "\r" in drawn and "2/2" in drawn
    assert "epoch 2/2: test accuracy" in drawn and ", r " in drawn


@pytest.mark.parametrize("terminal", [False, True])
def test_the_teacher_s_epochs_are_shown_while_it_is_trained(
    terminal: bool, on_tiny: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DGVIZ_CACHE", str(tmp_path))
    command = ["train", "--epochs", "1", "--distillation", "0.5", "--device", "cpu"]
    for teacher in (True, False):
        stderr = Terminal() if terminal else io.StringIO()
        monkeypatch.setattr(sys, "stderr", stderr)
        assert main(command) == 0
        told = stderr.getvalue()
        assert ("A teacher is trained first, once for each seed.\n" in told) is teacher
        last = "teacher: 100%" if terminal else "teacher: epoch 40/40\n"
        assert (last in told) is teacher


@pytest.mark.parametrize("terminal", [False, True])
def test_a_wait_for_the_teacher_of_another_process_is_told(
    terminal: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    stderr = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stderr)
    with teacher_progress() as show:
        show(None, 40)
        show(0, 40)
    told, _, then = stderr.getvalue().partition("A teacher is trained first")
    assert "Another process trains the teacher for this seed: waiting for it.\n" in told
    assert ("teacher: in another process\n" in told) is not terminal and "teacher:" in then


def test_of_a_network_with_routes_the_multiplications_are_printed(
    on_tiny: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--method", "switch", "--epochs", "1", "--device", "cpu"]) == 0
    printed = capsys.readouterr()
    (line,) = printed.err.splitlines()
    assert line.endswith(" MACs an image") and ", r " not in line
    assert "   (connections: " in printed.out and "dense" not in printed.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "--beta", "31"], "β (beta) must be a number from -1 to 30; it was '31'."),
        (["train", "--beta", "-inf"], "β (beta) must be a number from -1 to 30; it was '-inf'."),
        (["train", "--tau", "-1e-3"], "τ (tau) must be a number from 0 to 1; it was '-1e-3'."),
        (["train", "--seed", "-.5"], "it was '-.5'."),
        (["bench", "live", "--seconds", "-1e1"], "above 0, not '-1e1'"),
        (["train", "--beta", "nan"], "β (beta) must be a number from -1 to 30; it was 'nan'."),
        (["train", "--tau", "-0.1"], "τ (tau) must be a number from 0 to 1; it was '-0.1'."),
        (["train", "--hidden", "1.5"], "must be a whole number from 1 to 2048"),
        (["train", "--seed", "3e9"], "seed must be a whole number from 0 to 2147483647; it was"),
        (["bench", "live", "--seconds", "1,000"], "above 0, not '1,000'"),
        (["train", "--preset", "x"], "preset must be one of paper, classroom, sparse, compact-"),
        (["train", "--method", "dens"], "method must be one of dynamicgate, dense"),
        (["train", "--method", "dense", "--beta", "1"], "β (beta) is a setting of the methods"),
        (["train", "--method", "l0", "--magnitude.target", "1"], "of the method magnitude, and"),
        (["train", "--dataset", "imagenet"], "dataset must be one of mnist"),
        (["train", "--bet", "1"], "--bet"),
        (["train", "--beta"], "expected one argument"),
        (["train", "extra\nlines"], "extra lines"),
        (["trian"], "trian"),
        (["bench", "sleep"], "sleep"),
        (["bench", "train", "--rounds", "0"], "whole number of at least 1"),
        (["bench", "train", "--seconds", "nan"], "seconds above 0"),
        (["train", "--resume", "../.."], "is not a run's id"),
        (["bench", "live", "--viewers", "x"], "whole number of at least 1"),
    ],
)
def test_a_mistake_in_the_command_line_gives_one_sentence(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (sentence,) = captured.err.splitlines()
    assert words in sentence and sentence.endswith(".")
    assert "usage" not in sentence


def test_a_mistake_is_reported_before_torch_is_loaded() -> None:
    done = dgviz("train", "--beta", "lots", PYTHONPROFILEIMPORTTIME="1")
    assert done.returncode == 2 and done.stdout == ""
    imports = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    (sentence,) = set(done.stderr.splitlines()) - set(imports)
    assert sentence == "β (beta) must be a number from -1 to 30; it was 'lots'."
    assert len(imports) > 10 and not any(line.endswith(" torch") for line in imports)


def test_help_is_printed_on_an_ascii_console() -> None:
    done = dgviz("train", "--help", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "--learning-rate" in done.stdout and "80%" not in done.stderr


def test_help_says_which_methods_there_are_and_what_they_read(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        main(["train", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    for spec in METHODS.values():
        assert f"{spec.name}: {spec.described}" in text
        assert bool(spec.knobs) == (f" only with --method {spec.name}: " in text)
    beta = text.partition("sparsity penalty: ")[2].partition(" --tau")[0]
    assert "default 0.03, 1.0 in classroom and sparse, 0.3 in compact-60k" in beta
    assert ", 2.0 with l0, 0.3 with continuous." in beta
    assert beta.endswith("Only with --method dynamicgate, l0 or continuous.")
    assert not re.search("[Dd]rag|slider|click", text)


def test_a_missing_device_is_a_wrong_setting(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert main(["train", "--device", "mps"]) == 2
    assert capsys.readouterr().err.startswith("device mps is not available on this machine")


def test_damaged_data_are_named(tmp_path: Path) -> None:
    raw = tmp_path / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "train-images-idx3-ubyte").write_bytes(b"damaged")
    done = dgviz("train", "--dataset", "fashion_mnist", DGVIZ_CACHE=str(tmp_path))
    assert done.returncode == 1 and done.stdout == ""
    (sentence,) = done.stderr.splitlines()
    assert sentence.startswith("The copy of Fashion-MNIST in ") and "damaged" in sentence


def test_a_diverging_run_is_reported(
    on_tiny: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def diverging(*arguments: Any, **options: Any) -> Any:
        snapshots = original(*arguments, **options)
        yield (start := next(snapshots))
        raise TrainingDiverged(1, start)

    original = session.train
    monkeypatch.setattr(session, "train", diverging)
    assert main(["train", "--device", "cpu"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = captured.err.splitlines()
    assert line.startswith("The loss stopped being a finite number at step 1")


def test_an_interrupted_run_is_resumed_to_the_same_figures(
    on_tiny: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["--epochs", "4", "--batch-size", "6", "--device", "cpu"]
    assert main(["train", *flags, "--json"]) == 0
    whole = json.loads(capsys.readouterr().out)

    def interrupted(*arguments: Any, **options: Any) -> Any:
        for snapshot in original(*arguments, **options):
            if snapshot.step == 23:
                signal.raise_signal(signal.SIGINT)
            yield snapshot

    original = session.train
    with monkeypatch.context() as patch:
        patch.setattr(session, "train", interrupted)
        assert main(["train", *flags]) == 130
    run_id = re.search(r"--resume ([0-9a-f]{12})", capsys.readouterr().err)[1]  # type: ignore[index]
    assert main(["train", "--resume", run_id[:6], "--json"]) == 0
    resumed = json.loads(capsys.readouterr().out)
    assert resumed["run"] == run_id
    for name in ("test_accuracy", "test_loss", "validation_accuracy", "active_weights"):
        assert resumed[name] == whole[name], name
    assert main(["train", "--resume", run_id]) == 1
    assert "has finished" in capsys.readouterr().err


def test_a_finished_run_is_trained_further_as_a_new_run(
    on_tiny: None, capsys: pytest.CaptureFixture[str]
) -> None:
    flags = ["train", "--batch-size", "6", "--device", "cpu", "--json"]
    results = []
    for epochs in ("2", "3"):
        assert main([*flags, "--epochs", epochs]) == 0
        results.append(json.loads(capsys.readouterr().out))
    short, whole = results
    assert main(["train", "--resume", short["run"], "--epochs", "3", "--json"]) == 0
    captured = capsys.readouterr()
    further = json.loads(captured.out)
    assert f"Run {further['run']} goes on where run {short['run']} ended." in captured.err
    assert further["run"] != short["run"] and further["epochs"] == 3
    for name in ("test_accuracy", "test_loss", "validation_accuracy", "active_weights"):
        assert further[name] == whole[name], name
    assert main(["train", "--resume", short["run"], "--epochs", "2"]) == 1
    assert "the number of epochs must be larger" in capsys.readouterr().err
    assert main(["runs", "show", further["run"]]) == 0
    assert "Trained further after epoch 2." in capsys.readouterr().out


def test_a_resumed_run_keeps_its_settings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "--resume", "0123", "--beta", "1"]) == 2
    assert "leave out --beta" in capsys.readouterr().err


def test_a_run_is_recorded_in_the_given_folder(
    on_tiny: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", "--epochs", "1", "--runs", str(tmp_path), "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert Path(result["folder"]) == tmp_path / result["run"]
    assert (tmp_path / result["run"] / "card.json").is_file()


def test_without_arguments_the_commands_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    captured = capsys.readouterr()
    assert "train" in captured.out and "bench" in captured.out and captured.err == ""
    assert len(captured.out.splitlines()) <= 25


def test_an_installation_without_the_repository_has_no_bench(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "bench.train", raising=False)
    monkeypatch.setitem(sys.modules, "bench", None)
    assert main(["bench", "train"]) == 1
    assert "python -m dgviz bench in a clone" in capsys.readouterr().err


def test_the_help_of_the_action_is_named_whose_option_is_unknown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["sweep", "run", "--learning_rate", "0.1"]) == 2
    said = "Unrecognized arguments: --learning_rate 0.1; python -m dgviz sweep run --help shows"
    assert capsys.readouterr().err.startswith(said)
