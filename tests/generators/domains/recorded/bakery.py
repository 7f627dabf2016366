"""An invented bakery as a real MCP server, spoken to over standard input. Its first argument may ask it
to misbehave."""

import os
import random
import sys
import time
from typing import Annotated

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations
from pydantic import Field

WAY = sys.argv[1] if len(sys.argv) > 1 else ""
CAKES = {
    "c1": {"id": "c1", "name": "Plum tart", "price": 14.5, "left": 3},
    "c2": {"id": "c2", "name": "Rye loaf", "price": 4.2, "left": 9},
    "c3": {"id": "c3", "name": "Almond ring", "price": 11.0, "left": 0},
}
ORDERS: dict[str, dict[str, object]] = {}
LOOKS = ToolAnnotations(read_only_hint=True)
server = MCPServer("bakery")


@server.tool(annotations=LOOKS)
def list_cakes() -> dict[str, object]:
    """List all cakes of the day."""
    return {"cakes": list(CAKES.values())}


@server.tool(annotations=LOOKS)
def get_cake(cake_id: str) -> dict[str, object]:
    """Look up one cake.

    The id is on its label.
    """
    if cake_id not in CAKES:
        raise ToolError(f"there is no cake {cake_id}")
    return CAKES[cake_id]


@server.tool()
def list_orders() -> dict[str, object]:
    """List all orders so far."""
    return {"count": len(ORDERS), "orders": list(ORDERS.values())}


@server.tool(annotations=ToolAnnotations(read_only_hint=False))
def order_cake(
    cake_id: str, size: Annotated[str, Field(json_schema_extra={"enum": ["small", "large"]})]
) -> dict[str, object]:
    """Order a cake."""
    cake = CAKES[cake_id]
    if not cake["left"]:
        raise ToolError(f"{cake['name']} is sold out")
    order = {"order_number": f"B-{len(ORDERS) + 1:03d}", "cake": cake["name"], "size": size}
    ORDERS[str(order["order_number"])] = order
    cake["left"] -= 1  # type: ignore[operator]
    return order


@server.tool()
def start_over() -> str:
    """Forget all orders."""
    ORDERS.clear()
    for key, left in (("c1", 3), ("c2", 9), ("c3", 0)):
        CAKES[key]["left"] = left
    return "done"


if WAY == "fickle":

    @server.tool(annotations=LOOKS)
    def get_mood() -> dict[str, object]:
        """Tell how the baker is."""
        return {"mood": random.random(), "name": os.getpid()}


if WAY == "deadly":

    @server.tool(annotations=LOOKS)
    def get_flour() -> str:
        """Count the flour."""
        os._exit(3)


if WAY == "slow":

    @server.tool(annotations=LOOKS)
    def get_bread() -> str:
        """Wait for the bread."""
        time.sleep(60)
        return "bread"


if WAY == "odd":

    @server.tool(annotations=LOOKS)
    def get_secret(recipe: str) -> str:
        """Tell a recipe."""
        return recipe


if __name__ == "__main__":
    if WAY == "mute":
        time.sleep(60)
    server.run("stdio")
