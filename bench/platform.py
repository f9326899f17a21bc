"""Our side of the races: a throw-away platform, a file staged in it."""

import os
from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.measure import Clock, Options
from bench.penalties import AS_OF, PACK

if TYPE_CHECKING:
    from gongxin.core.validation import Finding
    from gongxin.engines.files import Clean
    from gongxin.intake.staging import Staging
    from gongxin.law import Release

RECEIVED_AT = datetime.combine(AS_OF, time(4), tzinfo=UTC)


def settle(options: Options) -> None:
    """Set Django up without touching a database."""
    import django  # noqa: PLC0415 - the contenders of others do without

    os.environ["GONGXIN_HOME"] = str(Path(options["folder"]) / "home")
    os.environ["DJANGO_SETTINGS_MODULE"] = "gongxin.site.settings"
    django.setup()


def create(options: Options) -> Any:
    """Open the platform of the run, empty the first time."""
    from gongxin.cli import platform  # noqa: PLC0415
    from gongxin.core.audit import By  # noqa: PLC0415

    os.environ["GONGXIN_HOME"] = str(Path(options["folder"]) / "home")
    made, _ = platform.create(platform.compile_pack(PACK), by=By("bench", RECEIVED_AT))
    return made


def stop(options: Options) -> dict[str, Any]:
    """Stop the run's cluster and delete its data; one that was made before it stays."""
    from gongxin import cluster  # noqa: PLC0415

    end = cluster.stop if options.get("made") else cluster.destroy
    end(Path(options["folder"]) / "home")
    return {}


def law() -> "Release":
    """The release of the demo pack; a platform has it at hand, so no clock counts its making."""
    from gongxin.cli.platform import compile_pack  # noqa: PLC0415

    return compile_pack(PACK)


def opened(options: Options, workspace: Path, release: "Release") -> "tuple[Staging, Clean, Path]":
    """Recognise the file and open a staging database for it."""
    from gongxin.engines import files  # noqa: PLC0415
    from gongxin.intake.recognise import Wanted, recognise  # noqa: PLC0415
    from gongxin.intake.staging import Staging  # noqa: PLC0415

    path = Path(options["folder"]) / "penalties.csv"
    clean = files.clean(path, workspace=workspace)
    recognised = recognise(clean.header, release, Wanted(), file=path.name)
    size = path.stat().st_size
    return Staging(recognised, release, workspace=workspace, size=size), clean, path


def staged(
    options: Options, workspace: Path, release: "Release", clock: Clock
) -> "tuple[Staging, tuple[Finding, ...]]":
    """Stage the file and collect every finding, as ``intake.receive`` does."""
    from gongxin.core.documents import normalise_name  # noqa: PLC0415
    from gongxin.intake import findings  # noqa: PLC0415
    from gongxin.intake.staging import UnitRow  # noqa: PLC0415

    clock.step("read the head, detect")
    staging, clean, path = opened(options, workspace, release)
    units = [
        UnitRow(unit.uscc, unit.name, normalise_name(unit.name))
        for unit in staging.release.content.units
    ]
    clock.step("load")
    staging.load(clean, path, units)
    clock.step("check")
    staging.check(AS_OF)
    clock.step("collect")
    return staging, findings.collect(staging)
