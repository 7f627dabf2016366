"""The customer's own tools: the devices at home.

The account number says whose home it is. What is done here is seen by the agent's remote tests.
"""

from typing import Any, Literal

from generators.domains.energy.database import Fuel, HomeDevice
from generators.domains.energy.tools.keys import AccountNumber
from generators.domains.table import Database, ToolFailure


def _device(db: Database, account_number: str, kind: str) -> HomeDevice:
    device = db[HomeDevice].find(f"{account_number}-{kind}")
    if device is None:
        raise ToolFailure("no_such_device", f"there is no {kind.replace('_', ' ')} in your home")
    return device


def read_meter(db: Database, account_number: AccountNumber, fuel: Fuel) -> dict[str, Any]:
    """Read the number on a meter at home.

    Args:
        account_number: Your account number, which says whose home this is.
        fuel: Which meter to look at.
    """
    return {"fuel": fuel, "reading": _device(db, account_number, f"{fuel}_meter").reading}


def check_meter_display(db: Database, account_number: AccountNumber, fuel: Fuel) -> dict[str, Any]:
    """Read the status code on a meter's display; a healthy meter shows OK.

    Args:
        account_number: Your account number, which says whose home this is.
        fuel: Which meter to look at.
    """
    return {"fuel": fuel, "code": _device(db, account_number, f"{fuel}_meter").display}


def check_gateway(db: Database, account_number: AccountNumber) -> dict[str, Any]:
    """See the colour of the light on the gateway, the box beside the smart meter.

    Args:
        account_number: Your account number, which says whose home this is.
    """
    return {"light": _device(db, account_number, "gateway").light}


def restart_gateway(db: Database, account_number: AccountNumber) -> dict[str, Any]:
    """Restart the gateway: hold its button for ten seconds, then see the light.

    Args:
        account_number: Your account number, which says whose home this is.
    """
    gateway = _device(db, account_number, "gateway")
    light = "green" if gateway.restart_helps else gateway.light
    db[HomeDevice].change(gateway.device_id, light=light, restarted_at=db.now.isoformat())
    if light == "green":
        meter = _device(db, account_number, "electricity_meter")
        db[HomeDevice].change(meter.device_id, display="OK")
    return {"light": light}


def inspect_fuse_box(db: Database, account_number: AccountNumber) -> dict[str, Any]:
    """Open the fuse box and see whether the main switch is on.

    Args:
        account_number: Your account number, which says whose home this is.
    """
    return {"main_switch": _device(db, account_number, "fuse_box").switch}


def set_main_switch(
    db: Database, account_number: AccountNumber, position: Literal["on", "off"]
) -> dict[str, Any]:
    """Turn the main switch in the fuse box on or off.

    Args:
        account_number: Your account number, which says whose home this is.
        position: Where to put the switch.
    """
    box = _device(db, account_number, "fuse_box")
    db[HomeDevice].change(box.device_id, switch=position)
    return {"main_switch": position}


def read_inverter(db: Database, account_number: AccountNumber) -> dict[str, Any]:
    """Read the serial number on the solar inverter.

    Args:
        account_number: Your account number, which says whose home this is.
    """
    return {"serial": _device(db, account_number, "inverter").serial}


def close_gas_valve(db: Database, account_number: AccountNumber) -> dict[str, Any]:
    """Shut the valve at the gas meter.

    Args:
        account_number: Your account number, which says whose home this is.
    """
    meter = _device(db, account_number, "gas_meter")
    db[HomeDevice].change(meter.device_id, switch="closed")
    return {"valve": "closed"}
