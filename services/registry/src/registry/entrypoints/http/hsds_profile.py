"""The profile: what this directory adds to HSDS, as JSON merge patches (RFC 7396) of its schemas.

It is made from the items themselves, so a field of ours that it does not tell of cannot be.
"""

from typing import Any, Final

from pydantic import BaseModel

from common.http.schemas import View
from common.http.words import example
from registry.entrypoints.http.hsds_items import (
    HSDSLocation,
    HSDSOrganization,
    HSDSService,
    HSDSServiceArea,
    HSDSServiceAtLocation,
)

OURS: Final = "wushe_"
_PATCHED: Final[dict[str, type[BaseModel]]] = {
    "service.json": HSDSService,
    "organization.json": HSDSOrganization,
    "location.json": HSDSLocation,
    "service_area.json": HSDSServiceArea,
    "service_at_location.json": HSDSServiceAtLocation,
}
# The API of HSDS shows these nested items, and its schemas do not have them.
_NESTED: Final[dict[str, dict[str, Any]]] = {
    "organization.json": {
        "services": {"type": "array", "items": {"$ref": "service.json"}},
    },
    "service_at_location.json": {"service": {"$ref": "service.json"}},
}
_PARAMETERS: Final = [
    {
        "name": "within",
        "in": "query",
        "description": "Only what lies in the area with this code, or in a part of it.",
        "schema": {"type": "string"},
    },
    {
        "name": "scheme",
        "in": "query",
        "description": "The list of areas that `within` is a code of.",
        "schema": {"type": "string", "enum": ["nbs", "mca"]},
    },
]


class HSDSProfile(View):
    """What is added to which version of HSDS."""

    model_config = example(
        name="HSDS-Wushe",
        version="1",
        hsds_version="3.0",
        description="Stations and organisations of five-society linkage.",
        schemas={"service.json": {"properties": {"wushe_tier": {"type": "string"}}}},
        parameters=_PARAMETERS,
        notes=["No postcodes are known."],
    )

    name: str
    version: str
    hsds_version: str
    description: str
    schemas: dict[str, dict[str, Any]]
    parameters: list[dict[str, Any]]
    notes: list[str]


def profile() -> HSDSProfile:
    """Return the profile of this directory."""
    return HSDSProfile(
        name="HSDS-Wushe",
        version="1",
        hsds_version="3.0",
        description=(
            "Stations and organisations of five-society linkage (五社联动), and what they do."
            " Fields that begin with wushe_ are added; nothing is taken away, nothing renamed."
        ),
        schemas={
            name: {"properties": {**_own_fields(item), **_NESTED.get(name, {})}}
            for name, item in _PATCHED.items()
        },
        parameters=_PARAMETERS,
        notes=[
            "A station is listed as organisation, service and location under one id.",
            "Beside it stand the entries of the service list, for as long as they are verified.",
            "A service that is given at home has no location.",
            "What has ended is listed only to those who ask with modified_after, as defunct.",
            "No postcodes are known: postal_code is empty, postcode and proximity are refused.",
            "Persons are never listed, nor is what is confidential or suspended.",
        ],
    )


def _own_fields(item: type[BaseModel]) -> dict[str, Any]:
    whole = item.model_json_schema(ref_template="{model}")
    properties: dict[str, dict[str, Any]] = whole.get("properties") or _definition(whole, item)
    return {
        name: _plain(described, whole.get("$defs", {}))
        for name, described in properties.items()
        if name.startswith(OURS)
    }


def _definition(whole: dict[str, Any], item: type[BaseModel]) -> dict[str, Any]:
    properties: dict[str, Any] = whole["$defs"][item.__name__]["properties"]
    return properties


def _plain(described: dict[str, Any], definitions: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of a field without null, which is never sent, and without references."""
    known = next(one for one in described["anyOf"] if one.get("type") != "null")
    if (name := known.get("$ref")) is not None:
        known = {key: definitions[name][key] for key in ("type", "enum")}
    return {**known, "description": described["description"]}
