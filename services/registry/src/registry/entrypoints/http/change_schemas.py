"""What changed, as callers are told."""

from datetime import datetime
from typing import Final, Self
from uuid import UUID

from common.http.schemas import View
from common.http.words import example
from common.vocabulary import AreaScheme
from registry.domain.change import ThingChanged, ThingKind

_COLLECTIONS: Final = {
    ThingKind.STATION: "stations",
    ThingKind.PARTY: "parties",
    ThingKind.SERVICE_ENTRY: "service_entries",
    ThingKind.CONTRACT: "service_contracts",
    ThingKind.SUPERVISION: "supervisions",
    ThingKind.TRAINING: "trainings",
    ThingKind.EXAMINATION: "examinations",
    ThingKind.EXPERT: "experts",
    ThingKind.ENGAGEMENT: "engagements",
    ThingKind.TALENT_STATION: "talent_stations",
    ThingKind.TALENT_PLAN: "talent_plans",
    ThingKind.TALENT: "talents",
}
_STATION: Final = "0192d3c4-5b6a-7890-8abc-def012345611"


class ChangeView(View):
    """That a thing changed; read it at `path`, or forget it if it is gone.

    It is gone when it is over (closed, merged, withdrawn, terminated, ended) and when it stands in
    another area now; what moved between two areas of a caller is told gone from one, then there in
    the other.
    """

    model_config = example(
        kind="station",
        id=_STATION,
        version=3,
        scheme="nbs",
        area="210213009",
        at="2025-03-01T08:00:00Z",
        is_gone=False,
        path=f"/registry/v1/stations/{_STATION}",
    )

    kind: ThingKind
    id: UUID
    version: int
    scheme: AreaScheme
    area: str
    at: datetime
    is_gone: bool
    path: str

    @classmethod
    def of(cls, changed: ThingChanged) -> Self:
        """Show a change."""
        return cls(
            kind=changed.kind,
            id=changed.id,
            version=changed.version,
            scheme=changed.area.scheme,
            area=changed.area.code,
            at=changed.at,
            is_gone=changed.is_gone,
            path=f"/registry/v1/{_COLLECTIONS[changed.kind]}/{changed.id}",
        )
