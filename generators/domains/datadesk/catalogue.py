"""What is the same in every world: towns, passes, teams, the catalogue of data sets, metrics, gaps."""

from datetime import date

from generators.domains.datadesk.warehouse_rows import PassKind, Town

TOWNS = (
    Town(code="ashby", name="Ashby", opened_on=date(2021, 4, 12), inhabitants=61000),
    Town(code="corrim", name="Corrim", opened_on=date(2021, 9, 3), inhabitants=48500),
    Town(code="dunmere", name="Dunmere", opened_on=date(2022, 3, 28), inhabitants=92300),
    Town(code="hartwick", name="Hartwick", opened_on=date(2023, 5, 15), inhabitants=37800),
    Town(code="selwood", name="Selwood", opened_on=date(2024, 4, 2), inhabitants=55100),
)
TOWN_NAMES = {town.code: town.name for town in TOWNS}
PLACES = (
    *("Market Square", "Old Mill", "Central Station", "Riverside", "Castle Hill", "Harbour Steps"),
    *("Northgate", "University", "Botanic Garden", "Hospital", "Canal Bridge", "Town Hall"),
    *("Stadium", "Weavers Lane", "Foundry Yard", "Lakeside", "West Park", "Tannery Row"),
)
PASS_KINDS = (
    PassKind(code="occasional", name="Occasional", monthly_fee=0.0, free_minutes=0),
    PassKind(code="commuter", name="Commuter", monthly_fee=14.9, free_minutes=30),
    PassKind(code="unlimited", name="Unlimited", monthly_fee=24.5, free_minutes=60),
    PassKind(code="student", name="Student", monthly_fee=8.9, free_minutes=30),
    PassKind(code="family", name="Family", monthly_fee=32.0, free_minutes=45),
)
PASS_NAMES = {kind.code: kind.name for kind in PASS_KINDS}
BIKE_KINDS = {"city": (520, 690), "electric": (1650, 2100), "cargo": (3100, 3900)}
FAULTS = ("brakes", "battery", "chain", "dock lock", "flat tyre", "lights", "saddle")
WORKSHOPS = ("north", "south", "mobile")
TOPICS = ("billing", "bike fault", "lost item", "station full", "app", "parking fine")
CHANNELS = ("email", "phone", "chat")
END_REASONS = ("too expensive", "moved away", "changed pass", "bought a bike", "winter break")
CAMPAIGNS = (
    ("CP-01", "Summer Wheels", "email"),
    ("CP-02", "Back to Campus", "app"),
    ("CP-03", "Ride to Work", "email"),
    ("CP-04", "Cargo Trial", "app"),
    ("CP-05", "Autumn Loop", "email"),
    ("CP-06", "Bring a Friend", "post"),
)

TEAMS = {
    "fleet": ("Fleet operations", 600),
    "care": ("Rider care", 300),
    "growth": ("Growth", 300),
    "finance": ("Finance", 300),
    "planning": ("Network planning", 300),
    "privacy": ("Privacy", 300),
    "workshop": ("Workshops", 250),
    "insight": ("Insight", 600),
}
"""Code -> name, and the most units that one query may take."""

DATASETS = {
    "towns": ("the towns with shared bikes", "planning", "open", 1, "opened_on", 3650),
    "stations": ("stations and their docks", "planning", "open", 2, "opened_on", 3650),
    "bikes": ("every bike that was bought", "fleet", "open", 3, "bought_on", 3650),
    "riders": ("who rides with us", "care", "restricted", 10, "joined_on", 3650),
    "pass_kinds": ("the passes on sale", "growth", "open", 1, "", 3650),
    "passes": ("passes of riders, running and ended", "growth", "open", 10, "started_on", 3650),
    "trips": ("every trip from dock to dock", "planning", "open", 40, "started_at", 730),
    "payments": ("money from riders", "finance", "restricted", 25, "paid_on", 3650),
    "repairs": ("work on bikes", "fleet", "open", 8, "opened_on", 1095),
    "contacts": ("riders who wrote or called", "care", "restricted", 8, "opened_at", 90),
    "campaigns": ("campaigns to win riders", "growth", "open", 1, "started_on", 3650),
    "campaign_sends": ("messages of campaigns", "growth", "restricted", 20, "sent_on", 60),
    "weather_days": ("the weather by town and day", "planning", "open", 4, "day", 3650),
    "pings": ("positions that bikes send", "fleet", "restricted", 450, "sent_at", 30),
}
"""Name -> meaning, owner, access, units, time column, days of retention."""
RESTRICTED = tuple(name for name, each in DATASETS.items() if each[2] == "restricted")
NIGHTLY = tuple(name for name in DATASETS if name not in ("towns", "pass_kinds", "campaigns"))
"""What is loaded every night."""

MEANINGS = {
    "code": "key",
    "id": "key",
    "town": "code of the town: " + ", ".join(TOWN_NAMES),
    "rider": "id of the rider, see riders",
    "bike": "id of the bike, see bikes",
    "kind": "what kind it is",
    "status": "how things stand",
    "from_station": "id of the station where the trip began, see stations",
    "to_station": "id of the station where the trip ended, see stations",
    "started_at": "when the trip began, as YYYY-MM-DD HH:MM:SS",
    "minutes": "how long the trip took",
    "kilometres": "how far the trip went",
    "charge": "euros that the trip cost beyond the pass",
    "amount": "euros",
    "parts_cost": "euros for parts",
    "fault": "what was wrong",
    "workshop": "who did the work",
    "rating": "1 to 5, empty where none was given",
    "topic": "what it was about",
    "rain_mm": "rain in millimetres",
    "mean_temp": "mean temperature in degrees",
    "battery": "percent left in the battery",
    "ended_on": "last day, empty while it runs",
    "end_reason": "why it ended, empty while it runs",
    "docks": "how many bikes it takes",
    "opened": "1 where the message was opened",
    "clicked": "1 where a link in it was followed",
    "consent": "1 where the rider takes advertising",
}
VALUES = {
    "bikes.kind": "city, electric, cargo",
    "bikes.status": "in_service, in_repair, retired, missing",
    "payments.kind": "pass, ride, penalty",
    "payments.status": "settled, failed, refunded",
    "passes.kind": ", ".join(PASS_NAMES),
    "passes.end_reason": ", ".join(END_REASONS),
    "repairs.fault": ", ".join(FAULTS),
    "repairs.workshop": ", ".join(WORKSHOPS),
    "contacts.topic": ", ".join(TOPICS),
    "contacts.channel": ", ".join(CHANNELS),
}
"""Columns with few values, and what those are."""

METRICS = (
    ("active riders", "riders with a trip", "insight", "in_force"),
    ("active riders", "riders with a pass", "growth", "in_force"),
    ("revenue", "revenue booked", "insight", "in_force"),
    ("revenue", "revenue settled", "finance", "in_force"),
    ("cancellations", "all ended passes", "growth", "in_force"),
    ("cancellations", "passes given up", "insight", "in_force"),
    ("utilisation", "trips per bike", "planning", "in_force"),
    ("utilisation", "minutes per bike", "fleet", "in_force"),
    ("long trip", "trips from 45 minutes", "planning", "in_force"),
    ("rainy day", "days from two millimetres", "planning", "in_force"),
    ("repeat fault", "same fault again", "fleet", "in_force"),
    ("dead bike", "bikes without a trip", "fleet", "in_force"),
    ("failed share", "failed payments", "finance", "in_force"),
    ("green kilometres", "kilometres instead of a car", "growth", "draft"),
    ("loyal rider", "riders of two years", "growth", "retired"),
)
"""Term, title, owner, status."""
DEFINITIONS = {
    "riders with a trip": "riders with at least one trip that began in the period",
    "riders with a pass": "riders with a pass that began by the last day of the period and had not "
    "ended by then",
    "revenue booked": "the sum of all payments of the period, whatever became of them",
    "revenue settled": "the sum of the period's payments with status settled",
    "all ended passes": "passes whose last day lies in the period",
    "passes given up": "passes whose last day lies in the period and that ended for another reason "
    "than changed pass",
    "trips per bike": "trips that began in the period divided by bikes with status in_service, with "
    "two decimals",
    "minutes per bike": "minutes of the trips that began in the period divided by bikes with status "
    "in_service, with two decimals",
    "trips from 45 minutes": "a trip of 45 minutes or more",
    "days from two millimetres": "a day with 2.0 millimetres of rain or more",
    "same fault again": "a repair for a fault that the same bike had before",
    "bikes without a trip": "a bike in service without a trip in the period",
    "failed payments": "payments with status failed as a percentage of all of the period",
    "kilometres instead of a car": "kilometres that would have been driven otherwise",
    "riders of two years": "a rider who joined two years ago or more",
}
"""What is meant by each title."""
PROPOSALS = {
    "short hop": "a trip of less than one kilometre",
    "early bird": "a rider with a trip before seven in the morning",
    "empty station": "a station without a departing trip on a day",
    "night trip": "a trip that begins between eleven at night and five in the morning",
    "fresh rider": "a rider who joined within the last month",
    "costly bike": "a bike whose parts cost more than a tenth of its price",
    "silent pass": "a running pass whose rider made no trip in the month",
    "full family": "a family pass with trips on every weekend of the month",
    "round trip": "a trip that ends at the station where it began",
    "quick repair": "a repair that is closed within two days",
    "cold ride": "a trip on a day with a mean temperature below five degrees",
    "rainy rider": "a rider with most trips on rainy days",
}
"""Terms that no metric has, and what they might mean."""
GAPS = (
    ("helmet use", "nobody counts helmets", "planning", None),
    ("trip purpose", "riders are not asked why they ride", "insight", None),
    ("household income", "riders are not asked about money", "growth", None),
    ("noise of bikes", "there is no sensor for it", "fleet", None),
    ("luggage on trips", "bikes do not weigh what they carry", "planning", None),
    ("walking time to stations", "the app does not follow people on foot", "planning", None),
    ("accidents without damage", "they are not reported to us", "care", None),
    ("dock waiting times", "docks do not report queues yet", "planning", date(2026, 2, 1)),
    ("tyre pressure", "sensors are being fitted", "fleet", date(2026, 4, 15)),
    ("app crashes", "the app's log is not loaded yet", "insight", date(2026, 1, 12)),
    ("theft attempts", "alarms are not recorded yet", "fleet", date(2026, 3, 2)),
    ("call waiting times", "the telephone system is not connected yet", "care", date(2025, 12, 8)),
    ("refund reasons", "the field is not filled in yet", "finance", date(2026, 1, 5)),
    ("charging times", "chargers are not connected yet", "workshop", date(2026, 5, 4)),
)
"""Topic, why it is not collected, whom to ask, and from when on it will be."""
