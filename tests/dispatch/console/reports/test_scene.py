"""The whole town on virtual time: what the program did is what the report says that it did."""

from __future__ import annotations

from pathlib import Path

from dispatch.console.reports.figures import SHEAVES, step_goals
from dispatch.console.reports.store.clocks import Step, in_span, step_spread
from dispatch.plan import EffectKind
from gateway.figures import Said
from gateway.store import Tx
from tests.dispatch.stage import ANI, EPOCH, GINA, HADI, STRANGER, Stage, play
from tests.ivr.scripted import RINGS, answers


def test_a_scene_s_times_are_those_of_its_ledger(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for caller in (GINA, HADI):
            await stage.resident(caller)
        stage.world.phone(ANI, answers("1", after_s=8))
        for caller in (GINA, HADI):
            await stage.sms(caller, "RAMPOK", then=400)
        stage.world.phone(STRANGER, RINGS)
        await stage.rings(STRANGER, then=300)
        cases = [await stage.case(number) for number in (1, 2)]
        rows = [await stage.rows(number) for number in (1, 2)]

        def work(tx: Tx) -> None:
            mine = in_span(EPOCH, stage.clock.now())
            for step, kind, stamp in (
                (Step.SIREN, EffectKind.SIREN, "attempted_at"),
                (Step.FIRST_RING, EffectKind.CALL, "started_at"),
            ):
                found = step_spread(tx, step, mine, step_goals(stage.city)[step])
                took = sorted(
                    (
                        min(getattr(row, stamp) for row in ledger if row.effect.kind is kind and getattr(row, stamp))
                        - case.incident.confirmed_at
                    ).total_seconds()
                    for case, ledger in zip(cases, rows, strict=True)
                )
                assert found is not None
                assert [found.p50, found.p99] == [round(one, 3) for one in took]
            accepted = step_spread(tx, Step.ACCEPTED, mine, 120.0)
            back = step_spread(tx, Step.CALL_BACK, mine, 10.0)
            assert accepted is not None
            assert accepted.count == accepted.within == 2
            assert back is not None
            assert back.within == back.count == 1
            sections = [one for sheaf in SHEAVES for one in sheaf.figures(tx, stage.city, EPOCH, stage.clock.now())]
            overview = next(one for one in sections if one.key == "overview").rows
            assert (Said("reports.incidents"), 3) in overview
            assert (Said("reports.missed"), 1) in overview

        await stage.store.read(work)

    play(tmp_path, scene)
