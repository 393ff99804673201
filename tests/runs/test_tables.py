"""Metrics as a table, as CSV and Parquet; and differences between runs."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pandas as pd
import pytest
from synthetic_run import SETTINGS, STEPS_PER_EPOCH, log_of, write_run

from dgviz.gates.schedules import multiplier
from dgviz.runs.record import Record
from dgviz.runs.tables import METRICS, differences, metrics_csv, metrics_frame, metrics_parquet
from dgviz.settings import Settings


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return Record(write_run(tmp_path))


def test_a_row_has_a_log_point_and_the_knobs_in_effect(record: Record) -> None:
    frame = metrics_frame(record)
    knobs = ["beta", "tau", "learning_rate", "dynamicgate.keep"]
    assert list(frame.columns) == ["run", *METRICS, *knobs]
    assert frame["step"].tolist() == list(range(21))
    assert set(frame["run"]) == {record.id}
    # beta was moved from 0.1 to 1 after step 10: the point at 10 has the old value.
    assert frame["beta"].tolist() == [0.1] * 11 + [1.0] * 10
    assert set(frame["tau"]) == {0.5}
    assert set(frame["learning_rate"]) == {0.001}
    assert frame["test_accuracy"].dropna().tolist() == pytest.approx([0.1, 0.5, 0.9])
    assert frame["validation_accuracy"].isna().all()
    assert frame["active_weights"].dtype == "int64"


def test_schedules_follow_the_epochs_that_a_run_had_before_it_was_trained_further(
    tmp_path: Path,
) -> None:
    scheduled = SETTINGS.with_changes(learning_rate_schedule="cosine", freeze_at=0.5, epochs=2)
    card = {"extended": [[10, 1]]}
    frame = metrics_frame(Record(write_run(tmp_path, settings=scheduled, card=card)))
    rate = frame["learning_rate"] / scheduled.learning_rate
    # The first epoch was a whole run, and its second half a decay; then half of two are done.
    assert rate[5] == 1 and rate[10] == pytest.approx(
        multiplier("cosine", 0.9, warmup=0.1, freeze_at=0.5)
    )
    assert rate[11] == 1 and rate[20] == pytest.approx(
        multiplier("cosine", 0.95, warmup=0.1, freeze_at=0.5)
    )


def test_the_knobs_in_effect_follow_their_schedules(tmp_path: Path) -> None:
    scheduled = SETTINGS.with_changes(beta_schedule="warmup", warmup=0.5, tau_schedule="ramp")
    frame = metrics_frame(Record(write_run(tmp_path, settings=scheduled)))
    # Step n begins after n - 1 of the 20 steps.
    assert frame["beta"][5] == pytest.approx(0.1 * 4 / 10)
    assert frame["beta"][20] == pytest.approx(1.0)
    ramp = multiplier("ramp", 7 / 20, warmup=0.5, freeze_at=1.0)
    assert frame["tau"][8] == pytest.approx(0.5 * ramp)


def test_csv_and_parquet_have_the_same_content(record: Record) -> None:
    frame = metrics_frame(record)
    parquet = pd.read_parquet(io.BytesIO(metrics_parquet(record)))
    csv = pd.read_csv(io.BytesIO(metrics_csv(record)), dtype={"run": "str"})
    pd.testing.assert_frame_equal(parquet, frame)
    pd.testing.assert_frame_equal(csv, frame, check_dtype=False, rtol=1e-12)
    assert metrics_csv(record).startswith(b"run,step,epoch,train_loss,")


def test_an_edited_epoch_next_to_0_breaks_no_table(tmp_path: Path) -> None:
    folder = write_run(tmp_path, settings=SETTINGS.with_changes(tau_schedule="ramp"))
    log = (folder / "metrics.jsonl").read_text().splitlines()
    entry = json.loads(next(line for line in log if '"metrics"' in line))
    edited = json.dumps(entry | {"step": 1, "epoch": 5e-324})
    (folder / "metrics.jsonl").write_text(edited + "\n")
    assert metrics_frame(Record(folder))["tau"].tolist() == pytest.approx([0.005])


def test_an_empty_log_is_an_empty_table(tmp_path: Path) -> None:
    record = Record(write_run(tmp_path, log=[]))
    assert len(metrics_frame(record)) == 0
    assert list(pd.read_parquet(io.BytesIO(metrics_parquet(record))).columns)[:2] == ["run", "step"]


def test_a_run_without_settings_has_a_table_without_knobs(tmp_path: Path) -> None:
    folder = write_run(tmp_path)
    (folder / "settings.json").write_text("{")
    frame = metrics_frame(Record(folder))
    assert len(frame) == 21
    assert frame[["beta", "tau", "learning_rate"]].isna().all(axis=None)


def test_a_table_has_the_live_knobs_of_the_method_too(tmp_path: Path) -> None:
    settings = SETTINGS.with_changes(method="dropout")
    move = {"kind": "knob", "knob": "dropout.hidden", "from": 0.3, "to": 0.1}
    log = log_of(settings)
    log.insert(6, {**move, "step": 5, "epoch": 5 / STEPS_PER_EPOCH})
    frame = metrics_frame(Record(write_run(tmp_path, settings=settings, log=log)))
    assert list(frame.columns)[-2:] == ["dropout.input", "dropout.hidden"]
    assert frame["dropout.hidden"].tolist() == [0.3] * 6 + [0.1] * 15
    assert set(frame["dropout.input"]) == {0.1}


def test_a_dense_run_s_table_has_no_knobs_of_gates(tmp_path: Path) -> None:
    frame = metrics_frame(Record(write_run(tmp_path, settings=SETTINGS.baseline())))
    assert frame[["beta", "tau"]].isna().all(axis=None)
    assert set(frame["learning_rate"]) == {0.001}


def test_differences_are_the_texts_of_differing_knobs(tmp_path: Path) -> None:
    other = SETTINGS.with_changes(beta=-1.0, seed=12345)
    longer = other.with_changes(batch_size=10_000, method="dense")
    runs = {"0" * 12: SETTINGS, "1" * 12: other, "2" * 12: longer}
    records = [
        Record(write_run(tmp_path, run_id, chosen, log=[])) for run_id, chosen in runs.items()
    ]
    table = differences(records)
    assert list(table.columns) == list(runs)
    assert table.to_dict("index") == {
        "Method": dict(zip(runs, ["DynamicGate-MLP", "DynamicGate-MLP", "dense"], strict=True)),
        "β sparsity penalty": dict(zip(runs, ["0.1", "−1", "–"], strict=True)),
        "τ threshold": dict(zip(runs, ["0.5", "0.5", "–"], strict=True)),
        "c initial gate logit": dict(zip(runs, ["1", "1", "–"], strict=True)),
        "A gate for each": dict(zip(runs, ["weight", "weight", "–"], strict=True)),
        "Connections to keep": dict(zip(runs, ["0", "0", "–"], strict=True)),
        "B batch size": dict(zip(runs, ["6,000", "6,000", "10,000"], strict=True)),
        "β schedule": dict(zip(runs, ["constant", "constant", "–"], strict=True)),
        "τ schedule": dict(zip(runs, ["constant", "constant", "–"], strict=True)),
        "Seed": dict(zip(runs, ["0", "12345", "12345"], strict=True)),
    }


def test_settings_of_two_methods_with_one_name_are_told_apart(tmp_path: Path) -> None:
    records = [
        Record(write_run(tmp_path, digit * 12, Settings.from_preset("paper", method=method)))
        for digit, method in (("0", "rigl"), ("1", "magnitude"))
    ]
    names = list(differences(records).index)
    assert {"Target ratio (RigL)", "Target ratio (gradual magnitude pruning)"} <= set(names)
    assert "Dropped share" in names and len(names) == len(set(names))


def test_a_moved_knob_differs_from_an_unmoved_one(tmp_path: Path) -> None:
    there_and_back = [a_move(10, "tau", 0.5, 0.54), a_move(15, "tau", 0.54, 0.5)]
    moved = Record(write_run(tmp_path, "0" * 12, log=there_and_back))
    still = Record(write_run(tmp_path, "1" * 12, log=[]))
    table = differences([moved, still])
    assert table.to_dict("index") == {
        "τ threshold": {"0" * 12: "0.5 → 0.54 (epoch 1) → 0.5 (epoch 1.5)", "1" * 12: "0.5"}
    }


def a_move(step: int, knob: str, before: float, after: float) -> dict[str, object]:
    place = {"kind": "knob", "step": step, "epoch": step / STEPS_PER_EPOCH, "knob": knob}
    return place | {"from": before, "to": after}


def test_equal_runs_have_no_differences(tmp_path: Path) -> None:
    records = [Record(write_run(tmp_path, run_id)) for run_id in ("0" * 12, "1" * 12)]
    assert differences(records).empty
    assert differences(records[:1]).empty


def test_settings_that_cannot_be_read_differ_in_everything(tmp_path: Path) -> None:
    records = [Record(write_run(tmp_path, run_id)) for run_id in ("0" * 12, "1" * 12)]
    path = records[1].folder / "settings.json"
    path.write_text(json.dumps({"evil": 1}))
    table = differences([records[0], Record(records[1].folder)])
    assert set(table["1" * 12]) == {"–"}
    assert "τ threshold" in table.index
