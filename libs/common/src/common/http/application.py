"""How a route reaches the abilities of its service."""

from fastapi import Request


async def application(request: Request) -> object:
    """Return what the service can do.

    A service says of what type that is: ``App = Annotated[Application, Depends(application)]``.
    """
    abilities: object = request.app.state.application
    return abilities
