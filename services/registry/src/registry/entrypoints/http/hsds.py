"""The public directory as Open Referral's Human Services Data Specification (HSDS) 3.0 has it.

Anybody may read it, without a token: it holds what people need to find help, no person and nothing
confidential. Its paths and parameters are those of the HSDS API; our own are `within` and `scheme`.
"""

from fastapi import Request

from common.http.permissions import public
from common.http.route import router
from registry.entrypoints.http import hsds_organizations, hsds_services, hsds_taxonomies
from registry.entrypoints.http.hsds_items import HSDSDirectory
from registry.entrypoints.http.hsds_pages import PREFIX, origin
from registry.entrypoints.http.hsds_profile import HSDSProfile, profile

routes = router(PREFIX, tags=["hsds"])


@routes.get("", dependencies=[public()], include_in_schema=False)
@routes.get("/", dependencies=[public()])
async def show_directory(request: Request) -> HSDSDirectory:
    """Show which version of HSDS this is, and where its profile and description are."""
    here = origin(request)
    return HSDSDirectory(
        version="3.0",
        profile=f"{here}{PREFIX}/profile",
        openapi_url=f"{here}/openapi.json",
    )


@routes.get("/profile", dependencies=[public()])
async def show_profile() -> HSDSProfile:
    """Show what this directory adds to HSDS: a JSON merge patch for each of its schemas."""
    return profile()


routers = (
    routes,
    hsds_services.routes,
    hsds_organizations.routes,
    hsds_taxonomies.routes,
)
