"""Make a trained network smaller and faster, measure it, and take it away."""

from dgviz.ui.compact import state
from dgviz.ui.compact.after_training import after_training
from dgviz.ui.compact.downloads import downloads
from dgviz.ui.compact.making import compacted, steps_failed, tau_curve
from dgviz.ui.compact.prune_harder import prune_harder
from dgviz.ui.compact.ratios import ratio_section
from dgviz.ui.compact.run import check_recipe, compactable, empty_page, run_picker
from dgviz.ui.compact.speed import machine_line, measured, refuse_unmeasured, speed_section, times
from dgviz.ui.compact.story import caption, story
from dgviz.ui.notes import show_notes

state.restore()
run = state.current_run()
if run is not None:
    check_recipe(run)

run_picker(run)
show_notes()

if run is None:
    empty_page()
elif (record := compactable(run)) and (shown := compacted(record)):
    result = shown.result
    found = measured(record, result)
    refuse_unmeasured(found)
    lines = caption(record, result.made)
    story(record, shown, times(found), [*lines, *([machine_line(found)] if found else [])])
    if curve := tau_curve(record, result.made.step):
        prune_harder(run.id, curve, lines)
    after_training(record)
    speed_section(record, shown, found, lines)
    ratio_section(record, result.made.step)
    downloads(record, shown)
elif record and steps_failed(record):
    # Other steps may be possible.
    if curve := tau_curve(record, record.step):
        prune_harder(run.id, curve, [record.title])
    after_training(record)

state.write_url()
